// Sorting the outputs by their number of weights, so that the outputs of a slice need little padding.
#include "predictor/sparse_weights.h"

#include <algorithm>
#include <numeric>

namespace proxnet {

template <class T> SparseWeights<T>::SparseWeights(const Panels<T>& w) : outputs_(w.cols) {
  const auto weight = [&](std::size_t k, std::size_t j) { return w.at(j / kPanel<T>, k)[j % kPanel<T>]; };
  std::vector<std::size_t> count(w.cols);
  input_begin_.push_back(0);
  for (std::size_t k = 0; k < w.rows; ++k) {
    for (std::size_t j = 0; j < w.cols; ++j)
      if (const T value = weight(k, j); value != 0) {
        listed_output_.push_back(static_cast<unsigned>(j)), listed_value_.push_back(value);
        ++count[j];
      }
    input_begin_.push_back(listed_value_.size());
  }

  sliced_output_.resize(round_up(w.cols, kSlice));
  std::iota(sliced_output_.begin(), sliced_output_.end(), 0U);
  std::stable_sort(sliced_output_.begin(), sliced_output_.begin() + static_cast<std::ptrdiff_t>(w.cols),
                   [&](unsigned a, unsigned b) { return count[a] > count[b]; });
  slice_begin_.push_back(0);
  for (std::size_t s = 0; s < sliced_output_.size(); s += kSlice) {
    slice_begin_.push_back(slice_begin_.back() + kSlice * count[sliced_output_[s]]);
    sliced_input_.resize(slice_begin_.back());
    sliced_value_.resize(slice_begin_.back());
    for (std::size_t i = 0; i < kSlice && sliced_output_[s + i] < w.cols; ++i) {
      std::size_t entry = *(slice_begin_.end() - 2) + i;
      for (std::size_t k = 0; k < w.rows; ++k)
        if (const T value = weight(k, sliced_output_[s + i]); value != 0) {
          sliced_input_[entry] = static_cast<unsigned>(k), sliced_value_[entry] = value;
          entry += kSlice;
        }
    }
  }
}

template <class T> std::size_t SparseWeights<T>::bytes() const {
  return (slice_begin_.size() + input_begin_.size()) * sizeof(std::size_t) +
         (sliced_input_.size() + sliced_output_.size() + listed_output_.size()) * sizeof(unsigned) +
         (sliced_value_.size() + listed_value_.size()) * sizeof(T);
}

template <class T> SlicedWeights<T> SparseWeights<T>::by_output(const T* bias) const {
  return {slice_begin_.size() - 1, outputs_, slice_begin_.data(), sliced_input_.data(), sliced_output_.data(),
          sliced_value_.data(),    bias};
}

template <class T> ListedWeights<T> SparseWeights<T>::by_input(const T* bias) const {
  return {outputs_, input_begin_.data(), listed_output_.data(), listed_value_.data(), bias};
}

template class SparseWeights<float>;
template class SparseWeights<double>;

}  // namespace proxnet
