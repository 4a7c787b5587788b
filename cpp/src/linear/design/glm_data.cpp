#include "linear/design/glm_data.h"

#include <cmath>

#include "linear/design/constant_columns.h"
#include "linear/design/row_weights.h"
#include "runtime/dispatch.h"

namespace proxnet {

GlmData::GlmData(const Design& design, const double* sample_weight, bool fit_intercept, Poller& poll,
                 const Columns& unpenalized_columns)
    : x(design),
      rows(design.rows),
      cols(design.cols),
      has_intercept(fit_intercept),
      normalized_weight(rows, 1 / static_cast<double>(rows)),
      mean(cols) {
  if (sample_weight) {
    const double total = sum_of_weights(sample_weight, rows);
    for (std::size_t i = 0; i < rows; ++i) normalized_weight[i] = sample_weight[i] / total;
  }
  const std::vector<double> ones(rows, 1.0);
  x.all_dots(ones.data(), mean.data(), poll);
  check_finite(x, mean);
  if (fit_intercept) {
    x.all_dots(normalized_weight.data(), mean.data(), poll);
    eliminated_ = constant_columns(x, normalized_weight, mean, poll);
  }
  std::vector<double> shift, rounding;
  for (const std::size_t j : unpenalized_columns) shift.push_back(fit_intercept ? mean[j] : 0);
  if (!fit_intercept || !x.dense()) std::fill(mean.begin(), mean.end(), 0.0);
  if (unpenalized_columns.empty()) return;
  for (std::size_t k = 0; k < shift.size(); ++k) {
    mean[unpenalized_columns[k]] = shift[k];
    rounding.push_back(UnpenalizedColumns::kRounding * std::fabs(shift[k]));
  }
  unpenalized = UnpenalizedColumns(
      unpenalized_columns, rounding, rows, normalized_weight.data(),
      [&](const Columns& list, double* out, std::size_t stride) {
        std::vector<double> means;
        for (const std::size_t j : list) means.push_back(mean[j]);
        x.gather(list, means.data(), nullptr, out, stride);
      },
      poll);
  eliminated_.resize(cols);
  for (const std::size_t j : unpenalized_columns) eliminated_[j] = true;
}

double GlmData::along(std::size_t d, const double* v) const {
  const double* with = direction(d);
  return with ? kernels<double>().dot(rows, with, v) : kernels<double>().sum(rows, v);
}

void GlmData::along(const double* v, double* out) const {
  if (has_intercept) *out++ = kernels<double>().sum(rows, v);
  if (unpenalized.size() > 0) kernels<double>().dots(rows, unpenalized.size(), unpenalized.basis().data(), v, out);
}

const double* GlmData::times(std::size_t d, const double* v, std::vector<double>& scratch) const {
  const double* with = direction(d);
  if (!with) return v;
  scratch.resize(rows);
  for (std::size_t i = 0; i < rows; ++i) scratch[i] = with[i] * v[i];
  return scratch.data();
}

void GlmData::move(std::size_t d, double by, double* z) const {
  const double* with = direction(d);
  for (std::size_t i = 0; i < rows; ++i) z[i] += with ? by * with[i] : by;
}

void GlmData::all_dots(const double* v, std::size_t outputs, double* out, Poller& poll) const {
  for (std::size_t k = 0; k < outputs; ++k) {
    double* dots = out + k * cols;
    x.all_dots(v + k * rows, dots, poll);
    const double sum = kernels<double>().sum(rows, v + k * rows);
    for (std::size_t j = 0; j < cols; ++j) dots[j] -= mean[j] * sum;
    for (std::size_t j = 0; j < eliminated_.size(); ++j)
      if (eliminated_[j]) dots[j] = 0;
  }
}

void GlmData::some_dots(const Columns& list, const double* v, double* out, Poller& poll) const {
  // Consecutive coefficients of one output make one call.
  for (std::size_t first = 0, last = 0; first < list.size(); first = last) {
    const std::size_t k = list[first] / cols;
    Columns columns;
    for (; last < list.size() && list[last] / cols == k; ++last) columns.push_back(list[last] % cols);
    x.some_dots(columns, v + k * rows, out + first, poll);
    const double sum = kernels<double>().sum(rows, v + k * rows);
    for (std::size_t s = 0; s < columns.size(); ++s)
      out[first + s] = is_eliminated(columns[s]) ? 0 : out[first + s] - mean[columns[s]] * sum;
  }
}

}  // namespace proxnet
