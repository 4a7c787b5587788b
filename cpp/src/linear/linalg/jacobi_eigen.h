// B = V diag(values) V' of a small positive semidefinite matrix, by Jacobi rotations.
#pragma once

#include <vector>

#include "runtime/poller.h"

namespace proxnet {

struct JacobiEigen {
  // b: (m, m). If b = D A D with D diagonal and A well-conditioned, even the smallest values have full relative
  // accuracy, whatever the range of D.
  JacobiEigen(std::vector<double> b, std::size_t m, Poller& poll);

  std::vector<double> values;   // >= 0, unordered
  std::vector<double> vectors;  // (m, m), row a: the eigenvector of values[a]
};

}  // namespace proxnet
