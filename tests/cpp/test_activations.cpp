// Activation kernels and their derivatives: formulas in long double, equal bits between tables, no stray writes.
#include <doctest/doctest.h>

#include "guarded.h"
#include "proxnet/error.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::ActivationKernel;
using proxnet::KernelTable;
using proxnet::kRowPad;

constexpr int kKernels = static_cast<int>(ActivationKernel::kCount);
constexpr std::size_t kMostRows = 3, kMostCols = 70;

template <class T> std::size_t padded(std::size_t cols) { return (cols + kRowPad<T> - 1) / kRowPad<T> * kRowPad<T>; }

// The activation of a row, in long double.
std::vector<long double> exact(int kernel, std::vector<long double> x) {
  long double top = -INFINITY, total = 0;
  for (long double v : x) top = std::max(top, v);
  for (long double v : x) total += std::exp(v - top);
  for (long double& v : x) switch (static_cast<ActivationKernel>(kernel)) {
      case ActivationKernel::kRelu:
        v = v > 0 ? v : 0;
        break;
      case ActivationKernel::kSigmoid:
        v = 1 / (1 + std::exp(-v));
        break;
      case ActivationKernel::kTanh:
        v = std::tanh(v);
        break;
      case ActivationKernel::kSoftmax:
        v = std::exp(v - top) / total;
        break;
      default:
        break;
    }
  return x;
}

// d times the derivative told from the output y.
std::vector<long double> exact_backward(int kernel, const std::vector<long double>& y, std::vector<long double> d) {
  long double mean = 0;
  for (std::size_t j = 0; j < y.size(); ++j) mean += y[j] * d[j];
  for (std::size_t j = 0; j < y.size(); ++j) switch (static_cast<ActivationKernel>(kernel)) {
      case ActivationKernel::kRelu:
        d[j] = y[j] > 0 ? d[j] : 0;
        break;
      case ActivationKernel::kSigmoid:
        d[j] *= y[j] * (1 - y[j]);
        break;
      case ActivationKernel::kTanh:
        d[j] *= 1 - y[j] * y[j];
        break;
      case ActivationKernel::kSoftmax:
        d[j] = y[j] * (d[j] - mean);
        break;
      default:
        break;
    }
  return d;
}

// Rows in memory that ends at a guard; only whole padded rows may be touched.
template <class T> struct Rows {
  std::size_t rows, cols, step;
  Guarded<T> memory{kMostRows * (padded<T>(kMostCols) + kRowPad<T>)};
  T* data = nullptr;
  Rows(std::size_t r, std::size_t c) : rows(r), cols(c), step(padded<T>(c) + kRowPad<T>) {
    data = memory.last(rows ? (rows - 1) * step + padded<T>(cols) : 0);
  }
  void fill(const std::vector<T>& values) {
    for (std::size_t r = 0; r < rows; ++r) {
      std::fill_n(data + r * step, r + 1 < rows ? step : padded<T>(cols), T(-77));
      std::copy_n(values.data() + r * kMostCols, cols, data + r * step);
    }
  }
  bool gaps_untouched() const {
    for (std::size_t r = 0; r + 1 < rows; ++r)
      for (std::size_t j = padded<T>(cols); j < step; ++j)
        if (data[r * step + j] != T(-77)) return false;
    return true;
  }
  std::vector<T> values() const {
    std::vector<T> out;
    for (std::size_t r = 0; r < rows; ++r) out.insert(out.end(), data + r * step, data + r * step + cols);
    return out;
  }
  std::vector<long double> row(std::size_t r) const { return {data + r * step, data + r * step + cols}; }
};

// In units of the roundoff. Two ulp (4 roundings) of exp and tanh, a division, sums of 70 terms in 16 lanes: 16 are
// enough; softmax rounds differences of up to 18, which its exp multiplies by as much: 36 more.
double roundings(int kernel) { return kernel == 1 ? 0 : kernel == 4 ? 52 : 16; }
template <class T> bool close(T got, long double want, long double scale, double roundings) {
  if (std::isinf(want)) return got == want;
  return std::fabs(static_cast<long double>(got) - want) <=
         roundings * kRound<T> * std::fabs(scale) + std::numeric_limits<T>::denorm_min();
}

}  // namespace

