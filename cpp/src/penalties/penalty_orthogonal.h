// The penalty strength * mean |cos| over the pairs of rows or of columns of a kernel (Keras' OrthogonalRegularizer)
// with its gradient. Both take products over the whole kernel, here in parts cut by shape alone that a team can share.
#pragma once

#include <vector>

#include "ops/activations.h"
#include "ops/panels.h"
#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

template <class T> class OrthogonalPenalty {
 public:
  // Of a kernel (rows, cols); axis kInput: pairs of rows.
  OrthogonalPenalty(const Penalty& penalty, std::size_t rows, std::size_t cols);

  // A thread's own memory.
  struct Scratch {
    Activations<T> cosines, signs, gradient;
  };
  Scratch scratch() const;

  // First normalise() of all panels, then differentiate() of all blocks. `w` lies in panels.
  std::size_t panels() const { return transposed_.count(); }
  void normalise(std::size_t panel, const T* w);
  std::size_t blocks() const;
  void differentiate(std::size_t block, Scratch& scratch, const KernelTable<T>& k);
  // Both, alone.
  void run(const T* w, const KernelTable<T>& k);

  // Then, at the penalty's own strength:
  double value() const;
  const T* gradient() const { return gradient_.values.data(); }  // laid out as w

 private:
  std::size_t count() const { return transposed_.cols; }   // vectors
  std::size_t length() const { return transposed_.rows; }  // of each
  // Element j of vector i in the kernel's layout.
  std::size_t place(std::size_t i, std::size_t j) const {
    return by_row_ ? gradient_.offset(j / kPanel<T>, i) + j % kPanel<T>
                   : gradient_.offset(i / kPanel<T>, j) + i % kPanel<T>;
  }

  bool by_row_;
  double per_pair_;                 // strength / number of pairs
  Panels<T> vectors_, transposed_;  // of length 1, or zero: (count, length), (length, count)
  Panels<T> gradient_;
  std::vector<double> norms_, sums_;  // of each vector: its norm, its |cos| with the others
  Buffer<T> no_bias_;
};

}  // namespace proxnet
