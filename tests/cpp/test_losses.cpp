// Loss kernels: values and gradients against long double formulas, finite for every finite logit, equal bits, no stray
// access.
#include <doctest/doctest.h>

#include "guarded.h"
#include "loss_formulas.h"
#include "proxnet/error.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::kRowPad;
using proxnet::LossRows;

constexpr int kKernels = static_cast<int>(LossKernel::kCount);
constexpr std::size_t kMostRows = 3, kMostCols = 37;

bool sparse(LossKernel k) { return k == LossKernel::kSoftmaxSparse || k == LossKernel::kSparseCategoricalCrossentropy; }
bool classes(LossKernel k) {
  return k == LossKernel::kCosineSimilarity || k == LossKernel::kCategoricalHinge ||
         (k >= LossKernel::kCategoricalCrossentropy && k != LossKernel::kSigmoidBinary &&
          k != LossKernel::kSigmoidFocal);
}
// Whose gradients are checked here; those of the others in test_gradients.cpp.
bool differentiated(LossKernel k) {
  return k == LossKernel::kSquaredError || k == LossKernel::kBinaryCrossentropy || k == LossKernel::kSigmoidBinary ||
         k == LossKernel::kCategoricalCrossentropy || k == LossKernel::kSparseCategoricalCrossentropy ||
         k == LossKernel::kSoftmaxCategorical || k == LossKernel::kSoftmaxSparse;
}

struct Exact {
  long double loss = 0;
  std::vector<long double> gradient, output;
};

// One row as Keras defines it; y is the full row of targets.
Exact exact(LossKernel kernel, const std::vector<long double>& h, const std::vector<long double>& y) {
  const std::size_t n = h.size();
  const long double low = 1e-7L, cols = static_cast<long double>(n);
  Exact e{0, std::vector<long double>(n), h};
  long double top = -INFINITY, mass = 0, sum = 0, weight = 0, product = 0;
  for (std::size_t j = 0; j < n; ++j) top = std::max(top, h[j]), sum += h[j], weight += y[j];
  for (long double v : h) mass += std::exp(v - top);
  if (!differentiated(kernel)) {
    e.loss = other_loss(kernel, h, y);
    for (std::size_t j = 0; j < n; ++j) {
      if (kernel == LossKernel::kSigmoidFocal) e.output[j] = 1 / (1 + std::exp(-h[j]));
      if (kernel == LossKernel::kSoftmaxFocal) e.output[j] = std::exp(h[j] - top) / mass;
    }
    return e;
  }
  for (std::size_t j = 0; j < n; ++j) {
    long double& g = e.gradient[j];
    if (kernel == LossKernel::kSquaredError) {
      e.loss += (h[j] - y[j]) * (h[j] - y[j]) / cols, g = 2 * (h[j] - y[j]) / cols;
    } else if (kernel == LossKernel::kBinaryCrossentropy) {
      const long double p = std::clamp(h[j], low, 1 - low);
      e.loss -= (y[j] * std::log(p) + (1 - y[j]) * std::log1p(-p)) / cols;
      g = p == h[j] ? (p - y[j]) / (p * (1 - p)) / cols : 0;
    } else if (kernel == LossKernel::kSigmoidBinary) {
      e.output[j] = 1 / (1 + std::exp(-h[j]));
      e.loss += (std::max(h[j], 0.0L) - y[j] * h[j] + std::log1p(std::exp(-std::fabs(h[j])))) / cols;
      g = (e.output[j] - y[j]) / cols;
    } else if (kernel == LossKernel::kSoftmaxCategorical || kernel == LossKernel::kSoftmaxSparse) {
      e.output[j] = std::exp(h[j] - top) / mass;
      e.loss += y[j] * (top - h[j] + std::log(mass)), g = weight * e.output[j] - y[j];
    } else {
      const long double raw = h[j] / sum, q = std::clamp(raw, low, 1 - low);
      e.loss -= y[j] * std::log(q);
      g = q == raw ? -y[j] / q : 0, product += g * raw;
    }
  }
  if (kernel == LossKernel::kCategoricalCrossentropy || kernel == LossKernel::kSparseCategoricalCrossentropy)
    for (long double& g : e.gradient) g = (g - product) / sum;
  return e;
}

