// The five questions for l1 |w| + l2 w^2, on arrays of any length; training asks the same kernels tile by tile.
#include "proxnet/penalty.h"

#include <algorithm>
#include <cmath>

#include "ops/buffer.h"
#include "penalty_kernel.h"

namespace proxnet {

void check_penalty(const Penalty& penalty, const char* operation) {
  check(std::isfinite(penalty.l1) && penalty.l1 >= 0, operation, " l1 must be finite and not negative, got ",
        penalty.l1);
  check(std::isfinite(penalty.l2) && penalty.l2 >= 0, operation, " l2 must be finite and not negative, got ",
        penalty.l2);
}

template <class T> double value(const Penalty& penalty, const T* w, std::size_t count) {
  check_penalty(penalty, "[value]");
  // In double throughout: what is reported is summed in double.
  double total = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(w[i]);
    total += penalty.l1 * std::fabs(x) + penalty.l2 * x * x;
  }
  return total;
}

template <class T> void prox(const Penalty& penalty, const T* point, const T* metric, T* w, std::size_t count) {
  check_penalty(penalty, "[prox]");
  const auto& k = kernels<T>();
  const PenaltyScalars<T> scalars = penalty_scalars<T>(penalty);
  T x[kPanel<T>], t[kPanel<T>];
  for (std::size_t i = 0; i < count; i += kPanel<T>) {
    const std::size_t n = std::min(kPanel<T>, count - i);
    std::fill(std::copy(point + i, point + i + n, x), x + kPanel<T>, T(0));
    std::fill(std::copy(metric + i, metric + i + n, t), t + kPanel<T>, T(0));
    k.prox[static_cast<int>(penalty_kernel(penalty))](1, scalars, nullptr, x, t, x);
    std::copy(x, x + n, w + i);
  }
}

template <class T>
double subdiff_distance(const Penalty& penalty, const T* w, const T* gradient, std::size_t count) {
  check_penalty(penalty, "[subdiff_distance]");
  double worst = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(w[i]), g = static_cast<double>(gradient[i]) + 2 * penalty.l2 * x;
    const double distance =
        x == 0 ? std::max(0.0, std::fabs(g) - penalty.l1) : std::fabs(g + (x > 0 ? penalty.l1 : -penalty.l1));
    worst = std::isnan(distance) ? distance : std::max(worst, distance);
  }
  return worst;
}

template <class T> std::vector<bool> support(const T* w, std::size_t count) {
  std::vector<bool> in(count);
  for (std::size_t i = 0; i < count; ++i) in[i] = w[i] != 0;
  return in;
}

template <class T> double strength_max(const Penalty&, const T* gradient_at_zero, std::size_t count) {
  double top = 0;
  for (std::size_t i = 0; i < count; ++i) top = std::max(top, std::fabs(static_cast<double>(gradient_at_zero[i])));
  return top;
}

#define PROXNET_INSTANTIATE(T)                                                                      \
  template PROXNET_EXPORT double value(const Penalty&, const T*, std::size_t);                      \
  template PROXNET_EXPORT void prox(const Penalty&, const T*, const T*, T*, std::size_t);           \
  template PROXNET_EXPORT double subdiff_distance(const Penalty&, const T*, const T*, std::size_t); \
  template PROXNET_EXPORT std::vector<bool> support(const T*, std::size_t);                         \
  template PROXNET_EXPORT double strength_max(const Penalty&, const T*, std::size_t);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
