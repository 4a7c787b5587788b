// One iteration of L-BFGS.
#include "training/lbfgs.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace proxnet {

namespace {

template <class T> double dot(const Buffer<T>& a, const Buffer<T>& b) {
  return kernels<T>().dot(a.size(), a.data(), b.data());
}

template <class T> bool is_finite(double value, const Buffer<T>& gradient) {
  return std::isfinite(value) && kernels<T>().all_finite(gradient.size(), gradient.data());
}

// y += factor * x
template <class T> void add(double factor, const Buffer<T>& x, Buffer<T>& y) {
  const T f = static_cast<T>(factor);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += f * x[i];
}

}  // namespace

template <class T>
Lbfgs<T>::Lbfgs(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options)
    : optimizer_(network.optimizer), objective_(network, data, options, true) {
  for (Point* point : {&at_, &trial_}) point->w = objective_.vector(), point->gradient = objective_.vector();
  for (Buffer<T>* v : {&x_, &direction_}) *v = objective_.vector();
  for (std::size_t i = 0; i < optimizer_.memory; ++i)
    s_.push_back(objective_.vector()), y_.push_back(objective_.vector());
}

template <class T> void Lbfgs<T>::choose_direction(std::uint64_t end, std::size_t count) {
  Buffer<T>& d = direction_;
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = -at_.gradient[i];
  if (count == 0) return;
  std::vector<double> alpha(count), product(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t slot = (end - 1 - i) % optimizer_.memory;
    product[i] = dot(s_[slot], y_[slot]);
    alpha[i] = dot(s_[slot], d) / product[i];
    add(-alpha[i], y_[slot], d);
    objective_.poll();
  }
  const Buffer<T>& newest = y_[(end - 1) % optimizer_.memory];
  const T scale = static_cast<T>(product[0] / dot(newest, newest));
  for (std::size_t i = 0; i < d.size(); ++i) d[i] *= scale;
  for (std::size_t i = count; i-- > 0;) {
    const std::size_t slot = (end - 1 - i) % optimizer_.memory;
    add(alpha[i] - dot(y_[slot], d) / product[i], s_[slot], d);
    objective_.poll();
  }
}

template <class T> bool Lbfgs<T>::search(double step) {
  constexpr double kDecrease = 1e-4, kCurvature = 0.9;
  constexpr int kTries = 60;
  const double slope = dot(at_.gradient, direction_);
  if (!(slope < 0)) return false;
  const double rounding = static_cast<double>(std::numeric_limits<T>::epsilon()) * std::fabs(at_.value);
  double low = 0, high = std::numeric_limits<double>::infinity();
  for (int tries = 0; tries < kTries; ++tries) {
    trial_.w = at_.w;
    add(step, direction_, trial_.w);
    evaluate(trial_);
    const double end = is_finite(trial_.value, trial_.gradient) ? dot(trial_.gradient, direction_)
                                                                : std::numeric_limits<double>::infinity();
    const bool lower = trial_.value <= at_.value + kDecrease * step * slope ||
                       (trial_.value <= at_.value + rounding && end <= (2 * kDecrease - 1) * slope);
    if (!lower || std::isinf(end))
      high = step;
    else if (end < kCurvature * slope)
      low = step;
    else
      return true;
    step = std::isinf(high) ? 2 * step : (low + high) / 2;
  }
  return false;
}

template <class T> Report Lbfgs<T>::iterate(Parameters<T>& live) {
  OptimizerProgress& progress = live.progress;
  const bool changed = objective_.update_constants();
  objective_.read_weights(live, x_.data());
  if (changed || !known_ || !std::equal(x_.data(), x_.data() + x_.size(), at_.w.data()))
    known_ = false, at_.w = x_, evaluate(at_);
  known_ = is_finite(at_.value, at_.gradient);
  if (!known_) throw_diverged();
  const std::size_t memory = optimizer_.memory;
  std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(progress.pairs, memory));
  for (std::size_t i = 0; i < count; ++i)
    objective_.read_state(live, 2 * i, s_[i].data()), objective_.read_state(live, 2 * i + 1, y_[i].data());

  for (;; count = 0) {
    choose_direction(progress.pairs, count);
    const double start = count > 0 ? 1 : 1 / std::max(1.0, std::sqrt(dot(at_.gradient, at_.gradient)));
    if (search(optimizer_.learning_rate * start)) break;
    if (count == 0) return {at_.value, at_.metrics};  // a minimum up to rounding
    progress.pairs = 0;
  }
  const std::size_t slot = progress.pairs % memory;
  Buffer<T>&s = s_[slot], &y = y_[slot];
  for (std::size_t i = 0; i < s.size(); ++i) {
    s[i] = trial_.w[i] - at_.w[i];
    y[i] = trial_.gradient[i] - at_.gradient[i];
  }
  const double product = dot(s, y), square = dot(y, y);
  if (product > static_cast<double>(std::numeric_limits<T>::epsilon()) * square && square > 0) {
    objective_.write_state(s.data(), 2 * slot, live);
    objective_.write_state(y.data(), 2 * slot + 1, live);
    ++progress.pairs;
  }
  objective_.write_weights(trial_.w.data(), live);
  std::swap(at_, trial_);
  return {at_.value, at_.metrics};
}

template class Lbfgs<float>;
template class Lbfgs<double>;

}  // namespace proxnet