// A block of rows in guarded memory: h and d padded as activations are, y and the row arrays to the last element.
template <class T> struct Block {
  std::size_t rows, cols, width, step, y_cols;
  Guarded<T> h_memory{kMostRows * 128}, d_memory{kMostRows * 128}, y_memory{kMostRows * 128}, row_memory{8},
      loss_memory{8};
  T *h, *d, *y, *scale, *loss;
  LossRows<T> l = {};

  Block(LossKernel kernel, std::size_t r, std::size_t c)
      : rows(r),
        cols(c),
        width((c + kRowPad<T> - 1) / kRowPad<T> * kRowPad<T>),
        step(width + kRowPad<T>),
        y_cols(sparse(kernel) ? 1 : c),
        h(h_memory.last((r - 1) * step + width)),
        d(d_memory.last((r - 1) * step + width)),
        y(y_memory.last((r - 1) * (y_cols + 1) + y_cols)),
        scale(row_memory.last(r)),
        loss(loss_memory.last(r)) {
    l.rows = r, l.cols = c, l.h = h, l.h_row = static_cast<std::ptrdiff_t>(step), l.y = y;
    l.y_row = static_cast<std::ptrdiff_t>(y_cols + 1), l.row_scale = scale, l.d = d, l.d_row = l.h_row,
    l.row_loss = loss;
    l.scalars.parameter = static_cast<T>(kParameter), l.scalars.alpha = static_cast<T>(kAlpha);
    l.scalars.balanced = true;
  }
  std::vector<T> results() const {
    std::vector<T> out(loss, loss + rows);
    for (std::size_t r = 0; r < rows; ++r) {
      out.insert(out.end(), h + r * step, h + r * step + cols);
      out.insert(out.end(), d + r * step, d + r * step + cols);
    }
    return out;
  }
};

template <class T> struct Values {
  std::vector<T> h, y, scale;  // y full rows; labels are where it is 1
};

template <class T> Values<T> draw(LossKernel kernel, std::size_t rows, std::size_t cols, Draws& draws) {
  Values<T> v;
  const bool logits = kernel >= LossKernel::kSigmoidBinary || kernel == LossKernel::kSquaredError ||
                      kernel == LossKernel::kHuber || kernel == LossKernel::kLogCosh || kernel == LossKernel::kHinge;
  v.h = draws.vector<T>(rows * cols, logits ? -8 : 0.01, logits ? 8 : 0.99);
  v.y = draws.vector<T>(rows * cols, kernel < LossKernel::kBinaryCrossentropy ? 0.01 : 0, 1);
  v.scale = draws.vector<T>(rows, 0, 2);
  if (sparse(kernel)) {
    std::fill(v.y.begin(), v.y.end(), T(0));
    for (std::size_t r = 0; r < rows; ++r) v.y[r * cols + draws.below(cols)] = 1;
  }
  return v;
}

template <class T> void put(Block<T>& b, LossKernel kernel, const Values<T>& v) {
  for (std::size_t r = 0; r < b.rows; ++r) {
    std::fill_n(b.h + r * b.step, b.width, T(0.25)), std::fill_n(b.d + r * b.step, b.width, T(0.25));
    std::copy_n(v.h.data() + r * b.cols, b.cols, b.h + r * b.step);
    const T* y = v.y.data() + r * b.cols;
    if (sparse(kernel))
      b.y[2 * r] = static_cast<T>(std::max_element(y, y + b.cols) - y);
    else
      std::copy_n(y, b.cols, b.y + r * (b.cols + 1));
    b.scale[r] = v.scale[r];
  }
}

}  // namespace

