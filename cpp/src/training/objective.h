// What full-batch methods minimise, on vectors of all weights that training moves: the arrays one after another, as
// they lie in Parameters. It is a smooth function, which has a gradient, plus penalties and constraints, which have a
// prox.
#pragma once

#include <vector>

#include "penalties/penalty_panels.h"
#include "training/full_batch.h"
#include "training/orthogonal_update.h"

namespace proxnet {

template <class T> class Objective {
 public:
  // Loss, activity and orthogonal penalties are smooth; so are all other penalties where `differentiable`, which must
  // then be L2 alone, without constraints.
  Objective(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options, bool differentiable);

  Buffer<T> vector() const { return Buffer<T>(size_); }
  // Takes the epoch's strengths, and what training does not move, which may have been set since; false if all are those
  // it had.
  bool take_constants();

  // The smooth function, and its gradient unless null.
  double value(const T* w, T* gradient);
  // The penalties that have a prox.
  double penalty(const T* w) const;
  // argmin over the constraints of step * penalty(w) + |w - point|^2 / 2. w is not point.
  void prox(const T* point, T step, T* w) const;
  // Between long pieces of the caller's own work.
  void poll() { poller_(); }
  // Of the last value().
  std::vector<double> metrics() const { return batch_.metrics(); }

  // Weights, or array `index` of the optimizer's state; numbers of the state under 2^-100 become +0.0.
  void read_weights(const Parameters<T>& from, T* to) const;
  void write_weights(const T* from, Parameters<T>& to) const;
  void read_state(Parameters<T>& from, std::size_t index, T* to) const;
  void write_state(const T* from, std::size_t index, Parameters<T>& to) const;

 private:
  struct Part {
    std::size_t array, offset, size;
    double strength = -1;  // that `penalty` was made with
    PanelPenalty<T> penalty = {};
  };
  bool take_still(Buffer<T>& mine, const Buffer<T>& theirs) const;
  void add_gradients(const T* w, T* gradient);
  void project(const Part& part, T* w) const;

  const NetworkImpl<T>& net_;
  const KernelTable<T>& k_ = kernels<T>();
  const bool differentiable_;
  std::vector<Part> parts_;
  std::size_t size_ = 0;
  Parameters<T> parameters_;  // where the layers look for the weights
  FullBatch<T> batch_;
  OrthogonalUpdate<T> orthogonal_;
  Poller poller_;
  std::size_t longest_ = 0;  // of the arrays
};

}  // namespace proxnet
