#include "linear/solver/least_squares_point.h"

#include "runtime/dispatch.h"

namespace proxnet {

LeastSquaresPoint::LeastSquaresPoint(const CenteredDesign& data, const PathOptions& options, std::size_t points,
                                     Poller& poll)
    : data_(data),
      poll_(poll),
      correlation_(data.target_dots(poll)),
      residual_(data.target),
      set_(data, correlation_, options.gram_columns),
      all_active_(full_gram_pays(data.x, points, options.gram_columns)) {
  neg_gradient = correlation_;
  if (all_active_) set_.add_all(poll);
}

void LeastSquaresPoint::start_at(const Columns& columns, const double* w) {
  set_.add(columns, poll_);
  for (const std::size_t j : columns) set_.w[set_.index(j)] = w[j];
  set_.refresh_gradient();
  update_residual();
  update_all_gradients();
}

void LeastSquaresPoint::update_residual() {
  if (!all_active_) set_.residual(residual_.data(), poll_);
}

void LeastSquaresPoint::update_gradient(const Columns& columns) {
  std::vector<double> dots(columns.size());
  data_.some_dots(columns, residual_.data(), dots.data(), poll_);
  for (std::size_t k = 0; k < columns.size(); ++k) neg_gradient[columns[k]] = dots[k];
}

void LeastSquaresPoint::update_all_gradients() {
  if (all_active_) {
    set_.refresh_gradient();
    neg_gradient = set_.neg_gradient;
  } else {
    data_.all_dots(residual_.data(), neg_gradient.data(), poll_);
  }
}

ResidualSquares LeastSquaresPoint::residual_squares() const {
  const auto& k = kernels<double>();
  return {k.dot(data_.rows, residual_.data(), residual_.data()),
          k.dot(data_.rows, residual_.data(), data_.target.data())};
}

std::vector<double> LeastSquaresPoint::coefficients() const {
  std::vector<double> w(data_.cols);
  for (std::size_t k = 0; k < set_.size(); ++k) w[set_.ids[k]] = set_.w[k];
  return w;
}

}  // namespace proxnet
