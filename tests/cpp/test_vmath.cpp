// The elementary functions of every kernel table: error against libm, special values, equal bits, ends of arrays.
// PROXNET_EXHAUSTIVE=1 tries all 2^32 floats: make test-exhaustive.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "kernels/kernel_table.h"
#include "runtime/dispatch.h"

namespace {

using proxnet::KernelTable;

constexpr double kMaxUlp = 2.0;
constexpr double kWrong = 1e30;  // the "error" of a NaN or infinity where none belongs, or the reverse

template <class T> using Exact = std::conditional_t<std::is_same_v<T, float>, double, long double>;
template <class T> using Bits = std::conditional_t<std::is_same_v<T, float>, std::uint32_t, std::uint64_t>;

bool exhaustive() {
  const char* asked = std::getenv("PROXNET_EXHAUSTIVE");
  return asked && std::string(asked) == "1";
}

template <class T> Bits<T> bits(T x) {
  Bits<T> b;
  std::memcpy(&b, &x, sizeof b);
  return b;
}
template <class T> T from_bits(Bits<T> b) {
  T x;
  std::memcpy(&x, &b, sizeof x);
  return x;
}
template <class T> bool same(T a, T b) { return bits(a) == bits(b) || (std::isnan(a) && std::isnan(b)); }

template <class T> struct Function {
  std::string name;
  void (*KernelTable<T>::*kernel)(std::size_t, const T*, T*);
  Exact<T> (*exact)(Exact<T>);
  double fused_ulp = kMaxUlp, baseline_ulp = kMaxUlp;
};

template <class T> const std::vector<Function<T>>& functions() {
  using E = Exact<T>;
  static const std::vector<Function<T>> all = {
      {"exp", &KernelTable<T>::exp, [](E x) { return std::exp(x); }},
      {"log", &KernelTable<T>::log, [](E x) { return std::log(x); }},
      {"log1p", &KernelTable<T>::log1p, [](E x) { return std::log1p(x); }},
      {"tanh", &KernelTable<T>::tanh, [](E x) { return std::tanh(x); }},
      {"sigmoid", &KernelTable<T>::sigmoid,
       [](E x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }},
      {"expm1", &KernelTable<T>::expm1, [](E x) { return std::expm1(x); }, 2.5, 2.5},
      {"erf", &KernelTable<T>::erf, [](E x) { return std::erf(x); }},
      // Without fma x^2 loses its low half, which the tail multiplies by x^2 / 2.
      {"normal_cdf", &KernelTable<T>::normal_cdf, [](E x) { return std::erfc(-x * E(M_SQRT1_2l)) / 2; }, 5, 600},
  };
  return all;
}

// Error in ulp of T at the exact value, subnormals included; a correctly rounded value counts as half an ulp.
template <class T> double error_ulp(T got, Exact<T> want) {
  const T rounded = static_cast<T>(want);
  if (std::isnan(want) || std::isinf(rounded)) return same(got, rounded) ? 0 : kWrong;
  if (!std::isfinite(got)) return kWrong;
  if (got == rounded) return 0.5;
  using Limits = std::numeric_limits<T>;
  int exponent = Limits::min_exponent;
  if (std::fabs(want) >= Limits::min()) std::frexp(want, &exponent);
  return static_cast<double>(std::ldexp(std::fabs(got - want), Limits::digits - exponent));
}

template <class T> struct Worst {
  double ulp = 0;
  T at = 0;
  std::size_t unequal = 0;  // to the first table that fuses

  void merge(const Worst& other) {
    if (other.ulp > ulp) ulp = other.ulp, at = other.at;
    unequal += other.unequal;
  }
};

// Runs every table over x; `worst` has an entry a table.
template <class T>
void measure(const Function<T>& f, const std::vector<const KernelTable<T>*>& tables, const std::vector<T>& x,
             std::vector<Worst<T>>& worst) {
  std::vector<Exact<T>> want(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) want[i] = f.exact(x[i]);
  std::vector<T> got(x.size()), fused;
  for (std::size_t k = 0; k < tables.size(); ++k) {
    (tables[k]->*f.kernel)(x.size(), x.data(), got.data());
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double ulp = error_ulp<T>(got[i], want[i]);
      if (ulp > worst[k].ulp) worst[k].ulp = ulp, worst[k].at = x[i];
    }
    if (std::string(tables[k]->isa) == "baseline") continue;
    if (fused.empty()) fused = got;
    for (std::size_t i = 0; i < x.size(); ++i) worst[k].unequal += !same(got[i], fused[i]);
  }
}

