#include "linear/linalg/householder.h"

#include <algorithm>
#include <cmath>

#include "linear/linalg/symmetric_product.h"

namespace proxnet {

HouseholderTridiagonalization::HouseholderTridiagonalization(Tridiagonal& out)
    : out_(out),
      n_(out.size),
      stride_(out.stride_),
      left_(2 * kReflectors * stride_),
      right_(2 * kReflectors * stride_),
      above_((n_ + kTile - 1) / kTile * stride_),
      column_(stride_),
      product_(stride_) {}

bool HouseholderTridiagonalization::mine(std::size_t tile, const Member& member) {
  const auto size = static_cast<std::size_t>(member.size), at = tile % (2 * size);
  return std::min(at, 2 * size - 1 - at) == static_cast<std::size_t>(member.rank);
}

void HouseholderTridiagonalization::run(Poller& poll) {
  run_team(n_ < 2 * kTile ? 1 : team_threads(), [&](Member& member) {
    for (std::size_t first = 0; first < n_; first += kReflectors) {
      const std::size_t last = std::min(n_, first + kReflectors);
      for (std::size_t j = first; j < last; ++j) {
        if (member.rank == 0) {
          poll();
          make_reflector(j, j - first);
        }
        member.barrier();
        multiply_tiles(j, member);
        member.barrier();
        add_tiles(j, member);
        member.barrier();
        if (member.rank == 0) finish_reflector(j, j - first);
      }
      member.barrier();
      update_tiles(last, last - first, member, poll);
      member.barrier();
    }
  });
}

void HouseholderTridiagonalization::make_reflector(std::size_t j, std::size_t count) {
  const auto& k = kernels<double>();
  const double* term[2 * kReflectors];
  double factor[2 * kReflectors];
  for (std::size_t t = 0; t < 2 * count; ++t)
    term[t] = right_.data() + t * stride_ + j, factor[t] = left_[t * stride_ + j];
  double* a = row(j);
  k.add_columns(n_ - j, 2 * count, term, factor, a + j);
  out_.diagonal[j] = a[j];
  std::fill_n(a, j + 1, 0.0);
  if (j + 1 == n_) return;
  double* v = a + j + 1;
  const std::size_t length = n_ - j - 1;
  const double head = v[0], rest = k.dot(length - 1, v + 1, v + 1);
  out_.off[j] = head;
  if (rest == 0) {
    std::fill_n(v, length, 0.0);
    return;
  }
  const double norm = std::sqrt(head * head + rest), to = head < 0 ? norm : -norm;
  out_.off[j] = to, out_.scale_[j] = (to - head) / to;
  const double inverse = 1 / (head - to);
  for (std::size_t i = 1; i < length; ++i) v[i] *= inverse;
  v[0] = 1;
}

void HouseholderTridiagonalization::multiply_tiles(std::size_t j, const Member& member) {
  constexpr std::size_t kChunk = 512;
  const auto& k = kernels<double>();
  const double* v = row(j);
  const double* rows[kTile];
  double part[kTile];
  for (std::size_t tile = (j + 1) / kTile; tile * kTile < n_; ++tile) {
    if (!mine(tile, member)) continue;
    const std::size_t begin = std::max(tile * kTile, j + 1), end = std::min(n_, (tile + 1) * kTile);
    const std::size_t count = end - begin;
    double *own = product_.data() + begin, *above = above_.data() + tile * stride_;
    for (std::size_t i = 0; i < count; ++i) rows[i] = row(begin + i) + tile * kTile;
    k.dots(end - tile * kTile, count, rows, v + tile * kTile, own);
    for (std::size_t at = end; at < n_; at += kChunk) {
      const std::size_t width = std::min(kChunk, n_ - at);
      for (std::size_t i = 0; i < count; ++i) rows[i] = row(begin + i) + at;
      k.dots(width, count, rows, v + at, part);
      for (std::size_t i = 0; i < count; ++i) own[i] += part[i];
      std::fill_n(above + at, width, 0.0);
      k.add_columns(width, count, rows, v + begin, above + at);
    }
  }
}

void HouseholderTridiagonalization::add_tiles(std::size_t j, const Member& member) {
  const std::size_t length = n_ - j - 1, begin = j + 1 + member.begin(length), end = j + 1 + member.end(length);
  for (std::size_t tile = (j + 1) / kTile; (tile + 1) * kTile < end; ++tile) {
    const double* above = above_.data() + tile * stride_;
    for (std::size_t i = std::max(begin, (tile + 1) * kTile); i < end; ++i) product_[i] += above[i];
  }
}

void HouseholderTridiagonalization::finish_reflector(std::size_t j, std::size_t count) {
  const auto& k = kernels<double>();
  const std::size_t from = j + 1, length = n_ - from;
  const double* v = row(j);
  const double* term[2 * kReflectors];
  double factor[2 * kReflectors];
  for (std::size_t t = 0; t < 2 * count; ++t) term[t] = left_.data() + t * stride_ + from;
  k.dots(length, 2 * count, term, v + from, factor);
  for (std::size_t t = 0; t < 2 * count; ++t) term[t] = right_.data() + t * stride_ + from;
  double* w = product_.data() + from;
  k.add_columns(length, 2 * count, term, factor, w);
  const double scale = out_.scale_[j];
  for (std::size_t i = 0; i < length; ++i) w[i] *= scale;
  const double along = -scale / 2 * k.dot(length, w, v + from);
  double *left = left_.data() + 2 * count * stride_, *right = right_.data() + 2 * count * stride_;
  for (double* each : {left, left + stride_, right, right + stride_}) std::fill_n(each, from, 0.0);
  for (std::size_t i = 0; i < length; ++i) {
    const double both = w[i] + along * v[from + i];
    left[from + i] = -v[from + i], left[stride_ + from + i] = -both;
    right[from + i] = both, right[stride_ + from + i] = v[from + i];
  }
}

void HouseholderTridiagonalization::update_tiles(std::size_t last, std::size_t count, const Member& member,
                                                 Poller& poll) {
  constexpr std::size_t kWide = 2 * kProductPanel;
  for (std::size_t tile = last / kTile; tile * kTile < n_; ++tile) {
    if (!mine(tile, member)) continue;
    if (member.rank == 0) poll();
    member.checkpoint();
    const std::size_t begin = std::max(tile * kTile, last), end = std::min(n_, (tile + 1) * kTile);
    GemmPanel<double> g = {};
    g.rows = end - begin, g.depth = 2 * count, g.resume = true;
    g.a = left_.data() + begin, g.a_row = 1, g.a_step = static_cast<std::ptrdiff_t>(stride_);
    g.b_step = g.c_row = static_cast<std::ptrdiff_t>(stride_), g.b_panel = g.c_panel = kProductPanel;
    for (std::size_t at = tile * kTile; at < n_; at += kWide) {
      g.cols = std::min(kWide, round_up(n_ - at, kProductPanel));
      g.b = right_.data() + at, g.c = row(begin) + at;
      kernels<double>().gemm_panel(g);
    }
  }
}

}  // namespace proxnet
