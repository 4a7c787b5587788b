#include "linear/design/constant_columns.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace proxnet {

namespace {

constexpr double kRounding = 1e-15;  // largest RMS of (x - x_row) / x_row of a constant column

// Candidates: columns whose entry in `row` equals their mean up to the rounding of a sum over the rows.
Columns suspects(const Design& x, const std::vector<double>& numbers, const std::vector<double>& mean) {
  const double tolerance = (4 * static_cast<double>(x.rows) + 16) * std::numeric_limits<double>::epsilon();
  Columns list;
  for (std::size_t j = 0; j < x.cols; ++j)
    if (numbers[j] != 0 && std::fabs(numbers[j] - mean[j]) <= tolerance * std::fabs(numbers[j])) list.push_back(j);
  return list;
}

}  // namespace

std::vector<bool> constant_columns(const Design& x, const std::vector<double>& weight, const std::vector<double>& mean,
                                   Poller& poll) {
  const auto heaviest = std::max_element(weight.begin(), weight.end());
  const std::size_t row = weight.empty() ? 0 : static_cast<std::size_t>(heaviest - weight.begin());
  std::vector<double> numbers(x.cols), column(x.rows);
  x.read_block(row, row + 1, 0, x.cols, std::vector<double>(x.cols).data(), nullptr, numbers.data(), x.cols);
  std::vector<bool> constant;
  for (const std::size_t j : suspects(x, numbers, mean)) {
    poll();
    x.gather({j}, &numbers[j], nullptr, column.data(), x.rows);
    double total = 0, square = 0;
    for (std::size_t i = 0; i < x.rows; ++i) {
      const double row_weight = weight.empty() ? 1.0 : weight[i], deviation = column[i] / numbers[j];
      total += row_weight;
      if (row_weight > 0) square += row_weight * deviation * deviation;
    }
    if (!(square <= kRounding * kRounding * total)) continue;
    constant.resize(x.cols);
    constant[j] = true;
  }
  return constant;
}

}  // namespace proxnet
