// The working set of a generalised linear model: coefficients with the second derivatives of the loss between them, the
// intercepts, and what else is not penalised, eliminated. The derivatives stay those of one point until they are asked
// for anew.
#pragma once

#include "linear/datafit/datafit.h"
#include "linear/design/glm_data.h"
#include "linear/working_set/quadratic.h"

namespace proxnet {

class GlmSet : public Quadratic {
 public:
  GlmSet(const GlmData& data, const Datafit& fit);

  // Takes coefficients in, with value 0; those inside already are left alone.
  void add(const Columns& coefficients, Poller& poll);
  bool has(std::size_t coefficient) const { return index_[coefficient] != kOutside; }
  std::size_t index(std::size_t coefficient) const { return index_[coefficient]; }

  // Brings the second derivatives to the fit's last point, or only those of new coefficients to the old point.
  void refresh(Poller& poll);
  void complete(Poller& poll);
  // How far those of the fit's last point are from these: of each prediction's own, relative; infinite where there are
  // none yet.
  double drift() const;

  // Reads the columns of dense X that are not yet here into memory of its own.
  void gather(Poller& poll);
  bool gathered() const { return data_.x.dense() && slots_ == columns_wanted_.size(); }
  // Less its mean, of dense X after gather.
  const double* column(std::size_t s) const { return columns_.data() + slot_[ids[s] % data_.cols] * column_step_; }
  std::size_t output(std::size_t s) const { return ids[s] / data_.cols; }
  // out[s] = sum_i second[output of s][i] * column s [i]^2
  void variances(const std::vector<std::vector<double>>& second, double* out, Poller& poll) const;

  // out[s] = derivative by coefficient s of what has derivatives v, (outputs, rows), by the predictions
  void derivatives(const std::vector<double>& v, double* out, Poller& poll) const;
  // z += the change of the predictions, (outputs, rows), and of their intercepts where the coefficients at[s] change by
  // step[s]
  void predictions(const std::vector<std::size_t>& at, const std::vector<double>& step, double* z, Poller& poll) const;
  // What the eliminated ones do when the coefficients move so: (outputs, directions).
  std::vector<double> intercept_step(const std::vector<std::size_t>& at, const std::vector<double>& step) const;

 private:
  static constexpr std::size_t kOutside = static_cast<std::size_t>(-1);
  std::vector<std::size_t> of_output(std::size_t k, std::size_t first) const;
  void fill(std::size_t first, Poller& poll);
  void fill_dense(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others, const double* second,
                  Poller& poll);
  void fill_sparse(const std::vector<std::size_t>& added, const std::vector<std::size_t>& others, const double* second,
                   Poller& poll);
  // Of fresh coefficients, whose columns are given, with what is free and has number m.
  void cross(const std::vector<std::size_t>& added, const Columns& columns, const double* second, std::size_t m,
             Poller& poll);
  void eliminate(std::size_t first, Poller& poll);

  const GlmData& data_;
  const Datafit& fit_;
  const std::size_t column_step_;
  // Directions, for as many outputs as determine them, one less than the classes; with the fit's own number.
  const std::size_t each_, intercepts_, eliminated_;
  std::vector<double> hessian_state_, coupling_;  // where the derivatives were taken
  std::size_t filled_ = 0;                        // coefficients that have them
  std::vector<double> crossed_, solved_;          // (size, free_): with what is free, and that times its inverse
  std::vector<double> inverse_;                   // of the free ones' own, (free_, free_)
  std::vector<std::size_t> index_, slot_;
  Columns columns_wanted_;  // in the order of their slots
  std::size_t slots_ = 0;   // of them read
  Buffer<double> columns_;
};

}  // namespace proxnet
