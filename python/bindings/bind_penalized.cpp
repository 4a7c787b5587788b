// Least squares under the penalties of single weights, the GIL released inside.
#include "linear_arguments.h"

namespace proxnet::python {

void bind_penalized(py::module_& m) {
  m.def(
      "penalized_least_squares",
      [](const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
         const Penalty& penalty, bool fit_intercept, std::size_t count, double tol, std::size_t max_iter,
         const std::optional<py::array>& start) {
        const std::size_t n = rows(*x.design), p = cols(*x.design);
        const double* target = numbers(y, n, "y");
        const double* weight = numbers(sample_weight, n, "sample_weight");
        PathOptions options;
        options.fit_intercept = fit_intercept, options.count = count, options.tol = tol, options.max_iter = max_iter;
        options.start = numbers(start, p, "start"), options.poll = python_interrupted;
        PenalizedFit fit;
        {
          py::gil_scoped_release release;
          fit = penalized_least_squares(*x.design, target, weight, penalty, options);
        }
        py::dict d;
        d["coef"] = array(fit.coef);
        d["intercept"] = fit.intercept, d["objective"] = fit.objective, d["kkt"] = fit.kkt, d["scale"] = fit.scale;
        d["passes"] = fit.passes, d["converged"] = fit.converged;
        return d;
      },
      py::arg("design"), py::arg("y"), py::arg("sample_weight"), py::arg("penalty"), py::arg("fit_intercept"),
      py::arg("count"), py::arg("tol"), py::arg("max_iter"), py::arg("start"));
}

}  // namespace proxnet::python
