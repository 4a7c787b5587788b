// The non-zero weights of a dense layer in three orders: by output for blocks of rows, in windows for one row, by input
// for a row with zeros.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"
#include "ops/panels.h"

namespace proxnet {

template <class T> class SparseWeights {
 public:
  SparseWeights() = default;
  // For kernels with vectors of so many lanes; with fewer than 8 of them, or fewer inputs, there are no windows.
  SparseWeights(const Panels<T>& w, std::size_t lanes);

  bool stored() const { return !slice_begin_.empty(); }
  bool has_windows() const { return !window_begin_.empty(); }
  std::size_t outputs() const { return outputs_; }
  std::size_t nonzeros() const { return listed_value_.size(); }
  // Entries by output with their padding: what sliced_row reads.
  std::size_t padded() const { return sliced_value_.size(); }
  // Vectors that windowed_row reads.
  std::size_t windows() const { return window_first_.size(); }
  std::size_t bytes() const;
  SlicedWeights<T> by_output(const T* bias) const;
  WindowedWeights<T> in_windows(const T* bias) const;
  ListedWeights<T> by_input(const T* bias) const;

 private:
  using Entries = std::vector<std::vector<std::pair<unsigned, T>>>;  // (input, weight) of each output

  void slice(const Entries& entries);
  void cut_windows(const Entries& entries, std::size_t inputs, std::size_t lanes);

  std::size_t outputs_ = 0;
  std::vector<std::size_t> slice_begin_, window_begin_, input_begin_;
  std::vector<unsigned> sorted_output_;  // the most weights first, then padding
  std::vector<unsigned> sliced_input_, window_first_, window_code_, listed_output_;
  std::vector<T> sliced_value_, window_value_, listed_value_;
};

}  // namespace proxnet
