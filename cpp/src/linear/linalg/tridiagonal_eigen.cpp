#include "linear/linalg/tridiagonal_eigen.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "runtime/dispatch.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

constexpr std::size_t kWide = 2 * kPanel<double>;  // components rotated together
constexpr double kNegligible = 1e-150;             // for a matrix with elements near 1

}  // namespace

TridiagonalEigen::TridiagonalEigen(std::vector<double> diagonal, std::vector<double> off, Poller& poll)
    : size(diagonal.size()), stride(round_up(size, kWide)), values(std::move(diagonal)), off_(std::move(off)) {
  constexpr double kRounding = std::numeric_limits<double>::epsilon();
  components_ = Buffer<double>(stride * size);
  for (std::size_t k = 0; k < size; ++k) components_[(k / kWide * size + k) * kWide + k % kWide] = 1;
  off_.resize(size), off_[size - 1] = 0;
  const std::size_t batch = std::max<std::size_t>(64 * size, 4096);
  std::size_t sweeps_left = 60 * size;
  for (std::size_t l = 0; l < size; ++l)
    for (;;) {
      std::size_t m = l;
      while (m + 1 < size && std::fabs(off_[m]) > kRounding * (std::fabs(values[m]) + std::fabs(values[m + 1])) &&
             std::fabs(off_[m]) > kNegligible)
        ++m;
      if (m == l) break;
      check(sweeps_left-- > 0, "[ridge] the eigenvalues of X'X were not found in 60 sweeps each");
      sweep(l, m);
      poll();
      if (turns_.size() >= 2 * batch) rotate(poll);
    }
  rotate(poll);
  vectors = Buffer<double>(size * stride);
  for (std::size_t chunk = 0; chunk < stride; chunk += kWide, poll())
    kernels<double>().transpose(size, std::min(kWide, size - chunk), components_.data() + chunk * size, kWide,
                                vectors.data() + chunk * stride, static_cast<std::ptrdiff_t>(stride));
  components_ = Buffer<double>();
}

// One implicitly shifted QL sweep from m up to l.
void TridiagonalEigen::sweep(std::size_t l, std::size_t m) {
  auto &d = values, &e = off_;
  const std::size_t at = turns_.size();
  turns_.resize(at + 2 * (m - l));
  double g = (d[l + 1] - d[l]) / (2 * e[l]);
  const double root = std::fabs(g) > 1e75 ? std::fabs(g) : std::sqrt(g * g + 1);
  g = d[m] - d[l] + e[l] / (g + (g < 0 ? -root : root));
  double s = 1, c = 1, p = 0;
  for (std::size_t i = m; i-- > l;) {
    const double f = s * e[i], b = c * e[i], r = std::sqrt(f * f + g * g);
    e[i + 1] = r;
    if (r <= kNegligible) {  // deflation: the matrix has split, the part above is unchanged
      d[i + 1] -= p, e[m] = 0;
      for (std::size_t k = l; k <= i; ++k) turns_[at + 2 * (k - l)] = 1;
      return sweeps_.push_back({l, m - l, at});
    }
    s = f / r, c = g / r;
    g = d[i + 1] - p;
    const double q = (d[i] - g) * s + 2 * c * b;
    p = s * q;
    d[i + 1] = g + p;
    g = c * q - b;
    turns_[at + 2 * (i - l)] = c, turns_[at + 2 * (i - l) + 1] = s;
  }
  d[l] -= p, e[l] = g, e[m] = 0;
  sweeps_.push_back({l, m - l, at});
}

void TridiagonalEigen::rotate(Poller& poll) {
  const std::size_t chunks = stride / kWide;
  run_team(size * turns_.size() < 16384 ? 1 : team_threads(), [&](Member& member) {
    for (std::size_t chunk = member.begin(chunks); chunk < member.end(chunks); ++chunk)
      for (const Sweep& each : sweeps_) {
        if (member.rank == 0) poll();
        member.checkpoint();
        kernels<double>().rotate_rows(each.count, turns_.data() + each.at,
                                      components_.data() + (chunk * size + each.begin) * kWide);
      }
  });
  turns_.clear(), sweeps_.clear();
}

}  // namespace proxnet
