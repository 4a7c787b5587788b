// A group's new norm r solves sum (z / (r + d))^2 = 1 over its weights, z the soft threshold of the point by l1 and d =
// strength * metric: by the first moments of d where they tell it to the last bit, else by Newton's method. In r the
// function 1 / sqrt(sum) is concave and increasing: its steps from the left stay there.
#include "penalties/penalty_groups.h"

#include <algorithm>
#include <cmath>

namespace proxnet {

namespace {

template <class T> constexpr T kRounding = static_cast<T>(sizeof(T) == 4 ? 0x1p-24 : 0x1p-53);

// The norm that the moments of d under the weights z^2 tell: exact in the limit of equal d. Returns whether it is only
// where to begin.
template <class T> bool first_norm(T square, T first, T second, T longest, T& norm) {
  norm = 1;
  if (longest == 0) return false;  // no weight moves
  norm = square - square;
  if (!(norm == 0)) return false;  // a weight is not finite: NaN
  if (square < static_cast<T>(0x1p-100)) return true;
  const T root = std::sqrt(square), mean = first / square, spread = std::max(second / square - mean * mean, T(0));
  const T near = root - mean + T(1.5) * spread / root;
  // Jensen: root - mean is below the solution.
  norm = 2 * longest < root ? near : std::max(root - mean, T(0));
  return !(4 * longest < root && 4 * longest * spread <= kRounding<T> * square * root);
}

// A step of Newton's method. Returns whether another must follow.
template <class T> bool next_norm(T sum, T slope, T& norm) {
  const T forward = sum * (std::sqrt(sum) - 1) / slope;
  if (std::isnan(forward)) return false;  // nothing is left of the group
  const T before = norm;
  norm = std::max(before + forward, T(0));
  // The error after a step is of the order of its square.
  const T close = static_cast<T>(sizeof(T) == 4 ? 0x1p-12 : 0x1p-27);
  return norm > 0 ? std::fabs(forward) > close * norm : before > 0;
}

}  // namespace

template <class T>
PenaltyGroups<T>::PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols)
    : by_unit_(penalty.axis == GroupAxis::kOutput),
      own_(!penalty.groups.empty()),
      sparse_(penalty.l1 != 0),
      rows_(rows),
      panels_((cols + kPanel<T> - 1) / kPanel<T>) {
  const std::size_t padded = round_up(by_unit_ ? cols : rows, kPanel<T>);
  l1_.resize(padded), strength_.resize(padded);
  const auto set = [&](std::size_t at, std::size_t group, std::size_t size) {
    const double factor = penalty.factors.empty() ? 1 : penalty.factors[group];
    l1_[at] = factor * penalty.l1;
    strength_[at] = factor * penalty.strength * std::sqrt(static_cast<double>(size));
  };
  if (own_) {
    for (std::size_t g = 0; g < penalty.groups.size(); ++g) {
      std::vector<std::size_t> inputs = penalty.groups[g];
      std::sort(inputs.begin(), inputs.end());
      std::vector<Run>& runs = runs_.emplace_back();
      for (const std::size_t row : inputs) {
        set(row, g, inputs.size() * cols);
        if (runs.empty() || runs.back().row + runs.back().rows != row || row % kPanel<T> == 0) runs.push_back({row, 0});
        ++runs.back().rows;
      }
    }
    return;
  }
  for (std::size_t g = 0; g < (by_unit_ ? cols : rows); ++g) set(g, g, by_unit_ ? rows : cols);
  if (by_unit_) runs_.emplace_back();
  for (std::size_t row = 0; row < rows; row += kPanel<T>) {
    if (!by_unit_) runs_.emplace_back();
    runs_.back().push_back({row, std::min(kPanel<T>, rows - row)});
  }
}

template <class T>
void PenaltyGroups<T>::scale_strengths(std::size_t from, double scale, Numbers& numbers) const {
  for (std::size_t i = 0; i < kPanel<T>; ++i) {
    numbers.l1[i] = static_cast<T>(scale * l1_[from + i]);
    numbers.strength[i] = static_cast<T>(scale * strength_[from + i]);
  }
}

template <class T>
GroupTile<T> PenaltyGroups<T>::tile(const Piece& piece, std::size_t first, std::size_t rows, const Numbers& numbers,
                                    T* w, const GroupRoom<T>& room) const {
  const std::size_t at = (piece.panel * rows_ + piece.row + first) * kPanel<T>, number = by_unit_ || own_ ? 0 : first;
  return {rows,
          !by_unit_,
          sparse_,
          numbers.l1 + number,
          numbers.strength + number,
          numbers.norm + number,
          metric(room, piece) + first * kPanel<T>,
          w + at};
}

template <class T>
void PenaltyGroups<T>::add_norms(const Piece& piece, const T* w, const GroupRoom<T>& room,
                                 const KernelTable<T>& k) const {
  T* const out[] = {sum(room, piece, kNorm), sum(room, piece, kAbsolute)};
  k.group_norms(piece.rows, !by_unit_, sparse_, w + (piece.panel * rows_ + piece.row) * kPanel<T>, out);
}

