// Ridge regression: functions of a design, the GIL released inside.
#include "shaped_array.h"

namespace proxnet::python {

namespace {

RidgeData ridge_data(const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                     bool fit_intercept) {
  const auto targets = view<double>(y, "y");
  const std::size_t n = rows(*x.design);
  if (targets.cols != n) throw py::type_error("[_core] y must have shape (targets, rows)");
  RidgeData data;
  data.y = targets.data, data.targets = targets.rows;
  data.sample_weight = numbers(sample_weight, n, "sample_weight");
  data.fit_intercept = fit_intercept, data.poll = python_interrupted;
  return data;
}

template <class F> auto without_gil(F&& f) {
  py::gil_scoped_release release;
  return f();
}

}  // namespace

void bind_ridge(py::module_& m) {
  const py::arg x("design"), y("y"), weight("sample_weight"), intercept("fit_intercept");
  m.def(
      "cross_products",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept) {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const CrossProducts c = without_gil([&] { return cross_products(*x.design, data); });
        const std::size_t size = cols(*x.design) + data.targets;
        return std::tuple(array(c.product, {size, size}), array(c.column_mean), array(c.target_mean));
      },
      x, y, weight, intercept);
  m.def(
      "row_products",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept) {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const RowProducts r = without_gil([&] { return row_products(*x.design, data); });
        const std::size_t n = rows(*x.design);
        return std::tuple(array(r.product, {n, n}), array(r.target, {data.targets, n}), array(r.root_weight),
                          array(r.column_mean), array(r.target_mean));
      },
      x, y, weight, intercept);
  m.def(
      "transposed_products",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept,
         const py::array& dual) {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const auto lines = view<double>(dual, "dual");
        if (lines.cols != rows(*x.design)) throw py::type_error("[_core] dual must have shape (count, rows)");
        std::vector<double> out(lines.rows * cols(*x.design));
        without_gil([&] { transposed_products(*x.design, data, lines.data, lines.rows, out.data()); });
        return array(out, {lines.rows, cols(*x.design)});
      },
      x, y, weight, intercept, py::arg("dual"));
  m.def(
      "leave_one_out",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept,
         const py::array& vectors, const py::array& values, const py::array& target, const py::array& strengths) {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const std::size_t n = rows(*x.design), p = cols(*x.design);
        const auto v = view<double>(vectors, "vectors"), u = view<double>(target, "target");
        if (v.rows != p || v.cols != p || u.rows != data.targets || u.cols != p)
          throw py::type_error("[_core] vectors must have shape (cols, cols), target (targets, cols)");
        RidgeSpectrum s;
        s.vectors = v.data, s.values = numbers(values, p, "values"), s.target = u.data;
        s.count = static_cast<std::size_t>(strengths.size());
        s.strengths = numbers(strengths, s.count, "strengths");
        const auto size = [](std::size_t count) { return static_cast<py::ssize_t>(count); };
        py::array_t<double> out({size(n), size(data.targets), size(s.count)});
        double* to = out.mutable_data();
        without_gil([&] { leave_one_out(*x.design, data, s, to); });
        return out;
      },
      x, y, weight, intercept, py::arg("vectors"), py::arg("values"), py::arg("target"), py::arg("strengths"));
  m.def(
      "ridge_cholesky",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept,
         const py::array& strengths) -> py::object {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const double* strength = numbers(strengths, data.targets, "strengths");
        const RidgeCholesky c = without_gil([&] { return ridge_cholesky(*x.design, data, strength); });
        if (!c.definite) return py::none();
        return py::make_tuple(array(c.coef, {data.targets, cols(*x.design)}), array(c.column_mean),
                              array(c.target_mean));
      },
      x, y, weight, intercept, py::arg("strengths"));
  m.def(
      "conjugate_gradients",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& weight, bool intercept,
         const py::array& strengths, double tol, std::size_t max_iter) {
        const RidgeData data = ridge_data(x, y, weight, intercept);
        const double* strength = numbers(strengths, data.targets, "strengths");
        const ConjugateGradients c =
            without_gil([&] { return conjugate_gradients(*x.design, data, strength, tol, max_iter); });
        return std::tuple(array(c.coef, {data.targets, cols(*x.design)}), array(c.column_mean), array(c.target_mean),
                          c.iterations, c.residual);
      },
      x, y, weight, intercept, py::arg("strengths"), py::arg("tol"), py::arg("max_iter"));
}

}  // namespace proxnet::python
