#include "linear/design/centered_design.h"

#include <cmath>
#include <numeric>

#include "linear/design/constant_columns.h"
#include "linear/linalg/thread_work.h"
#include "ops/buffer.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

Centred::Centred(const Design& design, const double* y, const double* sample_weight, bool fit_intercept, Poller& poll,
                 bool standardize, const Columns& free_columns)
    : x(design), rows(design.rows), cols(design.cols), mean(cols), target(y, y + rows) {
  for (std::size_t i = 0; i < rows; ++i) check(std::isfinite(y[i]), "[fit] y must be finite, y[", i, "] = ", y[i]);
  const std::vector<double> ones(rows, 1.0);
  if (sample_weight) {
    double total = 0;
    for (std::size_t i = 0; i < rows; ++i) {
      check(std::isfinite(sample_weight[i]) && sample_weight[i] >= 0,
            "[fit] sample_weight must be finite and not negative, sample_weight[", i, "] = ", sample_weight[i]);
      total += sample_weight[i];
    }
    check(total > 0, "[fit] sample_weight must not sum to zero: every weight is zero");
    check(std::isfinite(total) && std::isfinite(static_cast<double>(rows) / total),
          "[fit] sample_weight must have a sum that neither overflows nor is below 1e-300, got ", total);
    weight.resize(rows), scale.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) {
      weight[i] = sample_weight[i] * (static_cast<double>(rows) / total);
      scale[i] = std::sqrt(weight[i]);
    }
  }
  const auto& k = kernels<double>();
  const double count = static_cast<double>(rows);
  const double* share = weight.empty() ? ones.data() : weight.data();
  x.all_dots(share, mean.data(), poll);
  check_finite(x, mean);
  for (auto& m : mean) m /= count;
  if (fit_intercept || standardize) apart_ = flat_columns(x, weight, mean, poll);
  if (standardize) {
    std::vector<double> square = squares(poll);
    for (auto& s : square) s = s > 0 ? std::sqrt(s / count) : 1.0;
    deviation = std::move(square);
  }
  if (!fit_intercept) std::fill(mean.begin(), mean.end(), 0.0), apart_.clear();
  if (fit_intercept) target_mean = k.dot(rows, share, y) / count;
  for (std::size_t i = 0; i < rows; ++i) {
    target[i] -= target_mean;
    if (!scale.empty()) target[i] *= scale[i];
  }
  target_square = k.dot(rows, target.data(), target.data());
  if (free_columns.empty()) return;
  std::vector<double> rounding;
  for (const std::size_t j : free_columns)
    rounding.push_back(FreeColumns::kRounding * std::sqrt(count) * std::fabs(mean[j]) / unit(j));
  FreeColumns found(
      free_columns, rounding, rows, nullptr,
      [&](const Columns& list, double* out, std::size_t stride) { gather(list, out, stride); }, poll);
  along.resize(found.size() * cols), explained.resize(cols);
  for (std::size_t a = 0; a < found.size(); ++a) {
    double* with = along.data() + a * cols;
    all_dots(found.vector(a), with, poll);
    for (std::size_t j = 0; j < cols; ++j) explained[j] += with[j] * with[j];
  }
  free = std::move(found);
  apart_.resize(cols);
  for (const std::size_t j : free_columns) apart_[j] = true;
  free_target = take_off(target.data(), poll);
  target_square = k.dot(rows, target.data(), target.data());
}

const double* Centred::weighted(const double* r, std::vector<double>& room, double& sum) const {
  const auto& k = kernels<double>();
  if (!scale.empty()) {
    room.resize(rows);
    for (std::size_t i = 0; i < rows; ++i) room[i] = scale[i] * r[i];
    r = room.data();
  }
  sum = k.sum(rows, r);
  return r;
}

void Centred::all_dots(const double* r, double* out, Poller& poll) const {
  std::vector<double> room;
  double sum = 0;
  x.all_dots(weighted(r, room, sum), out, poll);
  for (std::size_t j = 0; j < cols; ++j) out[j] = (out[j] - mean[j] * sum) / unit(j);
  if (!free.columns().empty()) {
    const std::vector<double> back = less(r, poll);
    std::vector<const double*> with(free.size());
    for (std::size_t a = 0; a < with.size(); ++a) with[a] = along.data() + a * cols;
    kernels<double>().add_columns(cols, with.size(), with.data(), back.data(), out);
  }
  for (std::size_t j = 0; j < apart_.size(); ++j)
    if (apart_[j]) out[j] = 0;
}

std::vector<double> Centred::less(const double* r, Poller& poll) const {
  std::vector<double> back(free.size());
  free.products(r, back.data(), poll);
  for (double& b : back) b = -b;
  return back;
}

std::vector<double> Centred::target_dots(Poller& poll) const {
  std::vector<double> q(cols);
  all_dots(target.data(), q.data(), poll);
  return q;
}

void Centred::some_dots(const Columns& list, const double* r, double* out, Poller& poll) const {
  std::vector<double> room;
  double sum = 0;
  x.some_dots(list, weighted(r, room, sum), out, poll);
  for (std::size_t k = 0; k < list.size(); ++k)
    out[k] = is_apart(list[k]) ? 0 : (out[k] - mean[list[k]] * sum) / unit(list[k]);
  if (free.columns().empty()) return;
  const std::vector<double> back = less(r, poll);
  for (std::size_t a = 0; a < back.size(); ++a)
    for (std::size_t k = 0; k < list.size(); ++k)
      if (!is_apart(list[k])) out[k] += along[a * cols + list[k]] * back[a];
}