template <class T>
void PenaltyGroups<T>::add_moments(const Piece& piece, double scale, T* w, const GroupRoom<T>& room,
                                   const KernelTable<T>& k) const {
  Numbers numbers;
  scale_strengths(by_unit_ ? piece.panel * kPanel<T> : piece.row, scale, numbers);
  T* const out[] = {sum(room, piece, kSquare), sum(room, piece, kFirst), sum(room, piece, kSecond),
                    sum(room, piece, kLongest)};
  k.group_moments(tile(piece, 0, piece.rows, numbers, w, room), out);
}

template <class T> void PenaltyGroups<T>::total(std::size_t part, Sum which, const GroupRoom<T>& room, T* out) const {
  const auto take = [&](T a, T b) { return which == kLongest ? std::max(a, b) : a + b; };
  std::fill(out, out + kPanel<T>, T(0));
  for_pieces(part, [&](const Piece& piece) {
    const T* from = sum(room, piece, which);
    if (own_)
      for (std::size_t i = 0; i < piece.rows; ++i) out[0] = take(out[0], from[piece.row % kPanel<T> + i]);
    else if (which == kLongest)
      for (std::size_t i = 0; i < kPanel<T>; ++i) out[i] = std::max(out[i], from[i]);
    else
      for (std::size_t i = 0; i < kPanel<T>; ++i) out[i] += from[i];
  });
  if (own_) std::fill(out + 1, out + kPanel<T>, out[0]);
}

template <class T> double PenaltyGroups<T>::value(std::size_t part, double scale, const GroupRoom<T>& room) const {
  T square[kPanel<T>], absolute[kPanel<T>];
  total(part, kNorm, room, square);
  if (sparse_) total(part, kAbsolute, room, absolute);
  const std::size_t from = by_unit_ ? part * kPanel<T> : runs_[part].front().row;
  double value = 0;
  for (std::size_t i = 0; i < (own_ ? 1 : kPanel<T>); ++i) {
    value += strength_[from + i] * static_cast<double>(std::sqrt(square[i]));
    if (sparse_) value += l1_[from + i] * static_cast<double>(absolute[i]);
  }
  return scale * value;
}

template <class T>
void PenaltyGroups<T>::improve(std::size_t part, T* w, const GroupRoom<T>& room, Numbers& numbers, bool* open,
                               const KernelTable<T>& k) const {
  T sum[kPanel<T>] = {}, slope[kPanel<T>] = {};
  for_pieces(part, [&](const Piece& piece) {
    const std::size_t step = by_row_tiles() ? kRowPad<T> : piece.rows;
    for (std::size_t first = 0; first < piece.rows; first += step) {
      const std::size_t rows = std::min(step, piece.rows - first);
      if (by_row_tiles() && std::none_of(open + first, open + first + rows, [](bool o) { return o; })) continue;
      alignas(64) T shares[kPanel<T>], slopes[kPanel<T>];
      T* const out[] = {shares, slopes};
      k.group_newton(tile(piece, first, rows, numbers, w, room), out);
      for (std::size_t i = 0; i < (by_unit_ ? kPanel<T> : rows); ++i) {
        sum[own_ ? 0 : first + i] += shares[i];
        slope[own_ ? 0 : first + i] += slopes[i];
      }
    }
  });
  if (own_) std::fill(sum, sum + kPanel<T>, sum[0]), std::fill(slope, slope + kPanel<T>, slope[0]);
  for (std::size_t i = 0; i < kPanel<T>; ++i) open[i] = open[i] && next_norm(sum[i], slope[i], numbers.norm[i]);
}

template <class T>
void PenaltyGroups<T>::prox(std::size_t part, double scale, T* w, const GroupRoom<T>& room,
                            const KernelTable<T>& k) const {
  Numbers numbers;
  const std::size_t row = runs_[by_unit_ ? 0 : part].front().row;
  scale_strengths(by_unit_ ? part * kPanel<T> : row / kPanel<T> * kPanel<T>, scale, numbers);
  if (own_) {
    std::fill_n(numbers.l1, kPanel<T>, numbers.l1[row % kPanel<T>]);
    std::fill_n(numbers.strength, kPanel<T>, numbers.strength[row % kPanel<T>]);
  }
  T square[kPanel<T>], first[kPanel<T>], second[kPanel<T>], longest[kPanel<T>];
  total(part, kSquare, room, square), total(part, kFirst, room, first);
  total(part, kSecond, room, second), total(part, kLongest, room, longest);
  bool open[kPanel<T>], any = false;
  for (std::size_t i = 0; i < kPanel<T>; ++i)
    any |= open[i] = first_norm(square[i], first[i], second[i], longest[i], numbers.norm[i]);
  for (int round = 0; any && round < 60; ++round) {
    improve(part, w, room, numbers, open, k);
    any = std::any_of(open, open + kPanel<T>, [](bool o) { return o; });
  }
  for_pieces(part, [&](const Piece& piece) { k.group_shrink(tile(piece, 0, piece.rows, numbers, w, room), nullptr); });
}

template class PenaltyGroups<float>;
template class PenaltyGroups<double>;

}  // namespace proxnet
