#include "linear/datafit/row_datafit.h"

#include <algorithm>
#include <cmath>

#include "linear/datafit/relative_entropy.h"
#include "linear/datafit/softmax_datafit.h"
#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kGrain = 8192;  // rows that are worth a thread
constexpr std::size_t kBlock = RowDatafit::kBlock;

// Calls f(first, count) on blocks of rows, in parallel: rows are independent of each other.
template <class F> void for_blocks(std::size_t rows, F&& f) {
  parallel_for(team_threads(), rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; i += kBlock) f(i, std::min(kBlock, last - i));
  });
}

double sign(double y) { return y > 0 ? 1 : -1; }

class Logistic final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double curvature_bound() const override { return 0.25; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    double e[kBlock], l[kBlock];
    for (std::size_t i = 0; i < n; ++i) e[i] = -std::fabs(z[i]);
    kernels<double>().exp(n, e, e);
    kernels<double>().log1p(n, e, l);
    for (std::size_t i = 0; i < n; ++i) {
      const double s = sign(target[i]), margin = s * z[i], inverse = 1 / (1 + e[i]);
      loss[i] = l[i] + (margin < 0 ? -margin : 0.0);
      derivative[i] = -s * (margin < 0 ? inverse : e[i] * inverse);
      second[i] = std::max(e[i] * inverse * inverse, kCurvatureFloor * std::fabs(derivative[i]));
    }
  }
  // Relative entropy between the probabilities (a, 1 - a) of (wrong, right) class and ((1 - cut) a, 1 - (1 - cut) a).
  void divergences(std::size_t n, const double* target, const double* z, const double* derivative, double cut,
                   double* out) const override {
    double right[kBlock], more[kBlock], log_right[kBlock];
    for (std::size_t i = 0; i < n; ++i) right[i] = -std::fabs(z[i]);
    kernels<double>().exp(n, right, right);
    kernels<double>().log1p(n, right, log_right);
    for (std::size_t i = 0; i < n; ++i) {
      const double margin = sign(target[i]) * z[i];
      right[i] = (margin < 0 ? right[i] : 1.0) / (1 + right[i]);
      log_right[i] = std::min(margin, 0.0) - log_right[i];
      more[i] = cut * std::fabs(derivative[i]);
    }
    relative_entropies(n, right, more, log_right, out);
    const double less = relative_entropy(-cut);
    for (std::size_t i = 0; i < n; ++i) out[i] += less * std::fabs(derivative[i]);
  }
};

// phi = y (expm1(d) - d), d = z - log y: half the deviance, without the cancellation in e^z - y z + y log y - y.
class Poisson final : public RowDatafit {
 public:
  Poisson(std::vector<double> weights, std::vector<double> targets)
      : RowDatafit(std::move(weights), std::move(targets)), log_y_(rows) {
    for (std::size_t i = 0; i < rows; ++i) log_y_[i] = y[i] > 0 ? std::log(y[i]) : 0;
  }
  double curvature_bound() const override { return INFINITY; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    const double* log_y = log_y_.data() + (target - y.data());
    double d[kBlock], e[kBlock];
    for (std::size_t i = 0; i < n; ++i) d[i] = z[i] - log_y[i];
    kernels<double>().expm1(n, d, e);
    kernels<double>().exp(n, z, second);
    for (std::size_t i = 0; i < n; ++i) {
      const bool counts = target[i] > 0;
      loss[i] = counts ? target[i] * expm1_less(d[i], e[i]) : second[i];
      derivative[i] = counts ? target[i] * e[i] : second[i];
      second[i] = std::max(second[i], kCurvatureFloor * std::fabs(derivative[i]));
    }
  }
  // Relative entropy between the means e^z and e^z - cut (e^z - y).
  void divergences(std::size_t n, const double*, const double* z, const double* derivative, double cut,
                   double* out) const override {
    double mean[kBlock], more[kBlock];
    kernels<double>().exp(n, z, mean);
    for (std::size_t i = 0; i < n; ++i) more[i] = -cut * derivative[i];
    relative_entropies(n, mean, more, z, out);
  }

 private:
  // e^d - 1 - d, given e = expm1(d).
  static double expm1_less(double d, double e) {
    if (std::fabs(d) > 1e-2) return e - d;
    return 0.5 * d * d * (1 + d / 3 * (1 + d / 4 * (1 + d / 5 * (1 + d / 6 * (1 + d / 7)))));
  }

  std::vector<double> log_y_;  // 0 where y is 0
};

class SquaredHinge final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double curvature_bound() const override { return 2; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* derivative,
              double* second) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double s = sign(target[i]), inside = std::max(0.0, 1 - s * z[i]);
      loss[i] = inside * inside, derivative[i] = -2 * s * inside, second[i] = inside > 0 ? 2 : 2 * stiffness;
    }
  }
  void divergences(std::size_t n, const double*, const double*, const double* derivative, double cut,
                   double* out) const override {
    for (std::size_t i = 0; i < n; ++i) out[i] = 0.25 * (cut * derivative[i]) * (cut * derivative[i]);
  }
};

// Huber's loss with a fitted scale, the root of sum_i normalized_weight[i] * min((r[i] / scale)^2, epsilon^2) = 1.
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

}  // namespace

double RowDatafit::derive(const double* z) {
  fit_scale(z);
  std::copy_n(z, rows, z_.data());
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    losses(n, y.data() + i, z + i, loss_.data() + i, derivative_.data() + i, hessian_state.data() + i);
    for (std::size_t k = i; k < i + n; ++k) {
      if (normalized_weight[k] == 0) loss_[k] = derivative_[k] = hessian_state[k] = 0;  // and may have been infinite
      gradient[k] = normalized_weight[k] * derivative_[k], hessian_state[k] *= normalized_weight[k];
    }
  });
  return kernels<double>().dot(rows, normalized_weight.data(), loss_.data());
}

void RowDatafit::divergences_of(double cut, double* out) const {
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    divergences(n, y.data() + i, z_.data() + i, derivative_.data() + i, cut, out + i);
    for (std::size_t k = i; k < i + n; ++k)
      if (normalized_weight[k] == 0) out[k] = 0;
  });
}

double RowDatafit::divergence(double cut) const {
  if (cut == 0) return 0;
  std::vector<double> out(rows);
  divergences_of(cut, out.data());
  return kernels<double>().dot(rows, normalized_weight.data(), out.data());
}

std::unique_ptr<Datafit> make_datafit(const GlmTask& task, const double* y, std::vector<double> normalized_weight) {
  std::vector<double> targets(y, y + normalized_weight.size());
  switch (task.loss.kind) {
    case Loss::kBinaryCrossentropy:
      return std::make_unique<Logistic>(std::move(normalized_weight), std::move(targets));
    case Loss::kPoisson:
      return std::make_unique<Poisson>(std::move(normalized_weight), std::move(targets));
    case Loss::kHuber:
      return std::make_unique<Huber>(std::move(normalized_weight), std::move(targets), task.loss.delta);
    case Loss::kSquaredHinge:
      return std::make_unique<SquaredHinge>(std::move(normalized_weight), std::move(targets));
    default:
      return make_softmax(task, y, std::move(normalized_weight));
  }
}

}  // namespace proxnet
