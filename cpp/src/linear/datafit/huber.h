// Huber's loss with a fitted scale: phi = scale (1 + h(r / scale)) for r = z - y, h(x) = x^2 up to |x| = epsilon and
// linear beyond.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "linear/datafit/row_datafit.h"

namespace proxnet {

// The scale minimizes the sum of the losses: it is the root of sum_i normalized_weight[i] * min((r[i] / scale)^2,
// epsilon^2) = 1.
class Huber final : public RowDatafit {
 public:
  Huber(std::vector<double> weights, std::vector<double> targets, double epsilon)
      : RowDatafit(std::move(weights), std::move(targets)), epsilon_(epsilon), least_(resolution()), floor_(least_) {
    coupling.resize(rows);
    stiffness = 1e-2, least_stiffness = 1e-3;
  }
  double scale() const override { return scale_; }
  double curvature_bound() const override { return 2 / scale_; }
  void floor_scale(double least) override { floor_ = std::max(least_, least); }
  void release_scale() override { floor_ = std::max(least_, 0.03 * floor_); }
  bool scale_floored() const override { return floor_ > least_ && scale_ == floor_; }

  double derive(const double* z) override {
    const double loss = RowDatafit::derive(z);
    std::fill(coupling.begin(), coupling.end(), 0.0);
    if (scale_ == floor_) return loss;
    // Rows with |r| <= epsilon * scale have gradient g = 2 normalized_weight r / scale; d2F / dscale^2 = square / (2
    // scale).
    double square = 0;
    for (std::size_t i = 0; i < rows; ++i)
      if (std::fabs(gradient[i]) < 2 * epsilon_ * normalized_weight[i])
        coupling[i] = gradient[i], square += gradient[i] * gradient[i] / normalized_weight[i];
    for (double& c : coupling) c *= square > 0 ? std::sqrt(2 * (1 - slack) / (scale_ * square)) : 0;
    return loss;
  }

  void fit_scale(const double* z) override {
    // In t = 1 / scale^2 the left-hand side is concave and increasing: Newton from below converges in finitely many
    // steps.
    double t = 0;
    for (int step = 0; step < 100; ++step) {
      double inside = 0, outside = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const double r = y[i] - z[i];
        if (r * r * t <= epsilon_ * epsilon_)
          inside += normalized_weight[i] * r * r;
        else
          outside += normalized_weight[i];
      }
      const double left = 1 - epsilon_ * epsilon_ * outside, next = left / inside;
      if (!(left > 0) || !(inside > 0) || !std::isfinite(next)) {
        t = 1 / (least_ * least_);
        break;
      }
      if (!(next > t)) break;
      t = next;
    }
    scale_ = std::max(floor_, 1 / std::sqrt(t));
  }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double r = (z[i] - target[i]) / scale_, size = std::fabs(r);
      const bool inside = size <= epsilon_;
      loss[i] = scale_ * (1 + (inside ? r * r : 2 * epsilon_ * size - epsilon_ * epsilon_));
      derivative[i] = inside ? 2 * r : std::copysign(2 * epsilon_, r);
      second[i] = (inside ? 2 : 2 * stiffness * epsilon_ / size) / scale_;
    }
  }
  // F - gradient'(z - y) = scale (1 - q), q = sum normalized_weight derivative^2 / 4 <= 1; F*(v) = v'y + least (sum
  // normalized_weight v^2 / 4 - 1). q = 1 where the scale is above its floor.
  double divergence(double cut) const override {
    double square = 0, rest = 0;
    std::vector<double> out(rows);
    RowDatafit::divergences_of(cut, out.data());
    for (std::size_t i = 0; i < rows; ++i)
      if (normalized_weight[i] > 0)
        square += 0.25 * gradient[i] * gradient[i] / normalized_weight[i], rest += normalized_weight[i] * out[i];
    return rest + (scale_ > floor_ ? 0.0 : (scale_ - least_) * std::max(0.0, 1 - square));
  }
  // cut (g r - (2 - cut) least g^2 / 4), g = phi': it is >= 0 because g and r share their sign and g r >= scale g^2 /
  // 2.
  void divergences(std::size_t n, const double* target, const double* z, const double* derivative, double cut,
                   double* out) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double r = z[i] - target[i];
      out[i] = cut * std::max(0.0, derivative[i] * r - (2 - cut) * 0.25 * least_ * derivative[i] * derivative[i]);
    }
  }

 private:
  // Smallest meaningful scale: a residual carries the rounding 1e-16 |y| of its target and should keep six digits. The
  // median of |y| stands for the targets, so that outliers do not count.
  double resolution() const {
    std::vector<double> sizes;
    double mean = 0;
    for (std::size_t i = 0; i < rows; ++i)
      if (normalized_weight[i] > 0) sizes.push_back(std::fabs(y[i])), mean += normalized_weight[i] * sizes.back();
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    constexpr double kResolution = 1e6 * 2.2e-16, kLeast = 2.2e-15;  // kLeast: as scikit-learn's
    return std::max(kLeast, kResolution * (*middle > 0 ? *middle : mean));
  }

  const double epsilon_, least_;
  double floor_, scale_ = 1;
};

}  // namespace proxnet
