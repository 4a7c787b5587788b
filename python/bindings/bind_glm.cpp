// Generalised linear models. Long work runs without the GIL.
#include "linear_arguments.h"

namespace proxnet::python {

namespace {

const std::map<std::string, GlmLoss::Kind>& glm_kinds() {
  static const std::map<std::string, GlmLoss::Kind> all = {{"logistic", GlmLoss::kLogistic},
                                                           {"multinomial", GlmLoss::kMultinomial},
                                                           {"poisson", GlmLoss::kPoisson},
                                                           {"huber", GlmLoss::kHuber},
                                                           {"squared_hinge", GlmLoss::kSquaredHinge}};
  return all;
}

py::dict run_glm(const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                 const GlmLoss& loss, std::size_t classes, double constant_column, double l1_ratio,
                 const std::optional<py::array>& factors, bool fit_intercept, const std::vector<double>& alphas,
                 std::size_t count, double eps, double tol, std::size_t max_iter, const std::optional<py::array>& start,
                 std::size_t gram_columns) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const GlmTask task = {loss, classes, constant_column};
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  const ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, false, p);
  const PathOptions options = path_options(fit_intercept, tol, max_iter, alphas, count, eps,
                                           numbers(start, p * task.outputs(), "start"), gram_columns);
  return as_dict(without_gil([&] { return glm_path(*x.design, target, weight, task, penalty, options); }));
}

std::vector<py::dict> run_folds(const DesignHandle& x, const py::array& y, const py::array& train,
                                const py::array& test, const std::vector<std::vector<double>>& alphas,
                                const GlmLoss& loss, std::size_t classes, double l1_ratio,
                                const std::optional<py::array>& factors, bool fit_intercept, double tol,
                                std::size_t max_iter) {
  std::vector<GlmFold> folds;
  for (const Fold& fold : make_folds(train, test, rows(*x.design))) folds.push_back({fold, {}});
  if (alphas.size() != folds.size()) throw py::type_error("[_core] every fold must have its alphas");
  for (std::size_t f = 0; f < folds.size(); ++f) folds[f].alphas = alphas[f];
  const GlmTask task = {loss, classes};
  const double* target = numbers(y, rows(*x.design), "y");
  const ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, false, cols(*x.design));
  const PathOptions options = path_options(fit_intercept, tol, max_iter);
  const std::vector<GlmFoldPath> paths =
      without_gil([&] { return cross_validate(*x.design, target, folds, task, penalty, options); });
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
  py::class_<GlmLoss> loss(m, "GlmLoss");
  loss.def(py::init([](const std::string& name, double epsilon) {
             const auto found = glm_kinds().find(name);
             check(found != glm_kinds().end(), "[GlmLoss] unknown name '", name, "'");
             GlmLoss l(found->second);
             l.epsilon = epsilon;
             return l;
           }),
           py::arg("name"), py::arg("epsilon") = GlmLoss().epsilon);
  for (const auto& [name, kind] : glm_kinds()) loss.attr(name.c_str()) = GlmLoss(kind);
  m.def("glm_path", &run_glm, py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("loss"), py::arg("classes"),
        py::arg("constant_column"), py::arg("l1_ratio"), py::arg("penalty_factor"), py::arg("fit_intercept"),
        py::arg("alphas"), py::arg("count"), py::arg("eps"), py::arg("tol"), py::arg("max_iter"), py::arg("start"),
        py::arg("gram_columns") = PathOptions().gram_columns);
  m.def("glm_cross_validate", &run_folds, py::arg("x"), py::arg("y"), py::arg("train"), py::arg("test"),
        py::arg("alphas"), py::arg("loss"), py::arg("classes"), py::arg("l1_ratio"), py::arg("penalty_factor"),
        py::arg("fit_intercept"), py::arg("tol"), py::arg("max_iter"));
}

}  // namespace proxnet::python
