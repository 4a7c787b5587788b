// Limited-memory BFGS [Nocedal, 1980; Liu and Nocedal, 1989]: the direction from the last steps and what they did to
// the gradient, the step by bisection to the weak Wolfe conditions, with Hager and Zhang's [2005] where rounding hides
// the decrease.
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "training/full_batch_method.h"

namespace proxnet {

namespace {

template <class T> class Lbfgs final : public FullBatchMethod<T> {
 public:
  Lbfgs(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options)
      : optimizer_(network.optimizer), objective_(network, data, options, true) {
    for (Place* place : {&at_, &trial_}) place->w = objective_.vector(), place->gradient = objective_.vector();
    for (Buffer<T>* v : {&x_, &direction_}) *v = objective_.vector();
    for (std::size_t i = 0; i < optimizer_.memory; ++i)
      moves_.push_back(objective_.vector()), changes_.push_back(objective_.vector());
  }
  Report iterate(Parameters<T>& live) override;

 private:
  struct Place {
    Buffer<T> w, gradient;
    double value = 0;
    std::vector<double> metrics;
  };
  void find(Place& place) {
    place.value = objective_.value(place.w.data(), place.gradient.data());
    place.metrics = objective_.metrics();
  }
  static bool finite(const Place& place) {
    return std::isfinite(place.value) && kernels<T>().all_finite(place.gradient.size(), place.gradient.data());
  }
  // -H gradient of at_, with the newest `count` of the pairs before `end`.
  void choose_direction(std::uint64_t end, std::size_t count);
  // From at_ along direction_ to trial_; false where no step gets lower.
  bool search(double step);
  double dot(const Buffer<T>& a, const Buffer<T>& b) const { return kernels<T>().dot(a.size(), a.data(), b.data()); }

  const Optimizer& optimizer_;
  Objective<T> objective_;
  Place at_, trial_;
  bool known_ = false;
  Buffer<T> x_, direction_;
  std::vector<Buffer<T>> moves_, changes_;  // pair p of all times in slot p % memory
};

template <class T> void add(double factor, const Buffer<T>& x, Buffer<T>& y) {
  const T f = static_cast<T>(factor);
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += f * x[i];
}

template <class T> void Lbfgs<T>::choose_direction(std::uint64_t end, std::size_t count) {
  Buffer<T>& d = direction_;
  for (std::size_t i = 0; i < d.size(); ++i) d[i] = -at_.gradient[i];
  if (count == 0) return;
  std::vector<double> share(count), product(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t slot = (end - 1 - i) % optimizer_.memory;
    product[i] = dot(moves_[slot], changes_[slot]);
    share[i] = dot(moves_[slot], d) / product[i];
    add(-share[i], changes_[slot], d);
    objective_.poll();
  }
  const Buffer<T>& newest = changes_[(end - 1) % optimizer_.memory];
  const T scale = static_cast<T>(product[0] / dot(newest, newest));
  for (std::size_t i = 0; i < d.size(); ++i) d[i] *= scale;
  for (std::size_t i = count; i-- > 0;) {
    const std::size_t slot = (end - 1 - i) % optimizer_.memory;
    add(share[i] - dot(changes_[slot], d) / product[i], moves_[slot], d);
    objective_.poll();
  }
}

template <class T> bool Lbfgs<T>::search(double step) {
  constexpr double kDecrease = 1e-4, kCurvature = 0.9;
  constexpr int kTries = 60;
  const double slope = dot(at_.gradient, direction_);
  if (!(slope < 0)) return false;
  const double blur = static_cast<double>(std::numeric_limits<T>::epsilon()) * std::fabs(at_.value);
  double low = 0, high = std::numeric_limits<double>::infinity();
  for (int tries = 0; tries < kTries; ++tries) {
    trial_.w = at_.w;
    add(step, direction_, trial_.w);
    find(trial_);
    const double end = finite(trial_) ? dot(trial_.gradient, direction_) : std::numeric_limits<double>::infinity();
    const bool lower = trial_.value <= at_.value + kDecrease * step * slope ||
                       (trial_.value <= at_.value + blur && end <= (2 * kDecrease - 1) * slope);
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
  const bool changed = objective_.take_constants();
  objective_.read_weights(live, x_.data());
  if (changed || !known_ || !std::equal(x_.data(), x_.data() + x_.size(), at_.w.data()))
    known_ = false, at_.w = x_, find(at_);
  known_ = finite(at_);
  if (!known_)
    throw Diverged("[fit] loss and gradient must stay finite, they did not; the last published weights are kept");
  const std::size_t memory = optimizer_.memory;
  std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(progress.pairs, memory));
  for (std::size_t i = 0; i < count; ++i)
    objective_.read_state(live, 2 * i, moves_[i].data()), objective_.read_state(live, 2 * i + 1, changes_[i].data());

  for (;; count = 0) {
    choose_direction(progress.pairs, count);
    const double start = count > 0 ? 1 : 1 / std::max(1.0, std::sqrt(dot(at_.gradient, at_.gradient)));
    if (search(optimizer_.learning_rate * start)) break;
    if (count == 0) return {at_.value, at_.metrics};  // as low as this arithmetic can tell
    progress.pairs = 0;
  }
  const std::size_t slot = progress.pairs % memory;
  Buffer<T>&move = moves_[slot], &change = changes_[slot];
  for (std::size_t i = 0; i < move.size(); ++i) {
    move[i] = trial_.w[i] - at_.w[i];
    change[i] = trial_.gradient[i] - at_.gradient[i];
  }
  const double product = dot(move, change), square = dot(change, change);
  if (product > static_cast<double>(std::numeric_limits<T>::epsilon()) * square && square > 0) {
    objective_.write_state(move.data(), 2 * slot, live);
    objective_.write_state(change.data(), 2 * slot + 1, live);
    ++progress.pairs;
  }
  objective_.write_weights(trial_.w.data(), live);
  std::swap(at_, trial_);
  return {at_.value, at_.metrics};
}

}  // namespace

template <class T>
std::unique_ptr<FullBatchMethod<T>> make_lbfgs(const NetworkImpl<T>& network, const Data<T>& data,
                                               const TrainOptions& options) {
  return std::make_unique<Lbfgs<T>>(network, data, options);
}

template std::unique_ptr<FullBatchMethod<float>> make_lbfgs(const NetworkImpl<float>&, const Data<float>&,
                                                            const TrainOptions&);
template std::unique_ptr<FullBatchMethod<double>> make_lbfgs(const NetworkImpl<double>&, const Data<double>&,
                                                             const TrainOptions&);

}  // namespace proxnet
