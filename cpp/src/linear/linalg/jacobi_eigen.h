// B = V diag(values) V' of a small positive semidefinite matrix, by Jacobi's rotations.
#pragma once

#include <vector>

#include "runtime/poller.h"

namespace proxnet {

struct JacobiEigen {
  // b: row-major, m x m. Where b is D A D with diagonal D and a well-conditioned A, also the smallest values have full
  // relative accuracy, however far apart the entries of D are.
  JacobiEigen(std::vector<double> b, std::size_t m, Poller& poll);

  std::vector<double> values;   // >= 0, in no order
  std::vector<double> vectors;  // (m, m), row a: the eigenvector of values[a]
};

}  // namespace proxnet
