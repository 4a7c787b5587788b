#include "linear/design/unpenalized_columns.h"

#include <algorithm>
#include <cmath>

#include "runtime/dispatch.h"

namespace proxnet {

namespace {

constexpr std::size_t kPollNumbers = std::size_t{1} << 22;  // between two polls: milliseconds

}  // namespace

UnpenalizedColumns::UnpenalizedColumns(Columns list, const std::vector<double>& rounding, std::size_t row_count,
                                       const double* row_weight, const Gather& gather, Poller& poll)
    : rows_(row_count), weight_(row_weight), list_(std::move(list)) {
  const std::size_t stride = round_up(rows_, kRowPad<double>);
  constexpr std::size_t kGroup = 8;
  Buffer<double> group(std::min(kGroup, list_.size()) * stride);
  storage_ = Buffer<double>(list_.size() * stride);
  std::vector<double> weighted(weight_ ? rows_ : 0);
  const auto divide = [&](double* column) {
    const double* other = column;
    for (std::size_t i = 0; weight_ && i < rows_; ++i) weighted[i] = weight_[i] * column[i];
    if (weight_) other = weighted.data();
    const double norm = std::sqrt(kernels<double>().dot(rows_, column, other));
    for (std::size_t i = 0; norm > 0 && i < rows_; ++i) column[i] /= norm;
    return norm;
  };
  for (std::size_t k = 0; k < list_.size(); ++k, poll()) {
    const auto from = list_.begin() + static_cast<std::ptrdiff_t>(k);
    if (k % kGroup == 0)
      gather({from, from + static_cast<std::ptrdiff_t>(std::min(kGroup, list_.size() - k))}, group.data(), stride);
    double* column = group.data() + k % kGroup * stride;
    const double full_norm = divide(column);
    if (!(full_norm > rounding[k])) continue;
    std::vector<double> parts = project_out(column, poll);
    const double left = divide(column);
    if (!(left > kRounding)) continue;
    const std::vector<double> rest = project_out(column, poll);
    const double last = divide(column);
    for (std::size_t a = 0; a < size(); ++a) parts[a] = full_norm * (parts[a] + left * rest[a]);
    parts.push_back(full_norm * left * last);
    double* vector = storage_.data() + size() * stride;
    std::copy_n(column, rows_, vector);
    basis_.push_back(vector), leading_.push_back(list_[k]), upper_.push_back(std::move(parts));
  }
}

void UnpenalizedColumns::products(const double* r, double* out, Poller& poll) const {
  std::vector<double> weighted(weight_ ? rows_ : 0);
  for (std::size_t i = 0; i < weighted.size(); ++i) weighted[i] = weight_[i] * r[i];
  const std::size_t step = kPollNumbers / rows_ + 8;
  for (std::size_t a = 0; a < size(); a += step, poll())
    kernels<double>().dots(rows_, std::min(step, size() - a), basis_.data() + a, weight_ ? weighted.data() : r,
                           out + a);
}

std::vector<double> UnpenalizedColumns::project_out(double* r, Poller& poll) const {
  std::vector<double> parts(size()), back(size());
  const std::size_t step = kPollNumbers / rows_ + 8;
  for (int time = 0; time < 2; ++time) {
    products(r, back.data(), poll);
    for (std::size_t a = 0; a < size(); ++a) parts[a] += back[a], back[a] = -back[a];
    for (std::size_t a = 0; a < size(); a += step, poll())
      kernels<double>().add_columns(rows_, std::min(step, size() - a), basis_.data() + a, back.data() + a, r);
  }
  return parts;
}

void UnpenalizedColumns::coefficients(std::vector<double> c, double* coef) const {
  for (const std::size_t j : list_) coef[j] = 0;
  for (std::size_t a = size(); a-- > 0;) {
    const double w = c[a] / upper_[a][a];
    for (std::size_t b = 0; b < a; ++b) c[b] -= w * upper_[a][b];
    coef[leading_[a]] = w + 0.0;
  }
}

}  // namespace proxnet