TEST_CASE_TEMPLATE("activations and derivatives follow their formulas on every table", T, float, double) {
  Draws draws(11);  // seed 11
  const auto x = draws.vector<T>(kMostRows * kMostCols, -9, 9), upstream = draws.vector<T>(kMostRows * kMostCols);
  Tally tally;
  for (std::size_t rows = 0; rows <= kMostRows; ++rows)
    for (std::size_t cols = 1; cols <= kMostCols; ++cols)
      for (int kernel = 0; kernel < kKernels; ++kernel) {
        std::vector<T> first_h, first_d;
        Rows<T> h(rows, cols), d(rows, cols);
        for (const auto* table : proxnet::supported_kernels<T>()) {
          const auto where = [&] { return text(table->isa, " kernel ", kernel, " rows ", rows, " cols ", cols); };
          h.fill(x), d.fill(upstream);
          table->activate[kernel](rows, cols, h.data, static_cast<std::ptrdiff_t>(h.step));
          for (std::size_t r = 0; r < rows; ++r) {
            const auto want = exact(kernel, {x.begin() + r * kMostCols, x.begin() + r * kMostCols + cols});
            for (std::size_t j = 0; j < cols; ++j)
              tally.expect(close(h.data[r * h.step + j], want[j], want[j], roundings(kernel)), where);
            // The activation defines the padding that its derivative may meet; the gradient's is zero in training.
            std::fill(d.data + r * d.step + cols, d.data + r * d.step + padded<T>(cols), T(0));
          }
          table->activate_backward[kernel](rows, cols, h.data, static_cast<std::ptrdiff_t>(h.step), d.data,
                                           static_cast<std::ptrdiff_t>(d.step));
          for (std::size_t r = 0; r < rows; ++r) {
            const auto y = h.row(r);
            const auto want =
                exact_backward(kernel, y, {upstream.begin() + r * kMostCols, upstream.begin() + r * kMostCols + cols});
            for (std::size_t j = 0; j < cols; ++j)
              tally.expect(close(d.data[r * d.step + j], want[j], kernel == 4 ? y[j] * 2 : 1.0L, 16), where);
            for (std::size_t j = cols; j < padded<T>(cols); ++j)
              tally.expect(d.data[r * d.step + j] == 0, [&] { return where() + " gradient in the padding"; });
          }
          tally.expect(h.gaps_untouched() && d.gaps_untouched(), [&] { return where() + " wrote outside"; });
          if (!fused(*table)) continue;
          if (table == fused_tables<T>().front()) first_h = h.values(), first_d = d.values();
          tally.expect(same(first_h, h.values()) && same(first_d, d.values()), [&] { return where() + " other bits"; });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("special values keep their class in every lane of an activation", T, float, double) {
  constexpr std::size_t kCols = 40;
  const int relu = 1, sigmoid = 2, tanh = 3;
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const T special : special_values<T>())
      for (std::size_t lane = 0; lane < kCols; ++lane)
        for (const int kernel : {relu, sigmoid, tanh}) {
          Rows<T> h(1, kCols);
          std::vector<T> x(kMostCols, T(0.5));
          x[lane] = special;
          h.fill(x);
          table->activate[kernel](1, kCols, h.data, 0);
          const T got = h.data[lane], usual = h.data[lane ? 0 : 1];
          const long double want = exact(kernel, {special})[0];
          const bool good = std::isnan(special) ? std::isnan(got)
                                                : close(got, want, want, 4) && got >= T(kernel == tanh ? -1 : 0) &&
                                                      (kernel == relu || got <= 1);
          tally.expect(good, [&] { return text(table->isa, " kernel ", kernel, " of ", special, " gives ", got); });
          tally.expect(close(usual, exact(kernel, {0.5L})[0], 1, 4), [&] { return text(table->isa, " a neighbour"); });
        }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("softmax is a distribution for every finite row", T, float, double) {
  using L = std::numeric_limits<T>;
  Draws draws(12);  // seed 12
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (std::size_t cols = 2; cols <= kMostCols; ++cols)
      for (int turn = 0; turn < 40; ++turn) {
        std::vector<T> x(kMostCols);
        for (T& v : x) {
          v = static_cast<T>(draws.uniform(-50, 50));
          if (turn % 4 == 1) v = draws.below(2) ? L::max() : -L::max();
          if (turn % 4 == 2) v = special_values<T>()[draws.below(10)];  // the finite ones
          if (turn % 4 == 3) v *= T(1e30);
        }
        Rows<T> h(1, cols);
        h.fill(x);
        table->activate[4](1, cols, h.data, 0);
        double total = 0;
        const T top = *std::max_element(x.begin(), x.begin() + static_cast<std::ptrdiff_t>(cols));
        std::size_t tops = 0;
        bool in_range = true, one_hot = true;
        for (std::size_t j = 0; j < cols; ++j) {
          const T p = h.data[j];
          total += static_cast<double>(p);
          in_range = in_range && p >= 0 && p <= 1;
          tops += x[j] == top;
          // 104 and 746 below the largest, e^(x - top) is less than half the smallest denormal.
          if (top - x[j] > T(sizeof(T) == 4 ? 105 : 747)) one_hot = one_hot && bits(p) == bits(T(0));
        }
        const double error = std::fabs(total - 1) / (2 * kRound<T>);
        tally.expect(in_range && one_hot && error <= 4 * std::sqrt(static_cast<double>(cols)),
                     [&] { return text(table->isa, " cols ", cols, " sum off by ", error, " ulp; tops ", tops); });
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
