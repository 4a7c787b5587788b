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

constexpr long double kSlope = 0.3L, kCeiling = 4;  // of the kernels that take them; alpha too

// Value and derivative of one element, in long double.
struct Point {
  long double value, slope;
};
Point exact(ActivationKernel kernel, long double x) {
  const long double gate = 1 / (1 + std::exp(-x)), plus = std::log1p(std::exp(x)), t = std::tanh(plus);
  const long double cdf = std::erfc(-x / std::sqrt(2.0L)) / 2, density = std::exp(-x * x / 2) / 2.50662827463100050242L;
  const long double u = 0.79788456080286535588L * (x + 0.044715L * x * x * x), w = 1 / (1 + std::exp(-2 * u));
  const long double inside = 1 - std::tanh(x) * std::tanh(x), scale = 1.05070098735548049342L;
  const long double alpha = 1.67326324235437728482L;
  switch (kernel) {
    case ActivationKernel::kRelu:
      return {x > 0 ? x : 0, x > 0 ? 1.0L : 0};
    case ActivationKernel::kSigmoid:
      return {gate, gate * (1 - gate)};
    case ActivationKernel::kTanh:
      return {std::tanh(x), inside};
    case ActivationKernel::kLeakyRelu:
      return {x < 0 ? kSlope * x : x, x < 0 ? kSlope : 1};
    case ActivationKernel::kClippedRelu:
      return {x < 0 ? kSlope * x : std::min(x, kCeiling), x < 0 ? kSlope : x < kCeiling ? 1.0L : 0};
    case ActivationKernel::kElu:
      return {x > 0 ? x : kSlope * std::expm1(x), x > 0 ? 1 : kSlope * std::exp(x)};
    case ActivationKernel::kSelu:
      return {scale * (x > 0 ? x : alpha * std::expm1(x)), scale * (x > 0 ? 1 : alpha * std::exp(x))};
    case ActivationKernel::kSoftplus:
      return {x > 40 ? x : plus, gate};
    case ActivationKernel::kSoftsign:
      return {x / (1 + std::fabs(x)), 1 / ((1 + std::fabs(x)) * (1 + std::fabs(x)))};
    case ActivationKernel::kHardSigmoid:
      return {std::clamp(x / 6 + 0.5L, 0.0L, 1.0L), std::fabs(x) < 3 ? 1 / 6.0L : 0};
    case ActivationKernel::kExponential:
      return {std::exp(x), std::exp(x)};
    case ActivationKernel::kGelu:
      return {x * cdf, cdf + x * density};
    case ActivationKernel::kGeluTanh:
      return {x * w, w + 2 * x * w * (1 - w) * 0.79788456080286535588L * (1 + 3 * 0.044715L * x * x)};
    case ActivationKernel::kSilu:
      return {x * gate, gate * (1 + x * (1 - gate))};
    case ActivationKernel::kMish:
      return {x * t, t + x * (1 - t * t) * gate};
    default:
      return {x, 1};
  }
}

// The activation of a row, and d times its derivative.
std::vector<long double> exact(ActivationKernel kernel, std::vector<long double> x) {
  long double top = -INFINITY, total = 0;
  for (long double v : x) top = std::max(top, v);
  for (long double v : x) total += std::exp(v - top);
  for (long double& v : x)
    v = kernel == ActivationKernel::kSoftmax      ? std::exp(v - top) / total
        : kernel == ActivationKernel::kLogSoftmax ? v - top - std::log(total)
                                                  : exact(kernel, v).value;
  return x;
}
std::vector<long double> exact_backward(ActivationKernel kernel, const std::vector<long double>& x,
                                        std::vector<long double> d) {
  const auto p = exact(ActivationKernel::kSoftmax, x);
  long double mean = 0, total = 0;
  for (std::size_t j = 0; j < x.size(); ++j) mean += p[j] * d[j], total += d[j];
  for (std::size_t j = 0; j < x.size(); ++j)
    d[j] = kernel == ActivationKernel::kSoftmax      ? p[j] * (d[j] - mean)
           : kernel == ActivationKernel::kLogSoftmax ? d[j] - p[j] * total
                                                     : d[j] * exact(kernel, x[j]).slope;
  return d;
}

