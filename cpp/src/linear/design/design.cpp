// Functions of all layouts: sizes, predictions, checks.
#include "linear/design/design.h"

#include <algorithm>
#include <cmath>

#include "linear/design/row_products.h"
#include "proxnet/ridge.h"

namespace proxnet {

std::size_t rows(const Design& x) { return x.rows; }
std::size_t cols(const Design& x) { return x.cols; }

void predict(const Design& x, const double* coef, double intercept, double* out, Poller& poll) {
  Columns list;
  std::vector<double> a;
  for (std::size_t j = 0; j < x.cols; ++j)
    if (coef[j] != 0) list.push_back(j), a.push_back(coef[j]);
  std::fill_n(out, x.rows, 0.0);
  x.add(list, a.data(), out, poll);
  for (std::size_t i = 0; i < x.rows; ++i) out[i] += intercept;
}

void predict(const Design& x, const double* coef, double intercept, double* out, const PollFunction& poll) {
  Poller poller(poll, "[predict]");
  predict(x, coef, intercept, out, poller);
}

void check_finite(const Design& x, const std::vector<double>& dots) {
  for (std::size_t j = 0; j < x.cols; ++j)
    check(std::isfinite(dots[j]), "[design] X must be finite: column ", j,
          " has a NaN or an infinity, or its sum overflows");
}

void Design::check_finite(Poller& poll) const {
  const std::vector<double> ones(rows, 1.0);
  std::vector<double> sums(cols);
  all_dots(ones.data(), sums.data(), poll);
  proxnet::check_finite(*this, sums);
}

void check_finite(const Design& x, const PollFunction& poll) {
  Poller poller(poll, "[design]");
  x.check_finite(poller);
}

void predictions(const Design& x, const double* coef, const double* intercept, std::size_t count, double* out,
                 const PollFunction& ask) {
  Poller poll(ask, "[predict]");
  if (!x.dense()) {
    for (std::size_t k = 0; k < count; ++k) predict(x, coef + k * x.cols, intercept[k], out + k * x.rows, poll);
    return;
  }
  const std::vector<double> shift(x.cols);
  multiply_rows(
      x.rows, x.cols, count, coef, poll,
      [&](std::size_t first, std::size_t last, double* block, std::size_t stride) {
        x.read_block(first, last, 0, x.cols, shift.data(), nullptr, block, stride);
      },
      [&](std::size_t first, std::size_t last, const double* products, std::size_t wide) {
        for (std::size_t k = 0; k < count; ++k)
          for (std::size_t i = first; i < last; ++i)
            out[k * x.rows + i] = products[(i - first) * wide + k] + intercept[k];
      });
}

}  // namespace proxnet
