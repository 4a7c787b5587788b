#include "linear/design/centered_design.h"

#include <cmath>
#include <numeric>

#include "linear/design/constant_columns.h"
#include "linear/design/row_weights.h"
#include "linear/linalg/thread_work.h"
#include "ops/buffer.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

CenteredDesign::CenteredDesign(const Design& design, const double* y, const double* sample_weight, bool fit_intercept,
                               Poller& poll, bool standardize, const Columns& unpenalized_columns)
    : x(design), rows(design.rows), cols(design.cols), mean(cols), target(y, y + rows) {
  for (std::size_t i = 0; i < rows; ++i) check(std::isfinite(y[i]), "[fit] y must be finite, y[", i, "] = ", y[i]);
  const std::vector<double> ones(rows, 1.0);
  if (sample_weight) {
    const double total = sum_of_weights(sample_weight, rows);
    weight.resize(rows), scale.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      weight[i] = sample_weight[i] * (static_cast<double>(rows) / total);
      scale[i] = std::sqrt(weight[i]);
    }
  }
  const auto& k = kernels<double>();
  const double count = static_cast<double>(rows);
  const double* row_weight = weight.empty() ? ones.data() : weight.data();
  x.all_dots(row_weight, mean.data(), poll);
  check_finite(x, mean);
  for (auto& m : mean) m /= count;
  if (fit_intercept || standardize) eliminated_ = constant_columns(x, weight, mean, poll);
  if (standardize) {
    std::vector<double> square = squares(poll);
    for (auto& s : square) s = s > 0 ? std::sqrt(s / count) : 1.0;
    deviation = std::move(square);
  }
  if (!fit_intercept) std::fill(mean.begin(), mean.end(), 0.0), eliminated_.clear();
  if (fit_intercept) target_mean = k.dot(rows, row_weight, y) / count;
  for (std::size_t i = 0; i < rows; ++i) {
    target[i] -= target_mean;
    if (!scale.empty()) target[i] *= scale[i];
  }
  target_square = k.dot(rows, target.data(), target.data());
  if (unpenalized_columns.empty()) return;
  std::vector<double> rounding;
  for (const std::size_t j : unpenalized_columns)
    rounding.push_back(UnpenalizedColumns::kRounding * std::sqrt(count) * std::fabs(mean[j]) / column_scale(j));
  UnpenalizedColumns found(
      unpenalized_columns, rounding, rows, nullptr,
      [&](const Columns& list, double* out, std::size_t stride) { gather(list, out, stride); }, poll);
  along.resize(found.size() * cols), explained.resize(cols);
  for (std::size_t a = 0; a < found.size(); ++a) {
    double* with = along.data() + a * cols;
    all_dots(found.vector(a), with, poll);
    for (std::size_t j = 0; j < cols; ++j) explained[j] += with[j] * with[j];
  }
  unpenalized = std::move(found);
  eliminated_.resize(cols);
  for (const std::size_t j : unpenalized_columns) eliminated_[j] = true;
  target_projection = project_out(target.data(), poll);
  target_square = k.dot(rows, target.data(), target.data());
}

const double* CenteredDesign::weighted(const double* r, std::vector<double>& scratch, double& sum) const {
  const auto& k = kernels<double>();
  if (!scale.empty()) {
    scratch.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) scratch[i] = scale[i] * r[i];
    r = scratch.data();
  }
  sum = k.sum(rows, r);
  return r;
}

void CenteredDesign::all_dots(const double* r, double* out, Poller& poll) const {
  std::vector<double> scratch;
  double sum = 0;
  x.all_dots(weighted(r, scratch, sum), out, poll);
  for (std::size_t j = 0; j < cols; ++j) out[j] = (out[j] - mean[j] * sum) / column_scale(j);
  if (!unpenalized.columns().empty()) {
    const std::vector<double> back = minus_projection(r, poll);
    std::vector<const double*> with(unpenalized.size());
    for (std::size_t a = 0; a < with.size(); ++a) with[a] = along.data() + a * cols;
    kernels<double>().add_columns(cols, with.size(), with.data(), back.data(), out);
  }
  for (std::size_t j = 0; j < eliminated_.size(); ++j)
    if (eliminated_[j]) out[j] = 0;
}