// Rows in memory before a guard page; only whole padded rows may be touched.
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

template <class T>
proxnet::ActivationRows<T> block(Rows<T>& h, Rows<T>* slope = nullptr, Rows<T>* d = nullptr) {
  proxnet::ActivationRows<T> a = {};
  a.rows = h.rows, a.cols = h.cols, a.h = h.data, a.h_row = static_cast<std::ptrdiff_t>(h.step);
  a.parameter = static_cast<T>(kSlope), a.ceiling = static_cast<T>(kCeiling);
  if (slope) a.slope = slope->data, a.slope_row = static_cast<std::ptrdiff_t>(slope->step);
  if (d) a.d = d->data, a.d_row = static_cast<std::ptrdiff_t>(d->step);
  return a;
}

// Errors in units of the roundoff, relative to the value. Two ulp (4 roundings) of exp and tanh, a division, sums of 70
// terms in 16 lanes: 16 are enough. Softmax rounds differences of up to 18, which its exp multiplies by as much; so
// does gelu with the x^2 that the baseline rounds, and with the 2 u of its approximation.
template <class T> double roundings(ActivationKernel kernel, const KernelTable<T>& table) {
  if (kernel == ActivationKernel::kRelu) return 0;
  if (kernel == ActivationKernel::kGelu && !fused(table)) return 120;
  if (kernel == ActivationKernel::kGeluTanh) return 300;
  return kernel == ActivationKernel::kSoftmax || kernel == ActivationKernel::kLogSoftmax ? 52 : 16;
}
template <class T> bool close(T got, long double want, long double scale, double roundings) {
  if (std::isinf(want)) return got == want;
  return std::fabs(static_cast<long double>(got) - want) <=
         roundings * kRound<T> * std::fabs(scale) + std::numeric_limits<T>::denorm_min();
}

}  // namespace

