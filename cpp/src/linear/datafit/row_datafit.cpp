#include "linear/datafit/row_datafit.h"

#include <algorithm>
#include <cmath>

#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kGrain = 8192;  // rows that are worth a thread
constexpr std::size_t kBlock = RowDatafit::kBlock;

// f(first, count) over blocks of rows, shared by threads: rows do not depend on each other.
template <class F> void for_blocks(std::size_t rows, F&& f) {
  parallel_for(team_threads(), rows, kGrain, [&](std::size_t first, std::size_t last) {
    for (std::size_t i = first; i < last; i += kBlock) f(i, std::min(kBlock, last - i));
  });
}

double sign(double y) { return y > 0 ? 1 : -1; }

class Logistic final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double most_bend() const override { return 0.25; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* slope,
              double* second) const override {
    double e[kBlock], l[kBlock];
    for (std::size_t i = 0; i < n; ++i) e[i] = -std::fabs(z[i]);
    kernels<double>().exp(n, e, e);
    kernels<double>().log1p(n, e, l);
    for (std::size_t i = 0; i < n; ++i) {
      const double s = sign(target[i]), margin = s * z[i], inverse = 1 / (1 + e[i]);
      loss[i] = l[i] + (margin < 0 ? -margin : 0.0);
      slope[i] = -s * (margin < 0 ? inverse : e[i] * inverse);
      second[i] = std::max(e[i] * inverse * inverse, kFlat * std::fabs(slope[i]));
    }
  }
  void conjugates(std::size_t n, const double* target, const double* v, double* out) const override {
    double a[kBlock], log_a[kBlock], log_b[kBlock];
    for (std::size_t i = 0; i < n; ++i) a[i] = -sign(target[i]) * v[i], out[i] = -a[i];
    kernels<double>().log(n, a, log_a);
    kernels<double>().log1p(n, out, log_b);
    for (std::size_t i = 0; i < n; ++i)
      out[i] = (a[i] > 0 ? a[i] * log_a[i] : 0.0) + (a[i] < 1 ? (1 - a[i]) * log_b[i] : 0.0);
  }
};

class Poisson final : public RowDatafit {
 public:
  Poisson(std::vector<double> weights, std::vector<double> targets)
      : RowDatafit(std::move(weights), std::move(targets)) {}
  double most_bend() const override { return INFINITY; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* slope,
              double* second) const override {
    double e[kBlock];
    kernels<double>().exp(n, z, e);
    for (std::size_t i = 0; i < n; ++i) {
      loss[i] = e[i] - target[i] * z[i] + constant(target[i]);
      slope[i] = e[i] - target[i];
      second[i] = std::max(e[i], kFlat * std::fabs(slope[i]));
    }
  }
  void conjugates(std::size_t n, const double* target, const double* v, double* out) const override {
    double a[kBlock];
    for (std::size_t i = 0; i < n; ++i) a[i] = v[i] + target[i];
    kernels<double>().log(n, a, out);
    for (std::size_t i = 0; i < n; ++i) out[i] = (a[i] > 0 ? a[i] * out[i] - a[i] : 0.0) - constant(target[i]);
  }

 private:
  static double constant(double y) { return y > 0 ? y * std::log(y) - y : 0; }
};

class SquaredHinge final : public RowDatafit {
 public:
  using RowDatafit::RowDatafit;
  double most_bend() const override { return 2; }
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* slope,
              double* second) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double s = sign(target[i]), inside = std::max(0.0, 1 - s * z[i]);
      loss[i] = inside * inside, slope[i] = -2 * s * inside, second[i] = inside > 0 ? 2 : 2 * stiffness;
    }
  }
  void conjugates(std::size_t n, const double* target, const double* v, double* out) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double a = -sign(target[i]) * v[i];
      out[i] = 0.25 * a * a - a;
    }
  }
};

// The scale is at its best for the predictions: its own equation is sum share min((r / scale)^2, epsilon^2) = 1.
class Huber final : public RowDatafit {
 public:
  Huber(std::vector<double> weights, std::vector<double> targets, double epsilon)
      : RowDatafit(std::move(weights), std::move(targets)), epsilon_(epsilon), least_(resolution()), floor_(least_) {
    coupling.resize(rows);
    stiffness = 1e-2, least_stiffness = 1e-3;
  }
  double scale() const override { return scale_; }
  double most_bend() const override { return 2 / scale_; }
  void hold(double least) override { floor_ = std::max(least_, least); }
  void let_go() override { floor_ = std::max(least_, 0.03 * floor_); }
  bool held() const override { return floor_ > least_ && scale_ == floor_; }

