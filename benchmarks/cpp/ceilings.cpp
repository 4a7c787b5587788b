#include "ceilings.h"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <map>

#include "roofline.h"

namespace {

// Powers of two, in bytes of all three arrays together.
constexpr int kFirst = 12, kLast = 28;

struct Measured {
  double flops[2] = {};
  std::vector<double> bytes;
};

double seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// The best of several runs of at least two milliseconds. work(times) returns the amount of work done.
template <class F> double best_rate(F work) {
  constexpr int kTurns = 7;
  constexpr double kTurn = 2e-3;
  double best = 0;
  for (long turn = 0, times = 1; turn < kTurns;) {
    const double start = seconds(), done = work(times), took = seconds() - start;
    if (took < kTurn) {
      times *= 2;
      continue;
    }
    best = std::max(best, done / took);
    ++turn;
  }
  return best;
}

Measured measure(const peaks::Peaks& p, const roofline::Buffer<float>& scratch) {
  Measured m;
  float single = 1;
  double wide = 1;
  m.flops[0] = best_rate([&](long times) { return p.multiply_add_float(1000 * times, &single); });
  m.flops[1] = best_rate([&](long times) { return p.multiply_add_double(1000 * times, &wide); });
  for (int power = kFirst; power <= kLast; ++power) {
    // Arrays begin at different offsets from a page, so that they do not share cache sets.
    const std::size_t n = ((std::size_t{1} << power) / sizeof(float) / 3) / 16 * 16, apart = n + 16 * 5;
    float *a = scratch.data(), *b = a + apart, *c = b + apart;
    m.bytes.push_back(best_rate([&](long times) {
      for (long i = 0; i < times; ++i) p.triad(n, 0.5f, a, b, c);
      return static_cast<double>(times) * static_cast<double>(3 * n * sizeof(float));
    }));
  }
  return m;
}

const Measured* measured(const std::string& isa) {
  static std::map<std::string, Measured> all;
  static const roofline::Buffer<float> scratch((std::size_t{1} << kLast) / sizeof(float) + 1024);
  const peaks::Peaks* p = ceilings::find(isa);
  if (!p) return nullptr;
  const auto at = all.find(isa);
  return at != all.end() ? &at->second : &(all[isa] = measure(*p, scratch));
}

}  // namespace

const peaks::Peaks* ceilings::find(const std::string& isa) {
#if defined(__x86_64__)
  for (const peaks::Peaks* p : {&peaks::baseline, &peaks::avx2, &peaks::avx512})
    if (isa == p->isa) return p;
#elif defined(__aarch64__)
  if (isa == peaks::neon.isa) return &peaks::neon;
#endif
  return nullptr;
}

double ceilings::multiply_adds(const std::string& isa, bool in_double) {
  const Measured* m = measured(isa);
  return m ? m->flops[in_double] : 0;
}

double ceilings::bandwidth(const std::string& isa, double bytes) {
  const Measured* m = measured(isa);
  if (!m) return 0;
  const double index = std::clamp(std::log2(std::max(bytes, 1.0)) - kFirst, 0.0, double{kLast - kFirst});
  const std::size_t below = std::min(static_cast<std::size_t>(index), m->bytes.size() - 2);
  return std::lerp(m->bytes[below], m->bytes[below + 1], index - static_cast<double>(below));
}

double ceilings::read_bandwidth(const std::string& isa, std::size_t bytes) {
  const peaks::Peaks* p = find(isa);
  if (!p) return 0;
  const std::size_t n = std::max<std::size_t>(bytes / sizeof(float) / 256, 1) * 256;
  const roofline::Buffer<float> array(n);
  volatile float result = 0;
  return best_rate([&](long times) {
    for (long i = 0; i < times; ++i) result = p->sum(n, array.data());
    return static_cast<double>(times) * static_cast<double>(n * sizeof(float));
  });
}
