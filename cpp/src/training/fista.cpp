// One iteration of FISTA.
#include "training/fista.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace proxnet {

namespace {

// Rounding of a value of the smooth function: some ulps.
template <class T> double rounding(double value) {
  return 16 * static_cast<double>(std::numeric_limits<T>::epsilon()) * std::fabs(value);
}

// (a - b) . (c - d)
template <class T> double dot(const Buffer<T>& a, const Buffer<T>& b, const Buffer<T>& c, const Buffer<T>& d) {
  double total = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    total += (static_cast<double>(a[i]) - static_cast<double>(b[i])) *
             (static_cast<double>(c[i]) - static_cast<double>(d[i]));
  return total;
}

}  // namespace

template <class T>
Fista<T>::Fista(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options)
    : optimizer_(network.optimizer), objective_(network, data, options, false) {
  for (Buffer<T>* v : {&x_, &at_, &previous_, &y_, &gradient_, &next_.w, &trial_.w}) *v = objective_.vector();
}

template <class T> void Fista<T>::try_step(double step) {
  const T t = static_cast<T>(step);
  Buffer<T>& point = at_;
  for (std::size_t i = 0; i < point.size(); ++i) point[i] = y_[i] - t * gradient_[i];
  objective_.prox(point.data(), t, trial_.w.data());
  trial_.smooth = objective_.value(trial_.w.data(), nullptr);
  trial_.penalty = objective_.penalty(trial_.w.data());
  trial_.step = step;
  trial_.metrics = objective_.metrics();
}

template <class T> bool Fista<T>::bounded(bool& reliable) const {
  double slope = 0, square = 0;
  for (std::size_t i = 0; i < y_.size(); ++i) {
    const double move = static_cast<double>(trial_.w[i]) - static_cast<double>(y_[i]);
    slope += move * static_cast<double>(gradient_[i]), square += move * move;
  }
  const double curvature = square / (2 * trial_.step), noise = rounding<T>(smooth_y_);
  reliable = curvature > 10 * noise;
  return trial_.smooth <= smooth_y_ + slope + curvature + noise;
}

template <class T> bool Fista<T>::descend(bool grow) {
  smooth_y_ = objective_.value(y_.data(), gradient_.data());
  if (!std::isfinite(smooth_y_) || !kernels<T>().all_finite(gradient_.size(), gradient_.data())) return false;
  constexpr int kTries = 200;
  bool grown = false, reliable = false;
  for (int tries = 0; tries < kTries; ++tries) {
    try_step(step_);
    if (!bounded(reliable)) {
      if (grown) {  // next_ is the longest step within the bound
        step_ = next_.step;
        return true;
      }
      step_ *= optimizer_.backtracking;
      grow = false;
      continue;
    }
    std::swap(next_, trial_);
    if (!grow || !reliable) return true;
    grown = true, step_ /= optimizer_.backtracking;
  }
  if (grown) step_ = next_.step;
  return grown;
}

template <class T> Report Fista<T>::iterate(Parameters<T>& live) {
  OptimizerProgress& progress = live.progress;
  if (objective_.update_constants()) known_ = false;
  objective_.read_weights(live, x_.data());
  objective_.read_state(live, 0, previous_.data());
  if (progress.step == 0 || progress.first_step != optimizer_.learning_rate)
    progress.step = progress.first_step = optimizer_.learning_rate, progress.inertia = 1;
  step_ = progress.step;
  if (!known_ || !std::equal(x_.data(), x_.data() + x_.size(), at_.data()))
    smooth_ = objective_.value(x_.data(), nullptr);
  known_ = false;

  const auto grown = [](double inertia) { return (1 + std::sqrt(1 + 4 * inertia * inertia)) / 2; };
  double inertia = grown(progress.inertia);
  const double momentum = (progress.inertia - 1) / inertia;
  for (std::size_t i = 0; i < x_.size(); ++i) y_[i] = x_[i] + static_cast<T>(momentum) * (x_[i] - previous_[i]);
  const bool first = progress.iterations <= 1;
  bool moved = descend(momentum == 0 && (optimizer_.restart || first));
  if (momentum > 0 && optimizer_.restart) {
    const double before = smooth_ + objective_.penalty(x_.data());
    if (!moved || !(next_.total() <= before + rounding<T>(before))) {
      y_ = x_, inertia = grown(1);
      moved = descend(true);
    }
  }
  if (!moved || !std::isfinite(next_.total())) throw_diverged();
  // The gradient restart: step and momentum have a negative product.
  if (optimizer_.restart && dot(y_, next_.w, next_.w, x_) > 0) inertia = 1;

  objective_.write_state(x_.data(), 0, live);
  objective_.write_weights(next_.w.data(), live);
  progress.step = step_, progress.inertia = inertia;
  at_ = next_.w, smooth_ = next_.smooth, known_ = true;
  return {next_.total(), next_.metrics};
}

template class Fista<float>;
template class Fista<double>;

}  // namespace proxnet