TEST_CASE_TEMPLATE("losses and gradients match their formulas on every table", T, float, double) {
  Draws draws(41);  // seed 41
  Tally tally;
  double worst = 0;
  for (int k = 0; k < kKernels; ++k)
    for (std::size_t rows = 1; rows <= kMostRows; ++rows)
      for (std::size_t cols = classes(static_cast<LossKernel>(k)) ? 2 : 1; cols <= kMostCols; ++cols) {
        const LossKernel kernel = static_cast<LossKernel>(k);
        const Values<T> v = draw<T>(kernel, rows, cols, draws);
        std::vector<T> first;
        for (const auto* table : proxnet::supported_kernels<T>()) {
          Block<T> b(kernel, rows, cols);
          put(b, kernel, v);
          table->loss[k](b.l);
          for (std::size_t r = 0; r < rows; ++r) {
            const auto begin = v.h.begin() + static_cast<std::ptrdiff_t>(r * cols);
            const auto target = v.y.begin() + static_cast<std::ptrdiff_t>(r * cols);
            const auto n = static_cast<std::ptrdiff_t>(cols);
            const Exact e = exact(kernel, {begin, begin + n}, {target, target + n});
            // Terms reach |y log q| and |z|: 16 each; a few roundings a term, the clip's 1 - 1e-7 only to a rounding.
            double error = static_cast<double>(std::fabs(b.loss[r] - e.loss) / std::max(1.0L, std::fabs(e.loss) / 16)) /
                           (kRound<T> * 16 * static_cast<double>(cols));
            for (std::size_t j = 0; j < cols; ++j) {
              error =
                  std::max(error, static_cast<double>(std::fabs(b.h[r * b.step + j] - e.output[j])) / (kRound<T> * 8));
              if (!differentiated(kernel)) continue;
              const long double s = v.scale[r], slope = std::max(1.0L, std::fabs(e.gradient[j]));
              error = std::max(error, static_cast<double>(std::fabs(b.d[r * b.step + j] - s * e.gradient[j]) / slope) /
                                          (kRound<T> * 16 * static_cast<double>(cols)));
            }
            worst = std::max(worst, error);
            tally.expect(error <= 4, [&] { return text(table->isa, " loss ", k, " cols ", cols, " error ", error); });
            for (std::size_t j = cols; j < b.width; ++j)
              tally.expect(b.d[r * b.step + j] == 0, [&] { return text(table->isa, " loss ", k, " padding of d"); });
          }
          if (!fused(*table)) continue;
          if (first.empty()) first = b.results();
          tally.expect(same(first, b.results()),
                       [&] { return text(table->isa, " loss ", k, " cols ", cols, " bits"); });
          if (kernel >= LossKernel::kSigmoidBinary) {
            Block<T> logits(kernel, rows, cols);
            put(logits, kernel, v);
            logits.l.scalars.keep_logits = true;
            table->loss[k](logits.l);
            bool equal = true;
            for (std::size_t r = 0; r < rows; ++r)
              for (std::size_t j = 0; j < cols; ++j) {
                const std::size_t at = r * b.step + j;
                equal = equal && logits.h[at] == v.h[r * cols + j] && same(logits.d[at], b.d[at]) &&
                        same(logits.loss[r], b.loss[r]);
              }
            tally.expect(equal, [&] { return text(table->isa, " loss ", k, " cols ", cols, " keeping the logits"); });
          }
          // Without a gradient: the same losses and outputs.
          const std::vector<T> losses(b.loss, b.loss + rows);
          put(b, kernel, v);
          b.l.d = nullptr, b.l.row_scale = nullptr;
          table->loss[k](b.l);
          tally.expect(same(losses, std::vector<T>(b.loss, b.loss + rows)),
                       [&] { return text(table->isa, " d null"); });
        }
      }
  MESSAGE("largest error, in the bound's units: ", worst);
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("the fused cross-entropies are finite for every finite logit", T, float, double) {
  using L = std::numeric_limits<T>;
  Draws draws(42);  // seed 42
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const LossKernel kernel : {LossKernel::kSigmoidBinary, LossKernel::kSoftmaxCategorical,
                                    LossKernel::kSoftmaxSparse, LossKernel::kSigmoidFocal, LossKernel::kSoftmaxFocal})
      for (std::size_t cols = 2; cols <= 20; ++cols) {
        Block<T> b(kernel, 1, cols);
        for (int turn = 0; turn < 300; ++turn) {
          Values<T> v = draw<T>(kernel, 1, cols, draws);
          for (T& z : v.h) {
            // Every exponent, both signs; then the extremes alone.
            z = static_cast<T>(
                std::ldexp(draws.uniform(-1, 1), static_cast<int>(draws.below(2 * L::max_exponent)) - L::max_exponent));
            if (turn % 3 == 1) z = draws.below(2) ? L::max() : -L::max();
            if (turn % 3 == 2) z = turn % 2 ? L::max() : -L::max();
          }
          // Targets are distributions over the classes, or each of them 0 or 1.
          T total = 0;
          for (T y : v.y) total += y;
          for (T& y : v.y)
            y = kernel == LossKernel::kSoftmaxCategorical || kernel == LossKernel::kSoftmaxFocal
                    ? y / total
                    : static_cast<T>(std::round(y));
          v.scale = {T(1) / T(128)};
          put(b, kernel, v);
          table->loss[static_cast<int>(kernel)](b.l);
          bool finite = true, bounded = true;
          for (const T x : b.results()) finite = finite && std::isfinite(x);
          const bool focal = kernel == LossKernel::kSigmoidFocal || kernel == LossKernel::kSoftmaxFocal;
          for (std::size_t j = 0; j < cols && !focal; ++j)
            bounded = bounded && b.h[j] >= 0 && b.h[j] <= 1 && std::fabs(b.d[j]) <= T(1.001) * v.scale[0];
          tally.expect(finite && bounded, [&] {
            return text(table->isa, " loss ", static_cast<int>(kernel), " cols ", cols, " turn ", turn, ": ",
                        b.loss[0]);
          });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("a class number that another thread has changed never becomes an index out of range", T, float,
                   double) {
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const LossKernel kernel : {LossKernel::kSoftmaxSparse, LossKernel::kSparseCategoricalCrossentropy})
      for (const T label : {T(-1), T(5), T(1e6), T(-1e30), T(1e30), T(NAN), T(INFINITY)}) {
        Block<T> b(kernel, 2, 5);
        for (std::size_t r = 0; r < 2; ++r) {
          std::fill_n(b.h + r * b.step, b.width, T(0.25)), std::fill_n(b.d + r * b.step, b.width, T(0));
          b.y[2 * r] = label, b.scale[r] = 1;
        }
        table->loss[static_cast<int>(kernel)](b.l);  // outside are pages that must not be touched
        for (const T x : b.results()) CHECK(std::isfinite(x));
      }
}

TEST_CASE("the fused losses are finite for every upper half of a float") {
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<float>())
    for (const LossKernel kernel : {LossKernel::kSigmoidBinary, LossKernel::kSoftmaxSparse}) {
      Block<float> b(kernel, 1, 16);
      for (std::uint32_t upper = 0; upper < 0x10000; upper += 1) {
        const std::uint32_t word = upper << 16;
        float z;
        std::memcpy(&z, &word, sizeof z);
        if (!std::isfinite(z)) continue;
        for (std::size_t j = 0; j < 16; ++j) b.h[j] = j % 2 ? z : -0.5F * z;
        std::fill_n(b.y, sparse(kernel) ? 1 : 16, static_cast<float>(upper & 1));
        b.scale[0] = 1;
        table->loss[static_cast<int>(kernel)](b.l);
        bool finite = true;
        for (const float x : b.results()) finite = finite && std::isfinite(x);
        tally.expect(finite, [&] { return text(table->isa, " logit ", z, " loss ", b.loss[0]); });
      }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
