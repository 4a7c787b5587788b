// What serves every layout: sizes, predictions, the search for numbers that are not finite.
#include "linear/design.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

std::size_t rows(const Design& x) { return x.rows; }
std::size_t cols(const Design& x) { return x.cols; }

void predict(const Design& x, const double* coef, double intercept, double* out) {
  Columns list;
  std::vector<double> a;
  for (std::size_t j = 0; j < x.cols; ++j)
    if (coef[j] != 0) list.push_back(j), a.push_back(coef[j]);
  std::fill_n(out, x.rows, 0.0);
  x.add(list, a.data(), out);
  for (std::size_t i = 0; i < x.rows; ++i) out[i] += intercept;
}

void check_finite(const Design& x, const std::vector<double>& dots) {
  for (std::size_t j = 0; j < x.cols; ++j)
    check(std::isfinite(dots[j]), "[design] X must be finite: column ", j,
          " has a NaN or an infinity, or its sum overflows");
}

void check_finite(const Design& x) {
  const std::function<bool()> never;
  Poller poll(never, "[design]");
  const std::vector<double> ones(x.rows, 1.0);
  std::vector<double> sums(x.cols);
  x.all_dots(ones.data(), sums.data(), poll);
  check_finite(x, sums);
}

}  // namespace proxnet
