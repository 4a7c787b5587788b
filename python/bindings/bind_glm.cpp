// Generalised linear models: the path over a design, the GIL released inside.
#include "linear_arguments.h"

namespace proxnet::python {

py::dict as_dict(const GlmPath& path) {
  const auto size = [](std::size_t s) { return static_cast<py::ssize_t>(s); };
  const py::ssize_t points = size(path.alphas.size()), outputs = size(path.outputs);
  py::dict d;
  d["alphas"] = array(path.alphas);
  d["coef"] = py::array_t<double>({points, outputs, size(path.cols)}, path.coef.data());
  d["intercept"] = py::array_t<double>({points, outputs}, path.intercept.data());
  d["scale"] = array(path.scale);
  d["gap"] = array(path.gap);
  d["kkt"] = array(path.kkt);
  d["iterations"] = path.iterations;
  d["converged"] = std::vector<bool>(path.converged);
  d["null_value"] = path.null_value;
  d["objective"] = array(path.objective);
  d["dual_gap"] = array(path.dual_gap);
  return d;
}

namespace {

py::dict run_glm(const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                 const Loss& loss, std::size_t classes, double constant_column, double l1_ratio,
                 const std::optional<py::array>& factors, bool fit_intercept, const std::vector<double>& alphas,
                 std::size_t count, double eps, double tol, std::size_t max_iter, const std::optional<py::array>& start,
                 std::size_t gram_columns) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const GlmTask task = {loss, classes, constant_column};
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  const ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, false, p);
  PathOptions options;
  options.alphas = alphas, options.count = count, options.eps = eps, options.fit_intercept = fit_intercept;
  options.tol = tol, options.max_iter = max_iter, options.start = numbers(start, p * task.outputs(), "start");
  options.gram_columns = gram_columns;
  options.poll = python_interrupted;
  GlmPath path;
  {
    const ReleaseGil release;
    path = glm_path(*x.design, target, weight, task, penalty, options);
  }
  return as_dict(path);
}

std::vector<py::dict> run_folds(const DesignHandle& x, const py::array& y, const py::array& train,
                                const py::array& test, const std::vector<std::vector<double>>& alphas, const Loss& loss,
                                std::size_t classes, double l1_ratio, const std::optional<py::array>& factors,
                                bool fit_intercept, double tol, std::size_t max_iter) {
  std::vector<GlmFold> folds;
  for (const Fold& fold : make_folds(train, test, rows(*x.design))) folds.push_back({fold, {}});
  if (alphas.size() != folds.size()) throw py::type_error("[_core] every fold must have its alphas");
  for (std::size_t f = 0; f < folds.size(); ++f) folds[f].alphas = alphas[f];
  const GlmTask task = {loss, classes};
  const double* target = numbers(y, rows(*x.design), "y");
  const ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, false, cols(*x.design));
  PathOptions options;
  options.fit_intercept = fit_intercept, options.tol = tol, options.max_iter = max_iter;
  options.poll = python_interrupted;
  std::vector<GlmFoldPath> paths;
  {
    const ReleaseGil release;
    paths = cross_validate(*x.design, target, folds, task, penalty, options);
  }
  std::vector<py::dict> result;
  for (const GlmFoldPath& fold : paths) {
    result.push_back(as_dict(fold.path));
    result.back()["loss"] = array(fold.loss);
    result.back()["accuracy"] = array(fold.accuracy);
  }
  return result;
}

}  // namespace

void bind_glm(py::module_& m) {
  m.def("glm_path", &run_glm, py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
        py::arg("constant_column"), py::arg("l1_ratio"), py::arg("penalty_factor"), py::arg("fit_intercept"),
        py::arg("alphas"), py::arg("count"), py::arg("eps"), py::arg("tol"), py::arg("max_iter"), py::arg("start"),
        py::arg("gram_columns") = PathOptions().gram_columns);
  m.def("glm_cross_validate", &run_folds, py::arg("x"), py::arg("y"), py::arg("train"), py::arg("test"),
        py::arg("alphas"), py::arg("loss"), py::arg("classes"), py::arg("l1_ratio"), py::arg("penalty_factor"),
        py::arg("fit_intercept"), py::arg("tol"), py::arg("max_iter"));
}

}  // namespace proxnet::python
