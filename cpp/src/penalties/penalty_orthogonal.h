// strength * mean |cos| over the pairs of rows or columns of a kernel (Keras' OrthogonalRegularizer), and its gradient.
// The products over the kernel come in parts, by shape alone, that a team can share.
#pragma once

#include <vector>

#include "ops/activations.h"
#include "ops/panels.h"
#include "proxnet/penalty.h"
#include "runtime/dispatch.h"

namespace proxnet {

template <class T> class OrthogonalPenalty {
 public:
  // For a kernel (rows, cols); axis kInput: pairs of rows.
  OrthogonalPenalty(const Penalty& penalty, std::size_t rows, std::size_t cols);

  // Memory of one thread.
  struct Scratch {
    Activations<T> cosines, signs, gradient;
  };
  Scratch scratch() const;

  // normalise() all panels of w, then differentiate() all blocks.
  std::size_t panels() const { return transposed_.count(); }
  void normalise(std::size_t panel, const T* w);
  std::size_t blocks() const;
  void differentiate(std::size_t block, Scratch& scratch, const KernelTable<T>& k);
  // Both, by one thread.
  void run(const T* w, const KernelTable<T>& k);

  // Results, at the penalty's own strength.
  double value() const;
  const T* gradient() const { return gradient_.values.data(); }  // in the layout of w

 private:
  std::size_t count() const { return transposed_.cols; }   // number of vectors
  std::size_t length() const { return transposed_.rows; }  // of each vector
  // Element j of vector i in the kernel's layout.
  std::size_t index(std::size_t i, std::size_t j) const {
    return by_row_ ? gradient_.offset(j / kPanel<T>, i) + j % kPanel<T>
                   : gradient_.offset(i / kPanel<T>, j) + i % kPanel<T>;
  }

  bool by_row_;
  double per_pair_;                 // strength / number of pairs
  Panels<T> vectors_, transposed_;  // u (count, length) and u^T; zero for zero vectors
  Panels<T> gradient_;
  std::vector<double> norms_, sums_;  // per vector: |w_i|, sum_j |c_ij|
  Buffer<T> no_bias_;
};

}  // namespace proxnet
