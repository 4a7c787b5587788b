#include "linear/working_set/quadratic.h"

#include "runtime/dispatch.h"

namespace proxnet {

void Quadratic::update_gradient(const std::vector<std::size_t>& at, const std::vector<double>& step) {
  std::vector<const double*> columns(at.size());
  std::vector<double> a(at.size());
  for (std::size_t s = 0; s < at.size(); ++s) columns[s] = gram(at[s]), a[s] = -step[s];
  kernels<double>().add_columns(size(), at.size(), columns.data(), a.data(), neg_gradient.data());
}

void Quadratic::refresh_gradient(const std::vector<double>& correlation) {
  neg_gradient = correlation;
  const auto at = support();
  std::vector<double> step(at.size());
  for (std::size_t s = 0; s < at.size(); ++s) step[s] = w[at[s]];
  update_gradient(at, step);
}

std::vector<std::size_t> Quadratic::support() const {
  std::vector<std::size_t> at;
  for (std::size_t k = 0; k < size(); ++k)
    if (w[k] != 0) at.push_back(k);
  return at;
}

}  // namespace proxnet