TEST_CASE_TEMPLATE("activations and derivatives match their formulas on every table", T, float, double) {
  Draws draws(11);  // seed 11
  const auto x = draws.vector<T>(kMostRows * kMostCols, -9, 9), upstream = draws.vector<T>(kMostRows * kMostCols);
  Tally tally;
  for (std::size_t rows = 0; rows <= kMostRows; ++rows)
    for (std::size_t cols = 1; cols <= kMostCols; ++cols)
      for (int index = 0; index < kKernels; ++index) {
        const ActivationKernel kernel = static_cast<ActivationKernel>(index);
        const bool keeps = kernel >= ActivationKernel::kGelu;
        std::vector<T> first_h, first_d;
        Rows<T> h(rows, cols), d(rows, cols), slope(rows, cols);
        for (const auto* table : proxnet::supported_kernels<T>()) {
          const auto where = [&] { return text(table->isa, " kernel ", index, " rows ", rows, " cols ", cols); };
          h.fill(x);
          table->activate[index](block(h));  // as prediction does
          const auto predicted = h.values();
          h.fill(x), d.fill(upstream), slope.fill(x);
          table->activate[index](block(h, keeps ? &slope : nullptr));
          tally.expect(same(predicted, h.values()), [&] { return where() + " without slopes"; });
          for (std::size_t r = 0; r < rows; ++r) {
            const std::vector<long double> z(x.begin() + r * kMostCols, x.begin() + r * kMostCols + cols);
            const auto want = exact(kernel, z);
            for (std::size_t j = 0; j < cols; ++j) {
              // A logarithm close to 0 has the error of its argument.
              const long double scale =
                  std::max(std::fabs(want[j]), kernel == ActivationKernel::kLogSoftmax ? 1.0L : 0);
              tally.expect(close(h.data[r * h.step + j], want[j], scale, roundings(kernel, *table)),
                           [&] { return text(where(), " of ", z[j], " is ", h.data[r * h.step + j]); });
            }
            // The activation defines the padding that its derivative may meet; the gradient's is zero in training.
            std::fill(d.data + r * d.step + cols, d.data + r * d.step + padded<T>(cols), T(0));
          }
          table->activate_backward[index](block(h, keeps ? &slope : nullptr, &d));
          for (std::size_t r = 0; r < rows; ++r) {
            const std::vector<long double> z(x.begin() + r * kMostCols, x.begin() + r * kMostCols + cols);
            const auto want =
                exact_backward(kernel, z, {upstream.begin() + r * kMostCols, upstream.begin() + r * kMostCols + cols});
            for (std::size_t j = 0; j < cols; ++j) {
              // Told from a rounded output: as exact as that output, in absolute terms.
              const long double scale = std::max(1.0L, std::fabs(exact(kernel, z[j]).slope));
              tally.expect(close(d.data[r * d.step + j], want[j], scale, std::max(40.0, roundings(kernel, *table))),
                           [&] { return text(where(), " slope at ", z[j]); });
            }
            for (std::size_t j = cols; j < padded<T>(cols); ++j)
              tally.expect(d.data[r * d.step + j] == 0, [&] { return where() + " gradient in the padding"; });
          }
          tally.expect(h.gaps_untouched() && d.gaps_untouched(), [&] { return where() + " wrote outside"; });
          if (!fused(*table)) continue;
          if (table == fused_tables<T>().front()) first_h = h.values(), first_d = d.values();
          tally.expect(same(first_h, h.values()) && same(first_d, d.values()), [&] { return where() + " other bits"; });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first, "; ", tally.wrong, " of ", tally.checked);
}

TEST_CASE_TEMPLATE("special values keep their class in every lane of an activation", T, float, double) {
  constexpr std::size_t kCols = 40;
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const T special : special_values<T>())
      for (std::size_t lane = 0; lane < kCols; ++lane)
        for (const ActivationKernel kernel : {ActivationKernel::kRelu, ActivationKernel::kSigmoid,
                                              ActivationKernel::kTanh, ActivationKernel::kSoftplus}) {
          const int index = static_cast<int>(kernel);
          Rows<T> h(1, kCols);
          std::vector<T> x(kMostCols, T(0.5));
          x[lane] = special;
          h.fill(x);
          table->activate[index](block(h));
          const T got = h.data[lane], usual = h.data[lane ? 0 : 1];
          const long double want = exact(kernel, static_cast<long double>(special)).value;
          const bool good = std::isnan(special)
                                ? std::isnan(got)
                                : close(got, want, want, 4) && got >= T(kernel == ActivationKernel::kTanh ? -1 : 0);
          tally.expect(good, [&] { return text(table->isa, " kernel ", index, " of ", special, " gives ", got); });
          tally.expect(close(usual, exact(kernel, 0.5L).value, 1, 4), [&] { return text(table->isa, " neighbour"); });
        }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("finite inputs give no NaN in values or derivatives", T, float, double) {
  std::vector<T> inputs = special_values<T>();
  for (T x = std::numeric_limits<T>::max(); x > std::numeric_limits<T>::min(); x /= T(1.7))
    inputs.insert(inputs.end(), {x, -x});
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (int index = 0; index < kKernels; ++index)
      for (const T x : inputs) {
        if (!std::isfinite(x)) continue;
        Rows<T> h(1, 2), slope(1, 2), d(1, 2);
        std::vector<T> values(kMostCols, T(1));
        d.fill(values), slope.fill(values);
        values[0] = x;
        h.fill(values);
        const bool keeps = index >= static_cast<int>(ActivationKernel::kGelu);
        table->activate[index](block(h, keeps ? &slope : nullptr));
        table->activate_backward[index](block(h, keeps ? &slope : nullptr, &d));
        const bool grows = index == static_cast<int>(ActivationKernel::kExponential) ||
                           index == static_cast<int>(ActivationKernel::kSelu);
        const bool good = grows ? !std::isnan(h.data[0]) && !std::isnan(d.data[0])
                                : std::isfinite(h.data[0]) && std::isfinite(d.data[0]);
        tally.expect(good, [&] { return text(table->isa, " kernel ", index, " of ", x, " gives ", h.data[0]); });
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
        table->activate[static_cast<int>(ActivationKernel::kSoftmax)](block(h));
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
