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

// Empty for None.
inline std::vector<double> vector(const std::optional<py::array>& a, std::size_t count, const char* name) {
  const double* from = numbers(a, count, name);
  return from ? std::vector<double>(from, from + count) : std::vector<double>();
}

inline py::array_t<double> array(const std::vector<double>& v) {
  return py::array_t<double>(static_cast<py::ssize_t>(v.size()), v.data());
}

inline ElasticNetPenalty make_penalty(double l1_ratio, const std::optional<py::array>& factors, bool positive,
                                      std::size_t columns) {
  ElasticNetPenalty p;
  p.l1_ratio = l1_ratio, p.positive = positive, p.factors = vector(factors, columns, "penalty_factor");
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

// Mean squares (alphas, folds), gaps (alphas, folds) and their limits (folds).
inline py::tuple by_folds(const CrossValidation& result) {
  const auto folds = static_cast<py::ssize_t>(result.limit.size());
  const auto matrix = [&](const std::vector<double>& v) {
    return py::array_t<double>({static_cast<py::ssize_t>(v.size()) / folds, folds}, v.data());
  };
  return py::make_tuple(matrix(result.mean_square), matrix(result.gap), array(result.limit));
}

}  // namespace proxnet::python
