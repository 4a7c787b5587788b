// What one weight would do alone: the penalty's prox along its column, in the metric that makes the step exact.
#pragma once

#include <cmath>

#include "linear/centred.h"
#include "penalty_formula.h"
#include "penalty_panels.h"
#include "runtime/dispatch.h"

namespace proxnet {

class ProxStep {
 public:
  // squares: of the columns
  ProxStep(const Penalty& penalty, std::size_t rows, std::vector<double> squares)
      : rows_(static_cast<double>(rows)),
        given_(penalty),
        panel_(penalty, squares.size(), 1),
        square_(std::move(squares)) {}

  // What follows is at alpha times the strengths given.
  void aim(double alpha) { alpha_ = alpha, penalty_ = scaled(given_, alpha); }
  const Penalty& penalty() const { return penalty_; }
  double square(std::size_t j) const { return square_[j]; }
  bool is_free(std::size_t j) const { return !given_.factors.empty() && given_.factors[j] == 0; }
  // Of weight j, which is w where its column's correlation with the residual is q; alpha times `share`.
  double minimiser(std::size_t j, double w, double q, double share = 1) const {
    if (!(square_[j] > 0)) return 0;
    alignas(64) double point[kPanel<double>] = {w + q / square_[j]}, metric[kPanel<double>] = {rows_ / square_[j]};
    alignas(64) double next[kPanel<double>];
    panel_.prox(kernels<double>(), share * alpha_, j, 1, point, metric, next);
    return next[0];
  }
  double value(std::size_t j, double w) const { return rows_ * penalty_at(of_row(penalty_, j), std::fabs(w)); }

 private:
  const double rows_;
  const Penalty& given_;
  const PanelPenalty<double> panel_;
  const std::vector<double> square_;
  Penalty penalty_;
  double alpha_ = 0;
};

}  // namespace proxnet
