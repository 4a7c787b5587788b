// u_i = w_i / |w_i|, c = u u^T, s = sign(c) without its diagonal, g = s u:
// value = per_pair * sum |c| / 2, gradient by w_i = per_pair * (g_i - (g_i . u_i) u_i) / |w_i|.
#include "penalties/penalty_orthogonal.h"

#include <cmath>
#include <limits>
#include <numeric>

#include "ops/products.h"

namespace proxnet {

namespace {

constexpr std::size_t kBlockVectors = 48;

template <class T> RowPanels<const T> rows_of(const Panels<T>& x) {
  return {x.values.data(), kPanel<T>, x.rows * kPanel<T>};
}

}  // namespace

template <class T>
OrthogonalPenalty<T>::OrthogonalPenalty(const Penalty& penalty, std::size_t rows, std::size_t cols)
    : by_row_(penalty.axis == GroupAxis::kInput),
      vectors_(by_row_ ? rows : cols, by_row_ ? cols : rows),
      transposed_(vectors_.cols, vectors_.rows),
      gradient_(rows, cols),
      norms_(count()),
      sums_(count()),
      no_bias_(round_up(std::max(rows, cols), kPanel<T>)) {
  const double n = static_cast<double>(count());
  per_pair_ = penalty.strength / (n * (n - 1) / 2);
}

template <class T> typename OrthogonalPenalty<T>::Scratch OrthogonalPenalty<T>::scratch() const {
  const std::size_t rows = std::min(kBlockVectors, count());
  return {Activations<T>(rows, count(), Layout::kRows), Activations<T>(rows, count(), Layout::kRows),
          Activations<T>(rows, length(), Layout::kRows)};
}

template <class T> std::size_t OrthogonalPenalty<T>::blocks() const {
  return (count() + kBlockVectors - 1) / kBlockVectors;
}

template <class T> void OrthogonalPenalty<T>::normalise(std::size_t panel, const T* w) {
  const std::size_t first = panel * kPanel<T>, last = first + transposed_.width(panel);
  for (std::size_t i = first; i < last; ++i) {
    double square = 0;
    for (std::size_t j = 0; j < length(); ++j) {
      const double x = static_cast<double>(w[index(i, j)]);
      square += x * x;
    }
    norms_[i] = std::sqrt(square);
    for (std::size_t j = 0; j < length(); ++j) {
      const T u = norms_[i] > 0 ? static_cast<T>(static_cast<double>(w[index(i, j)]) / norms_[i]) : T(0);
      vectors_.at(j / kPanel<T>, i)[j % kPanel<T>] = u;
      transposed_.at(panel, j)[i - first] = u;
    }
  }
}

template <class T>
void OrthogonalPenalty<T>::differentiate(std::size_t block, Scratch& scratch, const KernelTable<T>& k) {
  const std::size_t first = block * kBlockVectors, rows = std::min(kBlockVectors, count() - first);
  constexpr T kNone = -std::numeric_limits<T>::infinity();
  const auto pause = [] {};
  const RowPanels<const T> all = rows_of(vectors_);
  forward_product(k, transposed_, no_bias_.data(), kNone, rows, all.from(first), scratch.cosines.view(), pause);
  for (std::size_t r = 0; r < rows; ++r) {
    T *c = scratch.cosines.row(r), *s = scratch.signs.row(r);
    c[first + r] = 0;
    for (std::size_t j = 0; j < count(); ++j) s[j] = static_cast<T>((c[j] > 0) - (c[j] < 0));
    sums_[first + r] = k.dot(count(), s, c);
  }
  const RowPanels<const T> signs = std::as_const(scratch.signs).view();
  forward_product(k, vectors_, no_bias_.data(), kNone, rows, signs, scratch.gradient.view(), pause);
  for (std::size_t r = 0; r < rows; ++r) {
    const std::size_t i = first + r;
    const T* g = scratch.gradient.row(r);
    const auto direction = [&](std::size_t j) {
      return static_cast<double>(*(all.at(j / kPanel<T>, i) + j % kPanel<T>));
    };
    double along = 0;
    for (std::size_t j = 0; j < length(); ++j) along += static_cast<double>(g[j]) * direction(j);
    const double scale = norms_[i] > 0 ? per_pair_ / norms_[i] : 0;
    for (std::size_t j = 0; j < length(); ++j)
      gradient_.values[index(i, j)] = static_cast<T>(scale * (static_cast<double>(g[j]) - along * direction(j)));
  }
}

template <class T> void OrthogonalPenalty<T>::run(const T* w, const KernelTable<T>& k) {
  Scratch memory = scratch();
  for (std::size_t p = 0; p < panels(); ++p) normalise(p, w);
  for (std::size_t b = 0; b < blocks(); ++b) differentiate(b, memory, k);
}

template <class T> double OrthogonalPenalty<T>::value() const {
  return per_pair_ / 2 * std::accumulate(sums_.begin(), sums_.end(), 0.0);
}

template class OrthogonalPenalty<float>;
template class OrthogonalPenalty<double>;

}  // namespace proxnet
