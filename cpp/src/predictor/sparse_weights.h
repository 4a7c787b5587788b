// The non-zero weights of a dense layer twice: by output for one row and blocks of rows, by input for rows with zeros.
#pragma once

#include <vector>

#include "kernels/kernel_table.h"
#include "ops/panels.h"

namespace proxnet {

template <class T> class SparseWeights {
 public:
  SparseWeights() = default;
  explicit SparseWeights(const Panels<T>& w);

  bool stored() const { return !slice_begin_.empty(); }
  std::size_t nonzeros() const { return listed_value_.size(); }
  // Entries by output with their padding: what sliced_row reads.
  std::size_t padded() const { return sliced_value_.size(); }
  std::size_t bytes() const;
  SlicedWeights<T> by_output(const T* bias) const;
  ListedWeights<T> by_input(const T* bias) const;

 private:
  std::size_t outputs_ = 0;
  std::vector<std::size_t> slice_begin_, input_begin_;
  std::vector<unsigned> sliced_input_, sliced_output_, listed_output_;
  std::vector<T> sliced_value_, listed_value_;
};

}  // namespace proxnet
