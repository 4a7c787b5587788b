#include "linear/solver/residual_solver.h"

#include <cmath>

#include "linear/solver/prox_descent.h"
#include "runtime/dispatch.h"

namespace proxnet {

void ResidualSolver::restart(Poller& poll) {
  residual_.resize(data_.rows);
  set_.residual(residual_.data(), poll);
  data_.some_dots(set_.ids, residual_.data(), set_.neg_gradient.data(), poll);
  if (data_.x.dense()) return;
  moved_ = residual_, shift_ = 0, along_.assign(data_.unpenalized.size(), 0.0);
  for (std::size_t i = 0; i < data_.scale.size(); ++i) moved_[i] *= data_.scale[i];
}

template <CoordinateStep P>
double ResidualSolver::pass(const P& penalty, const std::vector<double>& curvature, Poller& poll) {
  const auto& table = kernels<double>();
  const double n = static_cast<double>(data_.rows);
  const bool dense = data_.x.dense();
  const double* weight = data_.weight.empty() ? nullptr : data_.weight.data();
  const std::size_t polled = 1 + (std::size_t{1} << 20) / data_.rows;  // columns between two polls
  double moved = 0;
  for (std::size_t k = 0; k < set_.size(); ++k) {
    const std::size_t j = set_.ids[k];
    const double* column = dense ? set_.column(k) : nullptr;
    double neg_gradient = 0;
    if (dense)
      table.dots(data_.rows, 1, &column, residual_.data(), &neg_gradient);
    else
      neg_gradient = (data_.x.dot(j, moved_.data()) + data_.mean[j] * shift_ * n) / data_.column_scale(j);
    for (std::size_t a = 0; a < along_.size(); ++a) neg_gradient += along_[a] * data_.along[a * data_.cols + j];
    if (data_.is_eliminated(j)) neg_gradient = 0;
    const double next = penalty.minimizer(j, set_.w[k], neg_gradient, curvature[k]), back = set_.w[k] - next;
    if (back != 0) {
      if (dense)
        table.add_columns(data_.rows, 1, &column, &back, residual_.data());
      else
        data_.x.add(j, back / data_.column_scale(j), weight, moved_.data()),
            shift_ -= back / data_.column_scale(j) * data_.mean[j];
      for (std::size_t a = 0; a < along_.size(); ++a) along_[a] -= back * data_.along[a * data_.cols + j];
      set_.w[k] = next + 0.0;
      moved = std::max(moved, std::fabs(back) * curvature[k]);
    }
    if (k % polled == 0) poll();
  }
  return moved;
}

Certificate ResidualSolver::certificate_of(const ElasticNet& penalty) const {
  const auto& table = kernels<double>();
  const ResidualSquares squares = {table.dot(data_.rows, residual_.data(), residual_.data()),
                                   table.dot(data_.rows, residual_.data(), data_.target.data())};
  return certificate(
      penalty, set_.size(), [&](std::size_t k) { return set_.ids[k]; }, set_.w.data(), set_.neg_gradient.data(),
      squares, [&](std::size_t k) { return square_[k]; });
}

double ResidualSolver::half_square() const {
  return 0.5 * kernels<double>().dot(data_.rows, residual_.data(), residual_.data());
}

std::size_t ResidualSolver::solve(const ElasticNet& penalty, double tol, std::size_t max_iter, Poller& poll) {
  set_.squares(square_, poll);
  restart(poll);
  if (certificate_of(penalty).gap <= tol) return 0;
  const auto objective = [&] {
    double value = half_square();
    for (std::size_t k = 0; k < set_.size(); ++k) value += penalty.value(set_.ids[k], set_.w[k]);
    return value;
  };
  std::vector<std::vector<double>> iterates = {set_.w};
  for (std::size_t made = 1; made <= max_iter; ++made) {
    pass(penalty, square_, poll);
    iterates.push_back(set_.w);
    if (iterates.size() <= kAndersonMemory && made < max_iter) continue;
    restart(poll);
    if (certificate_of(penalty).gap <= tol) return made;
    if (made < max_iter) extrapolate(iterates, penalty.positive, set_.w, [&] { restart(poll); }, objective);
    iterates = {set_.w};
  }
  return max_iter;
}

std::size_t ResidualSolver::solve(const DampedPenalty& penalty, const std::vector<double>& curvature, double tol,
                                  std::size_t max_iter, Poller& poll) {
  restart(poll);
  bool known = true;  // whether residual_ is current; cycles over sparse columns do not update it
  const auto look = [&] { restart(poll), known = true; };
  const auto one = [&] {
    known = false;
    return pass(penalty, curvature, poll);
  };
  return descend(set_.w, tol, max_iter, one, look, [&] {
    if (!known) look();
    double value = half_square();
    for (std::size_t k = 0; k < set_.size(); ++k) value += penalty.value(set_.ids[k], set_.w[k], curvature[k]);
    return value;
  });
}

}  // namespace proxnet
