// Sorting the outputs by their number of weights, so that the outputs of a slice or a group need little padding.
#include "predictor/sparse_weights.h"

#include <algorithm>
#include <numeric>

namespace proxnet {

template <class T> SparseWeights<T>::SparseWeights(const Panels<T>& w, std::size_t lanes) : outputs_(w.cols) {
  Entries entries(w.cols);
  input_begin_.push_back(0);
  for (std::size_t k = 0; k < w.rows; ++k) {
    for (std::size_t j = 0; j < w.cols; ++j)
      if (const T value = w.at(j / kPanel<T>, k)[j % kPanel<T>]; value != 0) {
        listed_output_.push_back(static_cast<unsigned>(j)), listed_value_.push_back(value);
        entries[j].push_back({static_cast<unsigned>(k), value});
      }
    input_begin_.push_back(listed_value_.size());
  }
  sorted_output_.resize(round_up(w.cols, std::max(kSlice, kWindowVectors * lanes)));
  std::iota(sorted_output_.begin(), sorted_output_.end(), 0U);
  std::stable_sort(sorted_output_.begin(), sorted_output_.begin() + static_cast<std::ptrdiff_t>(w.cols),
                   [&](unsigned a, unsigned b) { return entries[a].size() > entries[b].size(); });
  entries.resize(sorted_output_.size());
  slice(entries);
  if (lanes >= 8 && w.rows >= lanes) cut_windows(entries, w.rows, lanes);
}

template <class T> void SparseWeights<T>::slice(const Entries& entries) {
  slice_begin_.push_back(0);
  for (std::size_t s = 0; s < round_up(outputs_, kSlice); s += kSlice) {
    const std::size_t begin = slice_begin_.back();
    slice_begin_.push_back(begin + kSlice * entries[sorted_output_[s]].size());
    sliced_input_.resize(slice_begin_.back());
    sliced_value_.resize(slice_begin_.back());
    for (std::size_t i = 0; i < kSlice; ++i) {
      std::size_t entry = begin + i;
      for (const auto& [input, value] : entries[sorted_output_[s + i]]) {
        sliced_input_[entry] = input, sliced_value_[entry] = value;
        entry += kSlice;
      }
    }
  }
}

// A window begins at the first input that any lane has left, and each lane takes one weight if its next is inside. Two
// weights of a lane in one window take two steps, so that every sum adds its inputs in their order.
template <class T>
void SparseWeights<T>::cut_windows(const Entries& entries, std::size_t inputs, std::size_t lanes) {
  const std::size_t words = lanes / 8;
  window_begin_.push_back(0);
  for (std::size_t g = 0; g < sorted_output_.size(); g += kWindowVectors * lanes) {
    std::vector<std::size_t> taken(kWindowVectors * lanes);
    const auto left = [&] {
      for (std::size_t i = 0; i < taken.size(); ++i)
        if (taken[i] < entries[sorted_output_[g + i]].size()) return true;
      return false;
    };
    while (left())
      for (std::size_t v = 0; v < kWindowVectors; ++v) {
        const auto next = [&](std::size_t lane) -> const std::pair<unsigned, T>* {
          const auto& of = entries[sorted_output_[g + v * lanes + lane]];
          const std::size_t at = taken[v * lanes + lane];
          return at < of.size() ? &of[at] : nullptr;
        };
        std::size_t first = inputs;
        for (std::size_t l = 0; l < lanes; ++l)
          if (next(l)) first = std::min<std::size_t>(first, next(l)->first);
        first = std::min(first, inputs - lanes);
        window_first_.push_back(static_cast<unsigned>(first));
        const std::size_t code = window_code_.size(), value = window_value_.size();
        window_code_.resize(code + words), window_value_.resize(value + lanes);
        for (std::size_t l = 0; l < lanes; ++l)
          if (const auto* entry = next(l); entry && entry->first < first + lanes) {
            window_code_[code + l % words] |= static_cast<unsigned>(entry->first - first) << l / words * 4;
            window_value_[value + l] = entry->second;
            ++taken[v * lanes + l];
          }
      }
    window_begin_.push_back(window_first_.size() / kWindowVectors);
  }
}

template <class T> std::size_t SparseWeights<T>::bytes() const {
  return (slice_begin_.size() + window_begin_.size() + input_begin_.size()) * sizeof(std::size_t) +
         (sorted_output_.size() + sliced_input_.size() + window_first_.size() + window_code_.size() +
          listed_output_.size()) *
             sizeof(unsigned) +
         (sliced_value_.size() + window_value_.size() + listed_value_.size()) * sizeof(T);
}

template <class T> SlicedWeights<T> SparseWeights<T>::by_output(const T* bias) const {
  return {slice_begin_.size() - 1, outputs_, slice_begin_.data(), sliced_input_.data(), sorted_output_.data(),
          sliced_value_.data(),    bias};
}

template <class T> WindowedWeights<T> SparseWeights<T>::in_windows(const T* bias) const {
  return {window_begin_.size() - 1,
          window_begin_.data(),
          window_first_.data(),
          window_code_.data(),
          sorted_output_.data(),
          window_value_.data(),
          bias};
}

template <class T> ListedWeights<T> SparseWeights<T>::by_input(const T* bias) const {
  return {outputs_, input_begin_.data(), listed_output_.data(), listed_value_.data(), bias};
}

template class SparseWeights<float>;
template class SparseWeights<double>;

}  // namespace proxnet
