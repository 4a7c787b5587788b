// Linear models under the penalties of single weights, the GIL released inside.
#include "shaped_array.h"

namespace proxnet::python {

namespace {

using Solve = PenalizedPath(const Design&, const double*, const double*, const Penalty&, const PathOptions&);

py::dict solved(Solve* solve, const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                const Penalty& penalty, PathOptions options, const std::optional<py::array>& start) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  options.start = numbers(start, p, "start"), options.poll = python_interrupted;
  PenalizedPath path;
  {
    const ReleaseGil release;
    path = solve(*x.design, target, weight, penalty, options);
  }
  py::dict d;
  d["alphas"] = array(path.alphas);
  d["coef"] = array(path.coef, {path.alphas.size(), p});
  d["intercept"] = array(path.intercept);
  d["objective"] = array(path.objective);
  d["gap"] = array(path.gap);
  d["kkt"] = array(path.kkt);
  d["dual_gap"] = array(path.dual_gap);
  d["passes"] = path.iterations;
  d["converged"] = std::vector<bool>(path.converged);
  d["scale"] = path.scale;
  return d;
}

using SolveGlm = GlmPath(const Design&, const double*, const double*, const GlmTask&, const Penalty&,
                         const PathOptions&);

py::dict solved(SolveGlm* solve, const DesignHandle& x, const py::array& y,
                const std::optional<py::array>& sample_weight, const GlmTask& task, const Penalty& penalty,
                PathOptions options, const std::optional<py::array>& start) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  options.start = numbers(start, p * task.outputs(), "start"), options.poll = python_interrupted;
  GlmPath path;
  {
    const ReleaseGil release;
    path = solve(*x.design, target, weight, task, penalty, options);
  }
  return as_dict(path);
}

}  // namespace

void bind_penalized(py::module_& m) {
  m.def(
      "penalized_least_squares",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
         const Penalty& penalty, bool fit_intercept, std::size_t count, double tol, std::size_t max_iter,
         const std::optional<py::array>& start) {
        PathOptions options;
        options.fit_intercept = fit_intercept, options.count = count, options.tol = tol, options.max_iter = max_iter;
        return solved(penalized_least_squares, x, y, sample_weight, penalty, options, start);
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("count"), py::arg("tol"), py::arg("max_iter"), py::arg("start"));
  m.def(
      "penalized_path",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
         const Penalty& penalty, bool fit_intercept, const std::vector<double>& alphas, std::size_t count, double eps,
         double tol, std::size_t max_iter, std::size_t gram_columns) {
        PathOptions options;
        options.alphas = alphas, options.count = count, options.eps = eps, options.gram_columns = gram_columns;
        options.fit_intercept = fit_intercept, options.tol = tol, options.max_iter = max_iter;
        return solved(penalized_path, x, y, sample_weight, penalty, options, std::nullopt);
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
        PathOptions options;
        options.alphas = alphas, options.fit_intercept = fit_intercept, options.tol = tol, options.max_iter = max_iter;
        options.poll = python_interrupted;
        CrossValidation result;
        {
          const ReleaseGil release;
          result = cross_validate(*x.design, target, folds, penalty, options);
        }
        return by_folds(result);
      },
      py::arg("design"), py::arg("y"), py::arg("train"), py::arg("test"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("alphas"), py::arg("tol"), py::arg("max_iter"));
  m.def(
      "penalized_glm",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight, const Loss& loss,
         std::size_t classes, const Penalty& penalty, bool fit_intercept, std::size_t count, double tol,
         std::size_t max_iter, const std::optional<py::array>& start, std::size_t gram_columns) {
        PathOptions options;
        options.fit_intercept = fit_intercept, options.count = count, options.tol = tol, options.max_iter = max_iter;
        options.gram_columns = gram_columns;
        return solved(penalized_glm, x, y, sample_weight, {loss, classes}, penalty, options, start);
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
      py::arg("penalty"), py::arg("fit_intercept"), py::arg("count"), py::arg("tol"), py::arg("max_iter"),
      py::arg("start"), py::arg("gram_columns") = PathOptions().gram_columns);
  m.def(
      "penalized_glm_path",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight, const Loss& loss,
         std::size_t classes, const Penalty& penalty, bool fit_intercept, const std::vector<double>& alphas,
         std::size_t count, double eps, double tol, std::size_t max_iter) {
        PathOptions options;
        options.alphas = alphas, options.count = count, options.eps = eps;
        options.fit_intercept = fit_intercept, options.tol = tol, options.max_iter = max_iter;
        return solved(penalized_path, x, y, sample_weight, {loss, classes}, penalty, options, std::nullopt);
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
      py::arg("penalty"), py::arg("fit_intercept"), py::arg("alphas"), py::arg("count"), py::arg("eps"), py::arg("tol"),
      py::arg("max_iter"));
}

}  // namespace proxnet::python
