// Multinomial logistic loss: phi = log sum_k e^z[k] - z[y], one prediction per class, y a class number.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "linear/datafit/datafit.h"
#include "linear/datafit/relative_entropy.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

// hessian_state holds the probabilities p, (classes, rows). The Hessian of a row is diag(p) - p p'.
class Softmax final : public Datafit {
 public:
  Softmax(std::vector<double> weights, std::size_t classes, const double* y)
      : Datafit(std::move(weights), classes), class_of_(rows), loss_(rows) {
    for (std::size_t i = 0; i < rows; ++i) class_of_[i] = static_cast<std::size_t>(y[i]);
  }

  double curvature_bound() const override { return 0.25; }
  double derive(const double* z) override {
    const auto& table = kernels<double>();
    parallel_for(team_threads(), rows, 4096, [&](std::size_t begin, std::size_t end) {
      for (std::size_t first = begin; first < end; first += kBlock) {
        const std::size_t n = std::min(kBlock, end - first);
        double top[kBlock], total[kBlock] = {}, inverse[kBlock];
        std::copy_n(z + first, n, top);
        for (std::size_t k = 1; k < outputs; ++k)
          for (std::size_t i = 0; i < n; ++i) top[i] = std::max(top[i], z[k * rows + first + i]);
        for (std::size_t k = 0; k < outputs; ++k) {
          double* p = hessian_state.data() + k * rows + first;
          for (std::size_t i = 0; i < n; ++i) p[i] = z[k * rows + first + i] - top[i];
          table.exp(n, p, p);
          for (std::size_t i = 0; i < n; ++i) total[i] += p[i];
        }
        for (std::size_t i = 0; i < n; ++i) inverse[i] = 1 / total[i];
        table.log(n, total, total);
        for (std::size_t k = 0; k < outputs; ++k) {
          double *p = hessian_state.data() + k * rows + first, *g = gradient.data() + k * rows + first;
          for (std::size_t i = 0; i < n; ++i) p[i] *= inverse[i], g[i] = normalized_weight[first + i] * p[i];
        }
        for (std::size_t i = first; i < first + n; ++i) {
          const std::size_t at = class_of_[i] * rows + i;
          loss_[i] = total[i - first] + (top[i - first] - z[at]);
          gradient[at] = normalized_weight[i] * (hessian_state[at] - 1);
        }
      }
    });
    return table.dot(rows, normalized_weight.data(), loss_.data());
  }

  // Relative entropy between p and (1 - cut) p + cut * (one-hot of the true class).
  double divergence(double cut) const override {
    if (cut == 0) return 0;
    std::vector<double> out(rows);
    const double less = relative_entropy(-cut);
    parallel_for(team_threads(), rows, 4096, [&](std::size_t begin, std::size_t end) {
      for (std::size_t first = begin; first < end; first += kBlock) {
        const std::size_t n = std::min(kBlock, end - first);
        double right[kBlock], wrong[kBlock] = {}, more[kBlock], log_right[kBlock];
        for (std::size_t k = 0; k < outputs; ++k)
          for (std::size_t i = 0; i < n; ++i)
            if (class_of_[first + i] != k) wrong[i] += hessian_state[k * rows + first + i];
        for (std::size_t i = 0; i < n; ++i) {
          const std::size_t at = first + i;
          right[i] = hessian_state[class_of_[at] * rows + at], more[i] = cut * wrong[i], log_right[i] = -loss_[at];
        }
        relative_entropies(n, right, more, log_right, out.data() + first);
        for (std::size_t i = 0; i < n; ++i) out[first + i] += less * wrong[i];
      }
    });
    return kernels<double>().dot(rows, normalized_weight.data(), out.data());
  }

  void curvature(const std::vector<double>& from, std::size_t k, std::size_t m, double* out) const override {
    const double *p = from.data() + k * rows, *q = from.data() + m * rows;
    if (k != m) {
      for (std::size_t i = 0; i < rows; ++i) out[i] = -normalized_weight[i] * p[i] * q[i];
      return;
    }
    // 1 - p computed as the sum of the other probabilities: it keeps its digits where p is near 1.
    std::fill_n(out, rows, 0.0);
    for (std::size_t other = 0; other < outputs; ++other)
      for (std::size_t i = 0; i < rows && other != k; ++i) out[i] += from[other * rows + i];
    for (std::size_t i = 0; i < rows; ++i)
      out[i] = normalized_weight[i] * std::max(p[i] * out[i], kCurvatureFloor * (class_of_[i] == k ? out[i] : p[i]));
  }

 private:
  static constexpr std::size_t kBlock = 256;  // rows whose scratch fits on the stack

  std::vector<std::size_t> class_of_;
  std::vector<double> loss_;
};

}  // namespace proxnet
