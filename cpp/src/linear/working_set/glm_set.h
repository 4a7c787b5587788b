// Working set of a generalised linear model: its Hessian over the set (`gram`), from which the intercepts, the
// unpenalized directions and a fitted scale are eliminated by a Schur complement. The Hessian stays that of one point
// until refresh().
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/design/glm_data.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

class GlmSet : public Quadratic {
 public:
  GlmSet(const GlmData& data, const Datafit& fit);

  // Adds coefficients with value 0; those inside are left alone.
  void add(const Columns& coefficients, Poller& poll);
  bool has(std::size_t coefficient) const { return index_[coefficient] != kOutside; }
  std::size_t index(std::size_t coefficient) const { return index_[coefficient]; }

  // refresh: recomputes the Hessian at the point last derived. complete: only adds the rows of new coefficients, at the
  // old point.
  void refresh(Poller& poll);
  void complete(Poller& poll);
  // Relative L1 change of the Hessian diagonal by predictions since refresh(); infinite before the first.
  double drift() const;

  // Copies the columns of dense X that are not here yet.
  void gather(Poller& poll);
  bool gathered() const { return data_.x.dense() && slots_ == columns_wanted_.size(); }
  // Centered column of coefficient s; dense X after gather().
  const double* column(std::size_t s) const { return columns_.data() + slot_[ids[s] % data_.cols] * column_step_; }
  std::size_t output(std::size_t s) const { return ids[s] / data_.cols; }
  // out[s] = sum_i second[output of s][i] * column_s[i]^2
  void variances(const std::vector<std::vector<double>>& second, double* out, Poller& poll) const;

  // out[s] = column_s' v[output of s], for v (outputs, rows)
  void derivatives(const std::vector<double>& v, double* out, Poller& poll) const;
  // z += sum_s step[s] * column of coefficient at[s], z (outputs, rows)
  void predictions(const std::vector<std::size_t>& at, const std::vector<double>& step, double* z, Poller& poll) const;
  // The step of the eliminated coefficients, (outputs, directions), for a step of those at `at`.
  std::vector<double> intercept_step(const std::vector<std::size_t>& at, const std::vector<double>& step) const;

 private:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);
  std::vector<std::size_t> of_output(std::size_t k, std::size_t first) const;
  void fill(std::size_t first, Poller& poll);
  void fill_dense(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others, const double* second,
                  Poller& poll);
  void fill_sparse(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others, const double* second,
                   Poller& poll);
  // crossed_[added, m] = columns' second: Hessian entries with eliminated variable m.
  void cross(const std::vector<std::size_t>& added, const Columns& columns, const double* second, std::size_t m,
             Poller& poll);
  void eliminate(std::size_t first, Poller& poll);

  const GlmData& data_;
  const Datafit& fit_;
  const std::size_t column_step_;
  // each_: directions per output; intercepts_: directions of all identifiable outputs (classes - 1); eliminated_: those
  // and the fitted scale.
  const std::size_t each_, intercepts_, eliminated_;
  std::vector<double> hessian_state_, coupling_;  // as at the last refresh()
  std::size_t filled_ = 0;                        // coefficients with a Hessian row
  std::vector<double> crossed_, solved_;          // (size, eliminated_): Hessian cross terms, and those times inverse_
  std::vector<double> inverse_;  // (eliminated_, eliminated_): inverse Hessian of the eliminated variables
  std::vector<std::size_t> index_, slot_;
  Columns columns_wanted_;  // by slot
  std::size_t slots_ = 0;   // slots that are filled
  Buffer<double> columns_;
};

}  // namespace proxnet