std::vector<double> CenteredDesign::minus_projection(const double* r, Poller& poll) const {
  std::vector<double> back(unpenalized.size());
  unpenalized.products(r, back.data(), poll);
  for (double& b : back) b = -b;
  return back;
}

std::vector<double> CenteredDesign::target_dots(Poller& poll) const {
  std::vector<double> q(cols);
  all_dots(target.data(), q.data(), poll);
  return q;
}

void CenteredDesign::some_dots(const Columns& list, const double* r, double* out, Poller& poll) const {
  std::vector<double> scratch;
  double sum = 0;
  x.some_dots(list, weighted(r, scratch, sum), out, poll);
  for (std::size_t k = 0; k < list.size(); ++k)
    out[k] = is_eliminated(list[k]) ? 0 : (out[k] - mean[list[k]] * sum) / column_scale(list[k]);
  if (unpenalized.columns().empty()) return;
  const std::vector<double> back = minus_projection(r, poll);
  for (std::size_t a = 0; a < back.size(); ++a)
    for (std::size_t k = 0; k < list.size(); ++k)
      if (!is_eliminated(list[k])) out[k] += along[a * cols + list[k]] * back[a];
}

std::vector<double> CenteredDesign::squares(Poller& poll) const {
  constexpr double kCancelled = 1e-8;  // of sparse columns, which are squared before they are centred
  // Columns that a thread gathers at once, those of a cache line at least, and between two polls.
  const std::size_t group_size = std::clamp<std::size_t>((std::size_t{1} << 20) / rows, 8, 64);
  const std::size_t chunk = std::clamp<std::size_t>((std::size_t{1} << 24) / rows, 2 * group_size, 1024);
  std::vector<double> out(cols), column(x.dense() ? 0 : rows);
  for (std::size_t from = 0; from < cols && x.dense(); from += chunk, poll()) {
    const std::size_t count = std::min(chunk, cols - from);
    parallel_for(team_threads(), count, kThreadNumbers / rows + group_size, [&](std::size_t first, std::size_t last) {
      Buffer<double> scratch(group_size * rows);
      for (std::size_t j = from + first; j < from + last; j += group_size) {
        Columns group(std::min(group_size, from + last - j));
        std::iota(group.begin(), group.end(), j);
        gather(group, scratch.data(), rows);
        for (std::size_t k = 0; k < group.size(); ++k)
          out[j + k] = kernels<double>().dot(rows, scratch.data() + k * rows, scratch.data() + k * rows);
      }
    });
  }
  for (std::size_t j = 0; j < cols && !x.dense(); ++j, poll()) {
    if (is_eliminated(j)) continue;
    const double square = column_scale(j) * column_scale(j);
    const double shift =
        static_cast<double>(rows) * mean[j] * mean[j] / square + (explained.empty() ? 0.0 : explained[j]);
    x.add(j, 1, weight.empty() ? nullptr : weight.data(), column.data());
    out[j] = x.dot(j, column.data()) / square - shift;
    x.add(j, -1, weight.empty() ? nullptr : weight.data(), column.data());
    if (out[j] > kCancelled * shift) continue;
    gather({j}, column.data(), rows);
    out[j] = kernels<double>().dot(rows, column.data(), column.data());
    std::fill(column.begin(), column.end(), 0.0);
  }
  return out;
}

