// What the functions of linear models take from Python and give back.
#pragma once

#include "bindings.h"

namespace proxnet::python {

// Keeps the arrays that the design reads.
struct DesignHandle {
  std::shared_ptr<const Design> design;
  std::vector<py::object> arrays;
};

inline bool is_line(const py::array& a) { return a.ndim() == 1 && (a.flags() & py::array::c_style); }

inline const double* numbers(const py::array& a, std::size_t count, const char* name) {
  if (!py::isinstance<Array<double>>(a) || !is_line(a) || static_cast<std::size_t>(a.size()) != count)
    throw py::type_error(std::string("[_core] ") + name + " must be a contiguous float64 vector of the right length");
  return static_cast<const double*>(a.data());
}
inline const double* numbers(const std::optional<py::array>& a, std::size_t count, const char* name) {
  return a ? numbers(*a, count, name) : nullptr;
}

inline py::array_t<double> array(const std::vector<double>& v) {
  return py::array_t<double>(static_cast<py::ssize_t>(v.size()), v.data());
}

inline ElasticNetPenalty make_penalty(double l1_ratio, const std::optional<py::array>& factors, bool positive,
                                      std::size_t columns) {
  ElasticNetPenalty p;
  p.l1_ratio = l1_ratio, p.positive = positive;
  if (const double* f = numbers(factors, columns, "penalty_factor")) p.factors.assign(f, f + columns);
  return p;
}

py::dict as_dict(const GlmPath& path);

// train, test: (folds, count)
inline std::vector<Fold> make_folds(const py::array& train, const py::array& test, std::size_t count) {
  const auto with_train = view<double>(train, "train"), with_test = view<double>(test, "test");
  if (with_train.cols != count || with_test.cols != count || with_train.rows != with_test.rows)
    throw py::type_error("[_core] train and test must have shape (folds, rows)");
  std::vector<Fold> folds;
  for (std::size_t f = 0; f < with_train.rows; ++f) folds.push_back({with_train.row(f), with_test.row(f)});
  return folds;
}

// (alphas, folds)
inline py::array_t<double> by_folds(const CrossValidation& result, std::size_t folds) {
  const auto size = [](std::size_t count) { return static_cast<py::ssize_t>(count); };
  return py::array_t<double>({size(result.mean_square.size() / folds), size(folds)}, result.mean_square.data());
}

}  // namespace proxnet::python
