#include "linear/solver/glm_point.h"

#include "linear/solver/intercepts.h"

namespace proxnet {

namespace {

// Softmax is invariant to a constant added to all classes: subtracts the mean over the classes, `stride` elements
// apart.
void centre(double* of_classes, std::size_t classes, std::size_t stride) {
  if (classes == 1) return;
  double sum = 0;
  for (std::size_t k = 0; k < classes; ++k) sum += of_classes[k * stride];
  for (std::size_t k = 0; k < classes; ++k) of_classes[k * stride] -= sum / static_cast<double>(classes);
}

}  // namespace

GlmPoint::GlmPoint(const GlmData& data, Datafit& fit, Poller& poll)
    : neg_gradient(data.cols * fit.outputs),
      data_(data),
      fit_(fit),
      poll_(poll),
      count_(data.cols * fit.outputs),
      z_(data.rows * fit.outputs),
      unpenalized_coef_(fit.outputs * data.directions()),
      set_(data, fit) {
  update_all_gradients();
}

std::vector<double> GlmPoint::all_weights() const {
  std::vector<double> w(count_);
  for (std::size_t s = 0; s < set_.size(); ++s) w[set_.ids[s]] = set_.w[s];
  return w;
}

void GlmPoint::start_at(const double* weights) {
  Columns columns;
  for (std::size_t j = 0; j < count_; ++j)
    if (weights[j] != 0 && !data_.is_eliminated(j % data_.cols)) columns.push_back(j);
  add(columns);
  for (const std::size_t j : columns) set_.w[set_.index(j)] = weights[j];
  update_all_gradients();
}

void GlmPoint::rebuild_predictions() {
  std::fill(z_.begin(), z_.end(), 0.0);
  move(unpenalized_coef_, z_);
  const auto at = set_.support();
  std::vector<double> a;
  for (const std::size_t s : at) a.push_back(set_.w[s]);
  set_.predictions(at, a, z_.data(), poll_);
  loss_ = fit_unpenalized(data_, fit_, z_, unpenalized_coef_, poll_);
}

void GlmPoint::move(const std::vector<double>& by, std::vector<double>& z) const {
  const std::size_t each = data_.directions();
  for (std::size_t f = 0; f < by.size(); ++f) data_.move(f % each, by[f], z.data() + f / each * data_.rows);
}

void GlmPoint::update_set_gradient() {
  set_.derivatives(fit_.gradient, set_.neg_gradient.data(), poll_);
  for (double& g : set_.neg_gradient) g = -g;
}

void GlmPoint::update_gradient(const Columns& coefficients) {
  std::vector<double> dots(coefficients.size());
  data_.some_dots(coefficients, fit_.gradient.data(), dots.data(), poll_);
  for (std::size_t s = 0; s < coefficients.size(); ++s) neg_gradient[coefficients[s]] = -dots[s];
}

// Rebuilds the predictions first: updates over many steps accumulate rounding.
void GlmPoint::update_all_gradients() {
  rebuild_predictions();
  data_.all_dots(fit_.gradient.data(), fit_.outputs, neg_gradient.data(), poll_);
  for (double& q : neg_gradient) q = -q;
}

bool GlmPoint::gram_pays(const PathOptions& options, bool makes_zeros) const {
  const std::size_t dense = makes_zeros ? 3000 : 1000, sparse = makes_zeros ? 1500 : 500;
  return set_.size() <= std::min(options.gram_columns, data_.x.dense() ? dense : sparse);
}

// An old Hessian is kept as long as each step shrinks the distance fourfold; that of piecewise losses is not. Rows of
// low curvature hardly contribute to the drift, yet matter once the rest is fitted: after some slow steps any drift
// triggers a new Hessian.
bool GlmPoint::renew_hessian(double distance) {
  constexpr double kNoDrift = 1e-6, kShrink = 0.25;
  constexpr std::size_t kSlowSteps = 3;
  const double drift = set_.drift(), allowed_drift = fit_.coupling.empty() ? 0.3 : 0;
  slow_steps_ = distance > kShrink * last_distance_ ? slow_steps_ + 1 : 0;
  const bool anew = drift > allowed_drift || (slow_steps_ > 0 && drift > (slow_steps_ > kSlowSteps ? 0 : kNoDrift));
  if (anew)
    set_.refresh(poll_);
  else
    set_.complete(poll_);
  return anew;
}

void GlmPoint::coefficients(double* coef, double* intercept, bool penalised) const {
  const std::vector<double> w = all_weights();
  std::copy(w.begin(), w.end(), coef);
  const std::size_t outputs = fit_.outputs, cols = data_.cols, each = data_.directions();
  for (std::size_t k = 0; k < outputs; ++k) {
    const auto own = unpenalized_coef_.begin() + static_cast<std::ptrdiff_t>(k * each);
    data_.unpenalized.coefficients({own + data_.has_intercept, own + static_cast<std::ptrdiff_t>(each)},
                                   coef + k * cols);
  }
  if (penalised)
    for (const std::size_t j : data_.unpenalized.columns()) centre(coef + j, outputs, cols);
  else
    for (std::size_t j = 0; j < cols; ++j) centre(coef + j, outputs, cols);
  for (std::size_t k = 0; k < outputs; ++k) {
    intercept[k] = data_.has_intercept ? unpenalized_coef_[k * each] : 0.0;
    for (std::size_t j = 0; j < cols; ++j)
      if (coef[k * cols + j] != 0) intercept[k] -= data_.mean[j] * coef[k * cols + j];
  }
  if (data_.has_intercept) centre(intercept, outputs, 1);
}

}  // namespace proxnet
