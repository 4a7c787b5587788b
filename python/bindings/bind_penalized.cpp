// Penalties of single coefficients. Long work runs without the GIL.
#include "linear_arguments.h"

namespace proxnet::python {

namespace {

using Solve = LinearPath(const Design&, const double*, const double*, const Penalty&, const PathOptions&);

py::dict solved(Solve* solve, const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                const Penalty& penalty, const PathOptions& options) {
  const std::size_t n = rows(*x.design);
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  return as_dict(without_gil([&] { return solve(*x.design, target, weight, penalty, options); }), true);
}

using SolveGlm = LinearPath(const Design&, const double*, const double*, const GlmTask&, const Penalty&,
                            const PathOptions&);

py::dict solved(SolveGlm* solve, const DesignHandle& x, const py::array& y,
                const std::optional<py::array>& sample_weight, const GlmTask& task, const Penalty& penalty,
                const PathOptions& options) {
  const std::size_t n = rows(*x.design);
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  return as_dict(without_gil([&] { return solve(*x.design, target, weight, task, penalty, options); }));
}

}  // namespace

void bind_penalized(py::module_& m) {
  m.def(
      "penalized_least_squares",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
         const Penalty& penalty, bool fit_intercept, std::size_t count, double tol, std::size_t max_iter,
         const std::optional<py::array>& start) {
        const double* first = numbers(start, cols(*x.design), "start");
        return solved(penalized_least_squares, x, y, sample_weight, penalty,
                      path_options(fit_intercept, tol, max_iter, {}, count, PathOptions().eps, first));
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("count"), py::arg("tol"), py::arg("max_iter"), py::arg("start"));
  m.def(
      "penalized_path",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
         const Penalty& penalty, bool fit_intercept, const std::vector<double>& alphas, std::size_t count, double eps,
         double tol, std::size_t max_iter, std::size_t gram_columns) {
        return solved(penalized_path, x, y, sample_weight, penalty,
                      path_options(fit_intercept, tol, max_iter, alphas, count, eps, nullptr, gram_columns));
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("alphas"), py::arg("count"), py::arg("eps"), py::arg("tol"), py::arg("max_iter"),
      py::arg("gram_columns") = PathOptions().gram_columns);
  m.def(
      "penalized_cross_validate",
      [](const DesignHandle& x, const py::array& y, const py::array& train, const py::array& test,
         const Penalty& penalty, bool fit_intercept, const std::vector<double>& alphas, double tol,
         std::size_t max_iter) {
        const std::size_t n = rows(*x.design);
        const double* target = numbers(y, n, "y");
        const std::vector<Fold> folds = make_folds(train, test, n);
        const PathOptions options = path_options(fit_intercept, tol, max_iter, alphas);
        return by_folds(without_gil([&] { return cross_validate(*x.design, target, folds, penalty, options); }));
      },
      py::arg("design"), py::arg("y"), py::arg("train"), py::arg("test"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("alphas"), py::arg("tol"), py::arg("max_iter"));
  m.def(
      "penalized_glm",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight, const GlmLoss& loss,
         std::size_t classes, const Penalty& penalty, bool fit_intercept, std::size_t count, double tol,
         std::size_t max_iter, const std::optional<py::array>& start, std::size_t gram_columns) {
        const GlmTask task = {loss, classes};
        const double* first = numbers(start, cols(*x.design) * task.outputs(), "start");
        return solved(penalized_glm, x, y, sample_weight, task, penalty,
                      path_options(fit_intercept, tol, max_iter, {}, count, PathOptions().eps, first, gram_columns));
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
      py::arg("penalty"), py::arg("fit_intercept"), py::arg("count"), py::arg("tol"), py::arg("max_iter"),
      py::arg("start"), py::arg("gram_columns") = PathOptions().gram_columns);
  m.def(
      "penalized_glm_path",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight, const GlmLoss& loss,
         std::size_t classes, const Penalty& penalty, bool fit_intercept, const std::vector<double>& alphas,
         std::size_t count, double eps, double tol, std::size_t max_iter) {
        return solved(penalized_path, x, y, sample_weight, {loss, classes}, penalty,
                      path_options(fit_intercept, tol, max_iter, alphas, count, eps));
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
      py::arg("penalty"), py::arg("fit_intercept"), py::arg("alphas"), py::arg("count"), py::arg("eps"), py::arg("tol"),
      py::arg("max_iter"));
}

}  // namespace proxnet::python
