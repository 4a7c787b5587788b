// The new norm r of a group solves sum_i (z_i / (r + d_i))^2 = 1, z the soft threshold of the point by l1 * metric and
// d = strength * metric. If the first moments of d give r to the last bit, r comes from them, else from Newton's method
// on 1 / sqrt(sum), which is concave and increasing in r: from the left no step overshoots.
#include "penalties/penalty_groups.h"

#include <algorithm>
#include <cmath>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

template <class T> constexpr T kRounding = static_cast<T>(sizeof(T) == 4 ? 0x1p-24 : 0x1p-53);

// r from the moments of d with weights z^2, exact in the limit of equal d. square = sum z^2, first = sum z^2 d,
// second = sum z^2 d^2, largest = max d. Returns true if r is only the start of Newton's method.
template <class T> bool initial_norm(T square, T first, T second, T largest, T& norm) {
  norm = 1;
  if (largest == 0) return false;  // d = 0: no weight changes
  norm = square - square;
  if (!(norm == 0)) return false;  // NaN: a weight is not finite
  if (square < static_cast<T>(0x1p-100)) return true;
  const T root = std::sqrt(square), mean = first / square, spread = std::max(second / square - mean * mean, T(0));
  const T estimate = root - mean + T(1.5) * spread / root;
  // Jensen's inequality: root - mean <= r.
  norm = 2 * largest < root ? estimate : std::max(root - mean, T(0));
  return !(4 * largest < root && 4 * largest * spread <= kRounding<T> * square * root);
}

// One step of Newton's method. Returns true if another must follow.
template <class T> bool newton_norm(T sum, T slope, T& norm) {
  const T forward = sum * (std::sqrt(sum) - 1) / slope;
  if (std::isnan(forward)) return false;  // the group becomes zero
  const T before = norm;
  norm = std::max(before + forward, T(0));
  // Quadratic convergence: the error is of the order of the squared step.
  const T close = static_cast<T>(sizeof(T) == 4 ? 0x1p-12 : 0x1p-27);
  return norm > 0 ? std::fabs(forward) > close * norm : before > 0;
}

}  // namespace