template <class T>
void check(const Function<T>& f, const std::vector<const KernelTable<T>*>& tables, const std::vector<Worst<T>>& worst) {
  for (std::size_t k = 0; k < tables.size(); ++k) {
    const std::string what = f.name + " on " + tables[k]->isa;
    INFO(what, ": worst at ", worst[k].at);
    CHECK(worst[k].ulp <= (std::string(tables[k]->isa) == "baseline" ? f.baseline_ulp : f.fused_ulp));
    CHECK(worst[k].unequal == 0);
    if (exhaustive()) MESSAGE(what, ", ", sizeof(T), " bytes: ", worst[k].ulp, " ulp");
  }
}

template <class T> std::vector<T> special_inputs() {
  using L = std::numeric_limits<T>;
  const T inf = L::infinity();
  std::vector<T> x = {0, 1, 2, inf, L::quiet_NaN(), L::min(), L::denorm_min(), L::max(), L::epsilon(), T(0.55)};
  for (std::size_t i = 0, n = x.size(); i < n; ++i) x.push_back(-x[i]);
  // where a result leaves the range: the neighbours of each threshold
  const T edges[] = {std::log(L::max()),
                     std::log(L::min()),
                     std::log(L::denorm_min()),
                     std::log(L::denorm_min()) - T(0.7),
                     T(-1),
                     std::sqrt(T(0.5)),
                     std::sqrt(T(2)),
                     T(0.55)};
  for (T edge : edges) {
    T below = edge, above = edge;
    for (int i = 0; i < 50; ++i) {
      x.insert(x.end(), {below, above, -below, -above});
      below = std::nextafter(below, -inf), above = std::nextafter(above, inf);
    }
  }
  return x;
}

}  // namespace

TEST_CASE("vmath: floats over the whole range") {
  const std::uint64_t stride = exhaustive() ? 1 : 521;  // prime
  constexpr std::uint64_t kEnd = std::uint64_t{1} << 32;
  constexpr std::size_t kBlock = 65536 + 5;  // with a tail
  const auto tables = proxnet::supported_kernels<float>();
  const std::uint64_t threads = std::max(1u, std::thread::hardware_concurrency());
  for (const auto& f : functions<float>()) {
    std::vector<std::vector<Worst<float>>> worst(threads, std::vector<Worst<float>>(tables.size()));
    const auto search = [&](std::uint64_t part) {
      std::vector<float> x;
      for (std::uint64_t block = part * kBlock * stride; block < kEnd; block += threads * kBlock * stride) {
        x.clear();
        for (std::uint64_t b = block; x.size() < kBlock && b < kEnd; b += stride)
          x.push_back(from_bits<float>(static_cast<std::uint32_t>(b)));
        measure(f, tables, x, worst[part]);
      }
    };
    std::vector<std::thread> team;
    for (std::uint64_t part = 1; part < threads; ++part) team.emplace_back(search, part);
    search(0);
    for (std::thread& thread : team) thread.join();
    for (std::uint64_t part = 1; part < threads; ++part)
      for (std::size_t k = 0; k < tables.size(); ++k) worst[0][k].merge(worst[part][k]);
    check(f, tables, worst[0]);
  }
}

TEST_CASE("vmath: doubles at random") {
  std::mt19937_64 random(1);
  const auto uniform = [&](double a, double b) { return a + (b - a) * static_cast<double>(random() >> 11) * 0x1p-53; };
  const auto near = [&](double x) { return x + std::ldexp(uniform(-1, 1), -static_cast<int>(random() % 60)); };
  std::vector<double> x;
  for (int i = 0; i < 25000; ++i) {
    const int any_exponent = static_cast<int>(random() % 2046) - 1023;
    x.insert(x.end(), {from_bits<double>(random()), std::ldexp(uniform(1, 2), any_exponent), near(0), near(1), near(-1),
                       uniform(-2, 2), uniform(-40, 40), uniform(-760, 760), uniform(-746, -707), uniform(0.5, 2),
                       uniform(0.5, 0.6), uniform(0, 5e-308)});
  }
  const auto tables = proxnet::supported_kernels<double>();
  for (const auto& f : functions<double>()) {
    std::vector<Worst<double>> worst(tables.size());
    measure(f, tables, x, worst);
    check(f, tables, worst);
  }
}

