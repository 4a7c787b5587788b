// Norms of gradients, added in the order of the tiles.
#include "training/gradient_buffer.h"

#include <cmath>
#include <numeric>

namespace proxnet {

template <class T>
GradientBuffer<T>::GradientBuffer(const Optimizer& optimizer, const Parameters<T>& parameters,
                                  std::vector<std::size_t> first_tiles)
    : norm_(optimizer.clipnorm), global_norm_(optimizer.global_clipnorm), first_tiles_(std::move(first_tiles)) {
  if (norm_ == 0 && global_norm_ == 0) return;
  for (std::size_t a = 0; a + 1 < first_tiles_.size(); ++a)
    values_.emplace_back(first_tiles_[a] < first_tiles_[a + 1] ? parameters.array(a).size() : 0);
  squares_.resize(first_tiles_.back());
}

template <class T> double GradientBuffer<T>::scale(std::size_t array) const {
  const auto tile = [&](std::size_t index) { return squares_.begin() + static_cast<std::ptrdiff_t>(index); };
  const bool global = global_norm_ > 0;
  const double limit = global ? global_norm_ : norm_;
  const double square = global ? std::accumulate(squares_.begin(), squares_.end(), 0.0)
                               : std::accumulate(tile(first_tiles_[array]), tile(first_tiles_[array + 1]), 0.0);
  // NaN: the gradient stays as it is, and the loss will be refused.
  return square > limit * limit ? limit / std::sqrt(square) : 1;
}

template class GradientBuffer<float>;
template class GradientBuffer<double>;

}  // namespace proxnet
