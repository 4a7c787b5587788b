// The network as a function of the vector of its weights.
#include "training/objective.h"

#include <algorithm>
#include <cmath>

#include "network/inference.h"
#include "penalties/constraint_panels.h"
#include "penalties/penalty_formula.h"
#include "runtime/team.h"

namespace proxnet {

template <class T>
Objective<T>::Objective(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options,
                        bool differentiable)
    : net_(network),
      differentiable_(differentiable),
      parameters_(network.live()),
      batch_(network, parameters_, data, options.poll, "[fit]"),
      orthogonal_(network),
      poller_(options.poll, "[fit]") {
  for (std::size_t a = 0; a < parameters_.array_count(); ++a) parameters_.state(a).clear();  // the method keeps its own
  for (DenseParameters<T>& dense : parameters_.dense) dense.latent = {};
  for (std::size_t a = 0; a < net_.specs.size(); ++a) {
    if (!net_.specs[a].trained()) continue;
    const std::size_t size = parameters_.array(a).size();
    parts_.push_back({a, size_, size});
    size_ += size, largest_ = std::max(largest_, size);
  }
}

template <class T> bool Objective<T>::update_constant(Buffer<T>& mine, const Buffer<T>& theirs) const {
  if (std::equal(mine.data(), mine.data() + mine.size(), theirs.data())) return false;
  mine = theirs;
  return true;
}

template <class T> bool Objective<T>::update_constants() {
  bool changed = false;
  for (std::size_t a = 0; a < net_.specs.size(); ++a)
    if (!net_.specs[a].trained()) changed |= update_constant(parameters_.array(a), net_.live().array(a));
  for (std::size_t n = 0; n < parameters_.norms.size(); ++n) {
    changed |= update_constant(parameters_.norms[n].mean, net_.live().norms[n].mean);
    changed |= update_constant(parameters_.norms[n].variance, net_.live().norms[n].variance);
  }
  for (Part& part : parts_) {
    const ParameterSpec& spec = net_.specs[part.array];
    const double strength = net_.live().ramps[part.array].to;
    if (strength == part.strength) continue;
    const Penalty penalty = spec.penalty.kind == PenaltyKind::kOrthogonal ? Penalty{} : spec.penalty;
    part.penalty = PanelPenalty<T>(scaled(penalty, strength), spec.rows, spec.cols);
    part.strength = strength, changed = true;
  }
  return changed;
}

template <class T> double Objective<T>::value(const T* w, T* gradient) {
  write_weights(w, parameters_);
  double total = batch_.run(parameters_, gradient != nullptr);
  for (const Part& part : parts_) {
    if (differentiable_) total += part.penalty.value(k_, w + part.offset);
    if (!gradient) continue;
    const std::vector<double>& sums = batch_.gradient(part.array);
    for (std::size_t i = 0; i < part.size; ++i) gradient[part.offset + i] = static_cast<T>(sums[i]);
  }
  if (!orthogonal_.empty()) {
    const int threads = inference_threads(parameters_, kInferenceRows);
    orthogonal_.reserve(threads);
    run_team(threads, [&](Member& member) {
      const auto pause = [&] {
        if (member.rank == 0) poller_();
        member.checkpoint();
      };
      orthogonal_.run(member, [&](std::size_t array) { return net_.live().ramps[array].to; }, parameters_, k_, pause);
    });
    total += orthogonal_.penalty();
  }
  if (gradient) add_gradients(w, gradient);
  return total;
}

template <class T> void Objective<T>::add_gradients(const T* w, T* gradient) {
  for (const Part& part : parts_) {
    if (!orthogonal_.empty()) orthogonal_.add(part.array, 0, part.size, gradient + part.offset);
    if (!differentiable_) continue;
    const std::size_t rows = net_.specs[part.array].rows;
    for (std::size_t at = 0; at < part.size; at += rows * kPanel<T>)
      part.penalty.add_gradient(k_, 1, 0, rows, w + part.offset + at, gradient + part.offset + at);
  }
}

template <class T> double Objective<T>::penalty(const T* w) const {
  double total = 0;
  for (const Part& part : parts_)
    if (!differentiable_) total += part.penalty.value(k_, w + part.offset);
  return total;
}

template <class T> void Objective<T>::prox(const T* point, T step, T* w) const {
  std::vector<T> metric(largest_, step);
  for (const Part& part : parts_) {
    part.penalty.prox(k_, point + part.offset, metric.data(), w + part.offset);
    project(part, w + part.offset);
  }
}

template <class T> void Objective<T>::project(const Part& part, T* w) const {
  const ParameterSpec& spec = net_.specs[part.array];
  const Constraint& c = spec.constraint;
  const std::size_t norms = c.kind == ConstraintKind::kNorm ? norm_parts<T>(c, spec.rows, spec.cols) : 0;
  for (std::size_t p = 0; p < norms; ++p) project_norms(c, p, spec.rows, spec.cols, w, k_);
  for (std::size_t j = 0; c.kind == ConstraintKind::kBox && j < spec.cols; j += kPanel<T>, w += spec.rows * kPanel<T>)
    project_box(c, spec.rows, std::min(kPanel<T>, spec.cols - j), w);
}

template <class T> void Objective<T>::read_weights(const Parameters<T>& from, T* to) const {
  for (const Part& part : parts_) std::copy_n(from.array(part.array).data(), part.size, to + part.offset);
}
template <class T> void Objective<T>::write_weights(const T* from, Parameters<T>& to) const {
  for (const Part& part : parts_) std::copy_n(from + part.offset, part.size, to.array(part.array).data());
}
template <class T> void Objective<T>::read_state(Parameters<T>& from, std::size_t index, T* to) const {
  for (const Part& part : parts_) std::copy_n(from.state(part.array)[index].data(), part.size, to + part.offset);
}
template <class T> void Objective<T>::write_state(const T* from, std::size_t index, Parameters<T>& to) const {
  constexpr T kSmallest = static_cast<T>(0x1p-100);
  for (const Part& part : parts_)
    std::transform(from + part.offset, from + part.offset + part.size, to.state(part.array)[index].data(),
                   [](T x) { return std::fabs(x) < kSmallest ? T(0) : x; });
}

template class Objective<float>;
template class Objective<double>;

}  // namespace proxnet