void CenteredDesign::subtract(const Columns& list, const double* a, double* r, Poller& poll) const {
  const double* given = a;
  std::vector<double> fitted(rows), turned;
  if (!deviation.empty()) {
    for (std::size_t k = 0; k < list.size(); ++k) turned.push_back(a[k] / column_scale(list[k]));
    a = turned.data();
  }
  x.add(list, a, fitted.data(), poll);
  double shift = 0;
  for (std::size_t k = 0; k < list.size(); ++k) shift += a[k] * mean[list[k]];
  for (std::size_t i = 0; i < rows; ++i) r[i] -= (scale.empty() ? 1.0 : scale[i]) * (fitted[i] - shift);
  if (unpenalized.size() == 0) return;
  std::vector<double> part(unpenalized.size());
  for (std::size_t b = 0; b < part.size(); ++b)
    for (std::size_t k = 0; k < list.size(); ++k) part[b] += along[b * cols + list[k]] * given[k];
  kernels<double>().add_columns(rows, part.size(), unpenalized.basis().data(), part.data(), r);
}

void CenteredDesign::gather(const Columns& list, double* out, std::size_t stride) const {
  std::vector<double> shift(list.size());
  for (std::size_t k = 0; k < list.size(); ++k) shift[k] = mean[list[k]];
  x.gather(list, shift.data(), scale_or_null(), out, stride);
  for (std::size_t k = 0; k < list.size() && !deviation.empty(); ++k)
    for (std::size_t i = 0; i < rows; ++i) out[k * stride + i] /= column_scale(list[k]);
  std::vector<double> back(unpenalized.size());
  for (std::size_t k = 0; k < list.size(); ++k) {
    double* column = out + k * stride;
    for (std::size_t b = 0; b < back.size(); ++b) back[b] = -along[b * cols + list[k]];
    if (!back.empty())
      kernels<double>().add_columns(rows, back.size(), unpenalized.basis().data(), back.data(), column);
    if (is_eliminated(list[k]) || (!back.empty() && vanishes(list[k], kernels<double>().dot(rows, column, column))))
      std::fill_n(column, rows, 0.0);
  }
}

void CenteredDesign::read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, double* out,
                                std::size_t stride) const {
  x.read_block(first, last, begin, end, mean.data(), scale_or_null(), out, stride);
  if (deviation.empty() && eliminated_.empty()) return;
  std::vector<const double*> with;
  for (std::size_t b = 0; b < unpenalized.size(); ++b) with.push_back(along.data() + b * cols + begin);
  std::vector<double> back(with.size());
  for (std::size_t i = 0; i < last - first; ++i) {
    double* line = out + i * stride;
    for (std::size_t j = begin; j < end && !deviation.empty(); ++j) line[j] /= deviation[j];
    for (std::size_t b = 0; b < with.size(); ++b) back[b] = -unpenalized.vector(b)[first + i];
    if (!with.empty()) kernels<double>().add_columns(end - begin, with.size(), with.data(), back.data(), line + begin);
    for (std::size_t j = begin; j < end && !eliminated_.empty(); ++j)
      if (eliminated_[j]) line[j] = 0;
  }
}

std::vector<double> CenteredDesign::project_out(double* y, Poller& poll) const {
  const auto square = [&] { return kernels<double>().dot(rows, y, y); };
  const double before = square();
  std::vector<double> parts = unpenalized.project_out(y, poll);
  if (square() <= 1e-26 * before) std::fill_n(y, rows, 0.0);
  return parts;
}

void CenteredDesign::complete(const std::vector<double>& with_target, double* coef) const {
  if (unpenalized.columns().empty()) return;
  std::vector<double> c = with_target;
  for (std::size_t b = 0; b < c.size(); ++b)
    for (std::size_t j = 0; j < cols; ++j)
      if (coef[j] != 0) c[b] -= along[b * cols + j] * coef[j];
  unpenalized.coefficients(std::move(c), coef);
}

double CenteredDesign::intercept(const double* coef) const {
  double b = target_mean;
  for (std::size_t j = 0; j < cols; ++j) b -= mean[j] * coef[j];
  return b;
}

}  // namespace proxnet