template <class T>
PenaltyGroups<T>::PenaltyGroups(const Penalty& penalty, std::size_t rows, std::size_t cols)
    : by_output_(penalty.axis == GroupAxis::kOutput),
      custom_(!penalty.groups.empty()),
      sparse_(penalty.l1 != 0),
      rows_(rows),
      panels_((cols + kPanel<T> - 1) / kPanel<T>) {
  const std::size_t padded = round_up(by_output_ ? cols : rows, kPanel<T>);
  l1_.resize(padded), strength_.resize(padded);
  const auto set = [&](std::size_t at, std::size_t group, std::size_t size) {
    const double factor = penalty.factors.empty() ? 1 : penalty.factors[group];
    l1_[at] = factor * penalty.l1;
    strength_[at] = factor * penalty.strength * std::sqrt(static_cast<double>(size));
  };
  if (custom_) {
    for (std::size_t g = 0; g < penalty.groups.size(); ++g) {
      std::vector<std::size_t> inputs = penalty.groups[g];
      std::sort(inputs.begin(), inputs.end());
      std::vector<RowSpan>& spans = spans_.emplace_back();
      for (const std::size_t row : inputs) {
        set(row, g, inputs.size() * cols);
        if (spans.empty() || spans.back().row + spans.back().rows != row || row % kPanel<T> == 0)
          spans.push_back({row, 0});
        ++spans.back().rows;
      }
    }
    return;
  }
  for (std::size_t g = 0; g < (by_output_ ? cols : rows); ++g) set(g, g, by_output_ ? rows : cols);
  if (by_output_) spans_.emplace_back();
  for (std::size_t row = 0; row < rows; row += kPanel<T>) {
    if (!by_output_) spans_.emplace_back();
    spans_.back().push_back({row, std::min(kPanel<T>, rows - row)});
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
                                    T* w, const GroupScratch<T>& scratch) const {
  const std::size_t at = (piece.panel * rows_ + piece.row + first) * kPanel<T>,
                    number = by_output_ || custom_ ? 0 : first;
  return {rows,
          !by_output_,
          sparse_,
          numbers.l1 + number,
          numbers.strength + number,
          numbers.norm + number,
          metric(scratch, piece) + first * kPanel<T>,
          w + at};
}

template <class T>
void PenaltyGroups<T>::add_norms(const Piece& piece, const T* w, const GroupScratch<T>& scratch,
                                 const KernelTable<T>& k) const {
  T* const out[] = {sum(scratch, piece, kNorm), sum(scratch, piece, kAbsolute)};
  k.group_norms(piece.rows, !by_output_, sparse_, w + (piece.panel * rows_ + piece.row) * kPanel<T>, out);
}

template <class T>
void PenaltyGroups<T>::add_moments(const Piece& piece, double scale, T* w, const GroupScratch<T>& scratch,
                                   const KernelTable<T>& k) const {
  Numbers numbers;
  scale_strengths(by_output_ ? piece.panel * kPanel<T> : piece.row, scale, numbers);
  T* const out[] = {sum(scratch, piece, kSquare), sum(scratch, piece, kFirst), sum(scratch, piece, kSecond),
                    sum(scratch, piece, kLargest)};
  k.group_moments(tile(piece, 0, piece.rows, numbers, w, scratch), out);
}

template <class T> void PenaltyGroups<T>::total(std::size_t part, Sum which, const GroupScratch<T>& scratch,
                                                T* out) const {
  const auto take = [&](T a, T b) { return which == kLargest ? std::max(a, b) : a + b; };
  std::fill(out, out + kPanel<T>, T(0));
  for_pieces(part, [&](const Piece& piece) {
    const T* from = sum(scratch, piece, which);
    if (custom_)
      for (std::size_t i = 0; i < piece.rows; ++i) out[0] = take(out[0], from[piece.row % kPanel<T> + i]);
    else if (which == kLargest)
      for (std::size_t i = 0; i < kPanel<T>; ++i) out[i] = std::max(out[i], from[i]);
    else
      for (std::size_t i = 0; i < kPanel<T>; ++i) out[i] += from[i];
  });
  if (custom_) std::fill(out + 1, out + kPanel<T>, out[0]);
}

template <class T> double PenaltyGroups<T>::value(std::size_t part, double scale,
                                                  const GroupScratch<T>& scratch) const {
  T square[kPanel<T>], absolute[kPanel<T>];
  total(part, kNorm, scratch, square);
  if (sparse_) total(part, kAbsolute, scratch, absolute);
  const std::size_t from = by_output_ ? part * kPanel<T> : spans_[part].front().row;
  double value = 0;
  for (std::size_t i = 0; i < (custom_ ? 1 : kPanel<T>); ++i) {
    value += strength_[from + i] * static_cast<double>(std::sqrt(square[i]));
    if (sparse_) value += l1_[from + i] * static_cast<double>(absolute[i]);
  }
  return scale * value;
}

template <class T>
void PenaltyGroups<T>::newton_step(std::size_t part, T* w, const GroupScratch<T>& scratch, Numbers& numbers,
                                   bool* pending, const KernelTable<T>& k) const {
  T sum[kPanel<T>] = {}, slope[kPanel<T>] = {};
  for_pieces(part, [&](const Piece& piece) {
    const std::size_t step = by_row_tiles() ? kRowPad<T> : piece.rows;
    for (std::size_t first = 0; first < piece.rows; first += step) {
      const std::size_t rows = std::min(step, piece.rows - first);
      if (by_row_tiles() && std::none_of(pending + first, pending + first + rows, [](bool o) { return o; })) continue;
      alignas(64) T sums[kPanel<T>], slopes[kPanel<T>];
      T* const out[] = {sums, slopes};
      k.group_newton(tile(piece, first, rows, numbers, w, scratch), out);
      for (std::size_t i = 0; i < (by_output_ ? kPanel<T> : rows); ++i) {
        sum[custom_ ? 0 : first + i] += sums[i];
        slope[custom_ ? 0 : first + i] += slopes[i];
      }
    }
  });
  if (custom_) std::fill(sum, sum + kPanel<T>, sum[0]), std::fill(slope, slope + kPanel<T>, slope[0]);
  for (std::size_t i = 0; i < kPanel<T>; ++i) pending[i] = pending[i] && newton_norm(sum[i], slope[i], numbers.norm[i]);
}

template <class T>
void PenaltyGroups<T>::prox(std::size_t part, double scale, T* w, const GroupScratch<T>& scratch,
                            const KernelTable<T>& k) const {
  Numbers numbers;
  const std::size_t row = spans_[by_output_ ? 0 : part].front().row;
  scale_strengths(by_output_ ? part * kPanel<T> : row / kPanel<T> * kPanel<T>, scale, numbers);
  if (custom_) {
    std::fill_n(numbers.l1, kPanel<T>, numbers.l1[row % kPanel<T>]);
    std::fill_n(numbers.strength, kPanel<T>, numbers.strength[row % kPanel<T>]);
  }
  T square[kPanel<T>], first[kPanel<T>], second[kPanel<T>], largest[kPanel<T>];
  total(part, kSquare, scratch, square), total(part, kFirst, scratch, first);
  total(part, kSecond, scratch, second), total(part, kLargest, scratch, largest);
  bool pending[kPanel<T>], any = false;
  for (std::size_t i = 0; i < kPanel<T>; ++i)
    any |= pending[i] = initial_norm(square[i], first[i], second[i], largest[i], numbers.norm[i]);
  for (int round = 0; any && round < 60; ++round) {
    newton_step(part, w, scratch, numbers, pending, k);
    any = std::any_of(pending, pending + kPanel<T>, [](bool o) { return o; });
    poll_here();
  }
  for_pieces(part,
             [&](const Piece& piece) { k.group_shrink(tile(piece, 0, piece.rows, numbers, w, scratch), nullptr); });
}

template class PenaltyGroups<float>;
template class PenaltyGroups<double>;

}  // namespace proxnet