std::vector<double> Centred::squares(Poller& poll) const {
  constexpr double kCancelled = 1e-8;  // of sparse columns, which are squared before they are centred
  // Columns that a thread gathers at once, those of a cache line at least, and between two polls.
  const std::size_t group_size = std::clamp<std::size_t>((std::size_t{1} << 20) / rows, 8, 64);
  const std::size_t chunk = std::clamp<std::size_t>((std::size_t{1} << 24) / rows, 2 * group_size, 1024);
  std::vector<double> out(cols), column(x.dense() ? 0 : rows);
  for (std::size_t from = 0; from < cols && x.dense(); from += chunk, poll()) {
    const std::size_t count = std::min(chunk, cols - from);
    parallel_for(team_threads(), count, kThreadNumbers / rows + group_size, [&](std::size_t first, std::size_t last) {
      Buffer<double> room(group_size * rows);
      for (std::size_t j = from + first; j < from + last; j += group_size) {
        Columns group(std::min(group_size, from + last - j));
        std::iota(group.begin(), group.end(), j);
        gather(group, room.data(), rows);
        for (std::size_t k = 0; k < group.size(); ++k)
          out[j + k] = kernels<double>().dot(rows, room.data() + k * rows, room.data() + k * rows);
      }
    });
  }
  for (std::size_t j = 0; j < cols && !x.dense(); ++j, poll()) {
    if (is_apart(j)) continue;
    const double square = unit(j) * unit(j);
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

void Centred::subtract(const Columns& list, const double* a, double* r, Poller& poll) const {
  const double* given = a;
  std::vector<double> fitted(rows), turned;
  if (!deviation.empty()) {
    for (std::size_t k = 0; k < list.size(); ++k) turned.push_back(a[k] / unit(list[k]));
    a = turned.data();
  }
  x.add(list, a, fitted.data(), poll);
  double shift = 0;
  for (std::size_t k = 0; k < list.size(); ++k) shift += a[k] * mean[list[k]];
  for (std::size_t i = 0; i < rows; ++i) r[i] -= (scale.empty() ? 1.0 : scale[i]) * (fitted[i] - shift);
  if (free.size() == 0) return;
  std::vector<double> part(free.size());
  for (std::size_t b = 0; b < part.size(); ++b)
    for (std::size_t k = 0; k < list.size(); ++k) part[b] += along[b * cols + list[k]] * given[k];
  kernels<double>().add_columns(rows, part.size(), free.basis().data(), part.data(), r);
}

void Centred::gather(const Columns& list, double* out, std::size_t stride) const {
  std::vector<double> shift(list.size());
  for (std::size_t k = 0; k < list.size(); ++k) shift[k] = mean[list[k]];
  x.gather(list, shift.data(), scale_or_null(), out, stride);
  for (std::size_t k = 0; k < list.size() && !deviation.empty(); ++k)
    for (std::size_t i = 0; i < rows; ++i) out[k * stride + i] /= unit(list[k]);
  std::vector<double> back(free.size());
  for (std::size_t k = 0; k < list.size(); ++k) {
    double* column = out + k * stride;
    for (std::size_t b = 0; b < back.size(); ++b) back[b] = -along[b * cols + list[k]];
    if (!back.empty()) kernels<double>().add_columns(rows, back.size(), free.basis().data(), back.data(), column);
    if (is_apart(list[k]) || (!back.empty() && vanishes(list[k], kernels<double>().dot(rows, column, column))))
      std::fill_n(column, rows, 0.0);
  }
}

void Centred::read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, double* out,
                         std::size_t stride) const {
  x.read_block(first, last, begin, end, mean.data(), scale_or_null(), out, stride);
  if (deviation.empty() && apart_.empty()) return;
  std::vector<const double*> with;
  for (std::size_t b = 0; b < free.size(); ++b) with.push_back(along.data() + b * cols + begin);
  std::vector<double> back(with.size());
  for (std::size_t i = 0; i < last - first; ++i) {
    double* line = out + i * stride;
    for (std::size_t j = begin; j < end && !deviation.empty(); ++j) line[j] /= deviation[j];
    for (std::size_t b = 0; b < with.size(); ++b) back[b] = -free.vector(b)[first + i];
    if (!with.empty()) kernels<double>().add_columns(end - begin, with.size(), with.data(), back.data(), line + begin);
    for (std::size_t j = begin; j < end && !apart_.empty(); ++j)
      if (apart_[j]) line[j] = 0;
  }
}

std::vector<double> Centred::take_off(double* y, Poller& poll) const {
  const auto square = [&] { return kernels<double>().dot(rows, y, y); };
  const double whole = square();
  std::vector<double> parts = free.project_out(y, poll);
  if (square() <= 1e-26 * whole) std::fill_n(y, rows, 0.0);
  return parts;
}

void Centred::complete(const std::vector<double>& with_target, double* coef) const {
  if (free.columns().empty()) return;
  std::vector<double> c = with_target;
  for (std::size_t b = 0; b < c.size(); ++b)
    for (std::size_t j = 0; j < cols; ++j)
      if (coef[j] != 0) c[b] -= along[b * cols + j] * coef[j];
  free.coefficients(std::move(c), coef);
}

double Centred::intercept(const double* coef) const {
  double b = target_mean;
  for (std::size_t j = 0; j < cols; ++j) b -= mean[j] * coef[j];
  return b;
}

}  // namespace proxnet
