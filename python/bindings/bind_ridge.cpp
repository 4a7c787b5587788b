// Ridge regression. Long work runs without the GIL.
#include "linear_arguments.h"

namespace proxnet::python {

namespace {

RidgeData ridge_data(const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                     const std::optional<py::array>& penalty_factor, bool fit_intercept) {
  const auto targets = view<double>(y, "y");
  const std::size_t n = rows(*x.design);
  if (targets.cols != n) throw py::type_error("[_core] y must have shape (targets, rows)");
  RidgeData data;
  data.y = targets.data, data.targets = targets.rows;
  data.sample_weight = numbers(sample_weight, n, "sample_weight");
  data.penalty_factor = numbers(penalty_factor, cols(*x.design), "penalty_factor");
  data.fit_intercept = fit_intercept, data.poll = python_interrupted;
  return data;
}

}  // namespace

void bind_ridge(py::module_& m) {
  using Numbers = std::optional<py::array>;
  const py::arg x("design"), y("y"), weight("sample_weight"), factor("penalty_factor"), intercept("fit_intercept");
  m.def(
      "ridge_path",
      [](const DesignHandle& x, const py::array& y, const Numbers& weight, const Numbers& factor, bool intercept,
         const py::array& strengths, bool leave_one_out) {
        const RidgeData data = ridge_data(x, y, weight, factor, intercept);
        const auto count = static_cast<std::size_t>(strengths.size());
        const double* strength = numbers(strengths, count, "strengths");
        const RidgePath path = without_gil([&] { return ridge_path(*x.design, data, strength, count, leave_one_out); });
        py::object loo_residuals = py::none();
        if (leave_one_out) loo_residuals = array(path.loo_residuals, {rows(*x.design), data.targets, count});
        return py::make_tuple(array(path.coef, {count, data.targets, cols(*x.design)}),
                              array(path.intercept, {count, data.targets}), loo_residuals);
      },
      x, y, weight, factor, intercept, py::arg("strengths"), py::arg("leave_one_out"));
  m.def(
      "ridge_certificate",
      [](const DesignHandle& x, const py::array& y, const Numbers& weight, const Numbers& factor, bool intercept,
         const py::array& strengths, const py::array& coef) {
        const RidgeData data = ridge_data(x, y, weight, factor, intercept);
        const double* strength = numbers(strengths, data.targets, "strengths");
        const auto w = view<double>(coef, "coef");
        if (w.rows != data.targets || w.cols != cols(*x.design))
          throw py::type_error("[_core] coef must have shape (targets, cols)");
        const RidgeCertificate c = without_gil([&] { return ridge_certificate(*x.design, data, strength, w.data); });
        return std::tuple(array(c.gap), array(c.kkt));
      },
      x, y, weight, factor, intercept, py::arg("strengths"), py::arg("coef"));
  m.def(
      "ridge_cholesky",
      [](const DesignHandle& x, const py::array& y, const Numbers& weight, const Numbers& factor, bool intercept,
         const py::array& strengths) -> py::object {
        const RidgeData data = ridge_data(x, y, weight, factor, intercept);
        const double* strength = numbers(strengths, data.targets, "strengths");
        const RidgeCholesky c = without_gil([&] { return ridge_cholesky(*x.design, data, strength); });
        if (!c.definite) return py::none();
        return py::make_tuple(array(c.coef, {data.targets, cols(*x.design)}), array(c.intercept));
      },
      x, y, weight, factor, intercept, py::arg("strengths"));
  m.def(
      "conjugate_gradients",
      [](const DesignHandle& x, const py::array& y, const Numbers& weight, const Numbers& factor, bool intercept,
         const py::array& strengths, double tol, std::size_t max_iter) {
        const RidgeData data = ridge_data(x, y, weight, factor, intercept);
        const double* strength = numbers(strengths, data.targets, "strengths");
        const ConjugateGradients c =
            without_gil([&] { return conjugate_gradients(*x.design, data, strength, tol, max_iter); });
        return std::tuple(array(c.coef, {data.targets, cols(*x.design)}), array(c.intercept), c.iterations, c.residual);
      },
      x, y, weight, factor, intercept, py::arg("strengths"), py::arg("tol"), py::arg("max_iter"));
  m.def(
      "predictions",
      [](const DesignHandle& x, const py::array& coef, const py::array& intercept) {
        const auto w = view<double>(coef, "coef");
        if (w.cols != cols(*x.design)) throw py::type_error("[_core] coef must have shape (count, cols)");
        const double* b = numbers(intercept, w.rows, "intercept");
        std::vector<double> out(w.rows * rows(*x.design));
        without_gil([&] { predictions(*x.design, w.data, b, w.rows, out.data(), python_interrupted); });
        return array(out, {w.rows, rows(*x.design)});
      },
      x, py::arg("coef"), py::arg("intercept"));
}

}  // namespace proxnet::python
