#include "linear/linalg/jacobi_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace proxnet {

JacobiEigen::JacobiEigen(std::vector<double> b, std::size_t m, Poller& poll) : values(m), vectors(m * m) {
  constexpr double kRounding = std::numeric_limits<double>::epsilon();
  constexpr int kSweeps = 30;  // 6 to 10 suffice: convergence is quadratic
  for (std::size_t a = 0; a < m; ++a) vectors[a * m + a] = 1;
  // A diagonal entry below the floor is zero up to rounding.
  double floor = 0;
  for (std::size_t a = 0; a < m; ++a) floor = std::max(floor, 1e-30 * b[a * m + a]);
  bool rotated = true;
  for (int sweep = 0; rotated && sweep < kSweeps; ++sweep) {
    rotated = false;
    for (std::size_t p = 0; p < m; ++p, poll())
      for (std::size_t q = p + 1; q < m; ++q) {
        const double off = b[p * m + q], dp = b[p * m + p], dq = b[q * m + q];
        if (!(std::fabs(off) > kRounding * std::sqrt(std::max(dp, floor)) * std::sqrt(std::max(dq, floor)))) continue;
        // tan of the rotation angle that zeroes entry (p, q)
        const double theta = 0.5 * (dq - dp) / off;
        const double root = std::fabs(theta) > 1e75 ? std::fabs(theta) : std::sqrt(theta * theta + 1);
        const double t = (theta < 0 ? -1 : 1) / (std::fabs(theta) + root);
        if (t == 0) continue;
        const double c = 1 / std::sqrt(t * t + 1), s = t * c;
        rotated = true;
        double *row_p = &b[p * m], *row_q = &b[q * m], *v_p = &vectors[p * m], *v_q = &vectors[q * m];
        for (std::size_t k = 0; k < m; ++k) {
          const double bp = row_p[k], bq = row_q[k], vp = v_p[k], vq = v_q[k];
          row_p[k] = c * bp - s * bq, row_q[k] = s * bp + c * bq;
          v_p[k] = c * vp - s * vq, v_q[k] = s * vp + c * vq;
        }
        for (std::size_t k = 0; k < m; ++k) b[k * m + p] = row_p[k], b[k * m + q] = row_q[k];
        row_p[p] = dp - t * off, row_q[q] = dq + t * off, row_p[q] = row_q[p] = 0;
      }
  }
  for (std::size_t a = 0; a < m; ++a) values[a] = std::max(b[a * m + a], 0.0);
}

}  // namespace proxnet