  double derive(const double* z) override {
    const double loss = RowDatafit::derive(z);
    std::fill(coupling.begin(), coupling.end(), 0.0);
    if (scale_ == floor_) return loss;
    // Rows inside have gradients g = 2 share r / scale; the scale's own second derivative is square / (2 scale).
    double square = 0;
    for (std::size_t i = 0; i < rows; ++i)
      if (std::fabs(gradient[i]) < 2 * epsilon_ * share[i])
        coupling[i] = gradient[i], square += gradient[i] * gradient[i] / share[i];
    for (double& c : coupling) c *= square > 0 ? std::sqrt(2 * (1 - slack) / (scale_ * square)) : 0;
    return loss;
  }

  void settle(const double* z) override {
    // In t = 1 / scale^2 the left side is concave and rises: Newton from below gets there in finitely many steps.
    double t = 0;
    for (int step = 0; step < 100; ++step) {
      double inside = 0, outside = 0;
      for (std::size_t i = 0; i < rows; ++i) {
        const double r = y[i] - z[i];
        if (r * r * t <= epsilon_ * epsilon_)
          inside += share[i] * r * r;
        else
          outside += share[i];
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
  void losses(std::size_t n, const double* target, const double* z, double* loss, double* slope,
              double* second) const override {
    for (std::size_t i = 0; i < n; ++i) {
      const double r = (z[i] - target[i]) / scale_, size = std::fabs(r);
      const bool near = size <= epsilon_;
      loss[i] = scale_ * (1 + (near ? r * r : 2 * epsilon_ * size - epsilon_ * epsilon_));
      slope[i] = near ? 2 * r : std::copysign(2 * epsilon_, r);
      second[i] = (near ? 2 : 2 * stiffness * epsilon_ / size) / scale_;
    }
  }
  // Finite where |v| <= 2 epsilon and sum share v^2 / 4 <= 1, and c <= 1 keeps both; the least scale is the best then.
  void conjugates(std::size_t n, const double* target, const double* v, double* out) const override {
    for (std::size_t i = 0; i < n; ++i) out[i] = v[i] * target[i] + least_ * (0.25 * v[i] * v[i] - 1);
  }

 private:
  // What the scale must not fall below: a residual carries the rounding of its target, 1e-16 of it, and is told from
  // zero to six digits. Of most targets, not of those far out.
  double resolution() const {
    std::vector<double> sizes;
    double mean = 0;
    for (std::size_t i = 0; i < rows; ++i)
      if (share[i] > 0) sizes.push_back(std::fabs(y[i])), mean += share[i] * sizes.back();
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
  settle(z);
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    losses(n, y.data() + i, z + i, loss_.data() + i, slope_.data() + i, bend.data() + i);
    for (std::size_t k = i; k < i + n; ++k) {
      if (share[k] == 0) loss_[k] = slope_[k] = bend[k] = 0;  // and may have been infinite
      gradient[k] = share[k] * slope_[k], bend[k] *= share[k];
    }
  });
  return kernels<double>().dot(rows, share.data(), loss_.data());
}

double RowDatafit::conjugate(double c) const {
  std::vector<double> out(rows);
  for_blocks(rows, [&](std::size_t i, std::size_t n) {
    double v[kBlock];
    for (std::size_t k = 0; k < n; ++k) v[k] = c * slope_[i + k];
    conjugates(n, y.data() + i, v, out.data() + i);
  });
  return kernels<double>().dot(rows, share.data(), out.data());
}

std::unique_ptr<Datafit> make_datafit(const GlmTask& task, const double* y, std::vector<double> share) {
  std::vector<double> targets(y, y + share.size());
  switch (task.loss.kind) {
    case Loss::kBinaryCrossentropy:
      return std::make_unique<Logistic>(std::move(share), std::move(targets));
    case Loss::kPoisson:
      return std::make_unique<Poisson>(std::move(share), std::move(targets));
    case Loss::kHuber:
      return std::make_unique<Huber>(std::move(share), std::move(targets), task.loss.delta);
    case Loss::kSquaredHinge:
      return std::make_unique<SquaredHinge>(std::move(share), std::move(targets));
    default:
      return make_softmax(task, y, std::move(share));
  }
}

}  // namespace proxnet