TEST_CASE_TEMPLATE("vmath: edges", T, float, double) {
  const auto tables = proxnet::supported_kernels<T>();
  for (const auto& f : functions<T>()) {
    std::vector<Worst<T>> worst(tables.size());
    measure(f, tables, special_inputs<T>(), worst);
    check(f, tables, worst);
  }
}

TEST_CASE_TEMPLATE("vmath: special values", T, float, double) {
  using L = std::numeric_limits<T>;
  using Table = KernelTable<T>;
  const T inf = L::infinity(), nan = L::quiet_NaN(), tiny = L::denorm_min(), small = L::min(), big = L::max();
  struct Case {
    void (*Table::*kernel)(std::size_t, const T*, T*);
    T x, want;
  };
  const std::vector<Case> cases = {
      {&Table::exp, -inf, 0},          {&Table::exp, inf, inf},       {&Table::exp, nan, nan},
      {&Table::exp, T(0), 1},          {&Table::exp, -T(0), 1},       {&Table::exp, big, inf},
      {&Table::exp, -big, 0},          {&Table::exp, tiny, 1},        {&Table::log, T(0), -inf},
      {&Table::log, -T(0), -inf},      {&Table::log, T(-1), nan},     {&Table::log, -tiny, nan},
      {&Table::log, -inf, nan},        {&Table::log, inf, inf},       {&Table::log, nan, nan},
      {&Table::log, T(1), 0},          {&Table::log1p, T(-1), -inf},  {&Table::log1p, T(-2), nan},
      {&Table::log1p, -inf, nan},      {&Table::log1p, inf, inf},     {&Table::log1p, nan, nan},
      {&Table::log1p, T(0), 0},        {&Table::log1p, -T(0), -T(0)}, {&Table::log1p, tiny, tiny},
      {&Table::log1p, -tiny, -tiny},   {&Table::log1p, small, small}, {&Table::log1p, -small, -small},
      {&Table::tanh, T(0), 0},         {&Table::tanh, -T(0), -T(0)},  {&Table::tanh, inf, 1},
      {&Table::tanh, -inf, -1},        {&Table::tanh, nan, nan},      {&Table::tanh, tiny, tiny},
      {&Table::tanh, -tiny, -tiny},    {&Table::tanh, big, 1},        {&Table::tanh, -big, -1},
      {&Table::sigmoid, T(0), T(0.5)}, {&Table::sigmoid, inf, 1},     {&Table::sigmoid, -inf, 0},
      {&Table::sigmoid, nan, nan},     {&Table::sigmoid, big, 1},     {&Table::sigmoid, -big, 0},
  };
  for (const auto* table : proxnet::supported_kernels<T>()) {
    for (const Case& c : cases) {
      T got = T(7);
      (table->*c.kernel)(1, &c.x, &got);
      INFO(std::string(table->isa), ", case ", &c - cases.data(), ": of ", c.x, " got ", got, ", want ", c.want);
      CHECK(same(got, c.want));
    }
  }
}

TEST_CASE_TEMPLATE("vmath: any length, in place, nothing past the end", T, float, double) {
  constexpr std::size_t kMost = 40;
  for (const auto* table : proxnet::supported_kernels<T>()) {
    for (const auto& f : functions<T>()) {
      for (std::size_t n = 0; n < kMost; ++n) {
        std::vector<T> x(n + 1, T(123)), one(n);
        for (std::size_t i = 0; i < n; ++i) {
          x[i] = T(0.1) + T(i) / 8;
          (table->*f.kernel)(1, &x[i], &one[i]);
        }
        (table->*f.kernel)(n, x.data(), x.data());
        INFO(f.name, " on ", std::string(table->isa), ", n = ", n);
        CHECK(x[n] == T(123));
        CHECK(std::vector<T>(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(n)) == one);
      }
    }
  }
}
