// Group penalties. Long work runs without the GIL.
#include "linear_arguments.h"

namespace proxnet::python {

void bind_groups(py::module_& m) {
  m.def(
      "group_path",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight, double l1, double l2,
         const std::vector<std::size_t>& starts, const std::vector<std::size_t>& members,
         const std::vector<double>& norms, const std::optional<py::array>& factors, bool fit_intercept,
         const std::vector<double>& alphas, std::size_t count, double eps, double tol, std::size_t max_iter,
         const std::optional<py::array>& start) {
        const std::size_t n = rows(*x.design), p = cols(*x.design);
        const auto targets = view<double>(y, "y");
        if (targets.cols != n) throw py::type_error("[_core] y must have shape (targets, rows)");
        const GroupPenalty penalty = {l1, l2, starts, members, norms, vector(factors, p, "factors")};
        const double* first = nullptr;
        if (start) {
          const auto from = view<double>(*start, "start");
          if (from.rows != targets.rows || from.cols != p)
            throw py::type_error("[_core] start must have shape (targets, cols)");
          first = from.data;
        }
        const PathOptions options = path_options(fit_intercept, tol, max_iter, alphas, count, eps, first);
        const double* weight = numbers(sample_weight, n, "sample_weight");
        return as_dict(
            without_gil([&] { return group_path(*x.design, targets.data, targets.rows, weight, penalty, options); }));
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("l1"), py::arg("l2"), py::arg("starts"),
      py::arg("members"), py::arg("norms"), py::arg("factors"), py::arg("fit_intercept"), py::arg("alphas"),
      py::arg("count"), py::arg("eps"), py::arg("tol"), py::arg("max_iter"), py::arg("start"));
  m.def(
      "group_cross_validate",
      [](const DesignHandle& x, const py::array& y, const py::array& train, const py::array& test, double l1, double l2,
         const std::vector<std::size_t>& starts, const std::vector<std::size_t>& members,
         const std::vector<double>& norms, const std::optional<py::array>& factors, bool fit_intercept,
         const std::vector<double>& alphas, double tol, std::size_t max_iter) {
        const auto targets = view<double>(y, "y");
        if (targets.cols != rows(*x.design)) throw py::type_error("[_core] y must have shape (targets, rows)");
        const std::vector<Fold> folds = make_folds(train, test, targets.cols);
        const std::size_t p = cols(*x.design);
        const GroupPenalty penalty = {l1, l2, starts, members, norms, vector(factors, p, "factors")};
        const PathOptions options = path_options(fit_intercept, tol, max_iter, alphas);
        return by_folds(without_gil(
            [&] { return cross_validate(*x.design, targets.data, targets.rows, folds, penalty, options); }));
      },
      py::arg("design"), py::arg("y"), py::arg("train"), py::arg("test"), py::arg("l1"), py::arg("l2"),
      py::arg("starts"), py::arg("members"), py::arg("norms"), py::arg("factors"), py::arg("fit_intercept"),
      py::arg("alphas"), py::arg("tol"), py::arg("max_iter"));
}

}  // namespace proxnet::python
