// Arguments and results of linear models, between numpy arrays and the core.
#pragma once

#include "bindings.h"
#include "shaped_array.h"

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

inline ElasticNetPenalty make_penalty(double l1_ratio, const std::optional<py::array>& factors, bool positive,
                                      std::size_t columns) {
  ElasticNetPenalty p;
  p.l1_ratio = l1_ratio, p.positive = positive, p.factors = vector(factors, columns, "penalty_factor");
  return p;
}

// The options of all paths. start: of the right length, or null.
inline PathOptions path_options(bool fit_intercept, double tol, std::size_t max_iter,
                                const std::vector<double>& alphas = {}, std::size_t count = PathOptions().count,
                                double eps = PathOptions().eps, const double* start = nullptr,
                                std::size_t gram_columns = PathOptions().gram_columns) {
  PathOptions o;
  o.fit_intercept = fit_intercept, o.tol = tol, o.max_iter = max_iter;
  o.alphas = alphas, o.count = count, o.eps = eps, o.start = start, o.gram_columns = gram_columns;
  o.poll = python_interrupted;
  return o;
}

template <class F> auto without_gil(F&& f) {
  const ReleaseGil release;
  return f();
}

// coef (alphas, outputs, cols), intercept (alphas, outputs). single: without the axis of outputs.
py::dict as_dict(const LinearPath& path, bool single = false);

// train, test: (folds, count)
inline std::vector<Fold> make_folds(const py::array& train, const py::array& test, std::size_t count) {
  const auto with_train = view<double>(train, "train"), with_test = view<double>(test, "test");
  if (with_train.cols != count || with_test.cols != count || with_train.rows != with_test.rows)
    throw py::type_error("[_core] train and test must have shape (folds, rows)");
  std::vector<Fold> folds;
  for (std::size_t f = 0; f < with_train.rows; ++f) folds.push_back({with_train.row(f), with_test.row(f)});
  return folds;
}

// mean_square (alphas, folds), gap (alphas, folds), limit (folds)
inline py::tuple by_folds(const CrossValidation& result) {
  const auto folds = static_cast<py::ssize_t>(result.limit.size());
  const auto matrix = [&](const std::vector<double>& v) {
    return py::array_t<double>({static_cast<py::ssize_t>(v.size()) / folds, folds}, v.data());
  };
  return py::make_tuple(matrix(result.mean_square), matrix(result.gap), array(result.limit));
}

}  // namespace proxnet::python
