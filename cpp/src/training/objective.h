// The objective of full-batch methods, smooth(w) + penalty(w), as a function of one vector: all trainable arrays one
// after another, in their layout in Parameters. penalty(w) includes constraints.
#pragma once

#include <vector>

#include "penalties/penalty_panels.h"
#include "proxnet/fit.h"
#include "training/full_batch.h"
#include "training/orthogonal_update.h"

namespace proxnet {

template <class T> class Objective {
 public:
  // smooth: loss, activity and orthogonal penalties. With `differentiable` all other penalties too; they must then be
  // L2 without constraints.
  Objective(const NetworkImpl<T>& network, const Data<T>& data, const TrainOptions& options, bool differentiable);

  Buffer<T> vector() const { return Buffer<T>(size_); }
  // Reads the epoch's strengths, and arrays that are not trainable. True if any has changed.
  bool update_constants();

  // smooth(w), and its gradient unless null.
  double value(const T* w, T* gradient);
  // The value of the penalties that are not smooth.
  double penalty(const T* w) const;
  // w = argmin step * penalty(w) + |w - point|^2 / 2 within the constraints. w must not be point.
  void prox(const T* point, T step, T* w) const;
  // For long work of the caller.
  void poll() { poller_(); }
  // At the w of the last value().
  std::vector<double> metrics() const { return batch_.metrics(); }

  // The weights, or array `index` of the optimizer's state, where numbers below 2^-100 become +0.0.
  void read_weights(const Parameters<T>& from, T* to) const;
  void write_weights(const T* from, Parameters<T>& to) const;
  void read_state(Parameters<T>& from, std::size_t index, T* to) const;
  void write_state(const T* from, std::size_t index, Parameters<T>& to) const;

 private:
  struct Part {
    std::size_t array, offset, size;
    double strength = -1;  // of `penalty`
    PanelPenalty<T> penalty = {};
  };
  bool update_constant(Buffer<T>& mine, const Buffer<T>& theirs) const;
  void add_gradients(const T* w, T* gradient);
  void project(const Part& part, T* w) const;

  const NetworkImpl<T>& net_;
  const KernelTable<T>& k_ = kernels<T>();
  const bool differentiable_;
  std::vector<Part> parts_;
  std::size_t size_ = 0;
  Parameters<T> parameters_;  // a copy that the layers read
  FullBatch<T> batch_;
  OrthogonalUpdate<T> orthogonal_;
  Poller poller_;
  std::size_t largest_ = 0;  // size of the largest array
};

}  // namespace proxnet
