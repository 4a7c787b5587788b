// Linear models: a design over the caller's arrays, paths and predictions. Long work runs without the GIL.
#include "linear_arguments.h"

namespace proxnet::python {

py::dict as_dict(const LinearPath& path, bool single) {
  const std::size_t points = path.alphas.size();
  using Shape = std::vector<std::size_t>;
  py::dict d;
  d["alphas"] = array(path.alphas);
  d["coef"] = array(path.coef, single ? Shape{points, path.cols} : Shape{points, path.outputs, path.cols});
  d["intercept"] = array(path.intercept, single ? Shape{points} : Shape{points, path.outputs});
  d["gap"] = array(path.gap);
  d["kkt"] = array(path.kkt);
  d["iterations"] = path.iterations;
  d["converged"] = std::vector<bool>(path.converged);
  d["null_value"] = path.null_value;
  d["objective"] = array(path.objective);
  d["dual_gap"] = array(path.dual_gap);
  if (!path.scale.empty()) d["scale"] = array(path.scale);
  return d;
}

namespace {

template <class T> DesignHandle dense(const py::array& x) {
  const auto size = static_cast<py::ssize_t>(sizeof(T));
  DenseView<T> v = {static_cast<const T*>(x.data()), static_cast<std::size_t>(x.shape(0)),
                    static_cast<std::size_t>(x.shape(1)), x.strides(0) / size, x.strides(1) / size};
  // numpy leaves the stride of an axis of length 1 undefined.
  if (x.shape(0) == 1) v.row_stride = v.col_stride == 1 ? x.shape(1) : 1;
  if (x.shape(1) == 1 && v.row_stride != 1) v.col_stride = 1;
  return {make_design(v), {x}};
}

template <class T, class Index>
DesignHandle sparse(const py::array& values, const py::array& indices, const py::array& starts, std::size_t rows,
                    std::size_t cols, bool by_rows) {
  SparseView<T, Index> v;
  v.rows = rows, v.cols = cols, v.by_rows = by_rows;
  v.entries = static_cast<std::size_t>(std::min(values.size(), indices.size()));
  v.values = static_cast<const T*>(values.data()), v.indices = static_cast<const Index*>(indices.data());
  v.starts = static_cast<const Index*>(starts.data()), v.starts_count = static_cast<std::size_t>(starts.size());
  // The design copies indices and starts, and reads the values in place.
  return {without_gil([&] { return make_design(v, python_interrupted); }), {values}};
}

DesignHandle make_sparse(const py::array& values, const py::array& indices, const py::array& starts, std::size_t rows,
                         std::size_t cols, bool by_rows) {
  if (!is_line(values) || !is_line(indices) || !is_line(starts))
    throw py::type_error("[_core] data, indices and indptr must be contiguous arrays of one dimension");
  const auto with = [&]<class T>(T) {
    if (py::isinstance<Array<std::int32_t>>(indices) && py::isinstance<Array<std::int32_t>>(starts))
      return sparse<T, std::int32_t>(values, indices, starts, rows, cols, by_rows);
    if (py::isinstance<Array<std::int64_t>>(indices) && py::isinstance<Array<std::int64_t>>(starts))
      return sparse<T, std::int64_t>(values, indices, starts, rows, cols, by_rows);
    throw py::type_error("[_core] indices and indptr must both be int32 or both int64");
  };
  if (py::isinstance<Array<float>>(values)) return with(0.0F);
  if (py::isinstance<Array<double>>(values)) return with(0.0);
  throw py::type_error("[_core] data must be float32 or float64");
}

py::dict run_path(const DesignHandle& x, const py::array& y, const std::optional<py::array>& sample_weight,
                  double l1_ratio, const std::optional<py::array>& factors, bool positive, bool fit_intercept,
                  const std::vector<double>& alphas, std::size_t count, double eps, double tol, std::size_t max_iter,
                  const std::optional<py::array>& start, std::size_t gram_columns, bool standardize) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const double *target = numbers(y, n, "y"), *weight = numbers(sample_weight, n, "sample_weight");
  ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, positive, p);
  penalty.standardize = standardize;
  const PathOptions options =
      path_options(fit_intercept, tol, max_iter, alphas, count, eps, numbers(start, p, "start"), gram_columns);
  return as_dict(without_gil([&] { return elastic_net_path(*x.design, target, weight, penalty, options); }), true);
}

py::tuple run_folds(const DesignHandle& x, const py::array& y, const py::array& train, const py::array& test,
                    double l1_ratio, const std::optional<py::array>& factors, bool positive, bool fit_intercept,
                    const std::vector<double>& alphas, double tol, std::size_t max_iter, bool standardize) {
  const std::size_t n = rows(*x.design), p = cols(*x.design);
  const std::vector<Fold> folds = make_folds(train, test, n);
  const double* target = numbers(y, n, "y");
  ElasticNetPenalty penalty = make_penalty(l1_ratio, factors, positive, p);
  penalty.standardize = standardize;
  const PathOptions options = path_options(fit_intercept, tol, max_iter, alphas);
  return by_folds(without_gil([&] { return cross_validate(*x.design, target, folds, penalty, options); }));
}

}  // namespace

void bind_linear(py::module_& m) {
  py::class_<DesignHandle>(m, "Design")
      .def(py::init([](const py::array& x) {
             if (x.ndim() != 2) throw py::type_error("[_core] X must have two dimensions");
             if (py::isinstance<Array<float>>(x)) return dense<float>(x);
             if (py::isinstance<Array<double>>(x)) return dense<double>(x);
             throw py::type_error("[_core] X must be float32 or float64");
           }),
           py::arg("x"))
      .def_static("compressed", &make_sparse, py::arg("data"), py::arg("indices"), py::arg("indptr"), py::arg("rows"),
                  py::arg("cols"), py::arg("by_rows"))
      .def("path", &run_path, py::arg("y"), py::arg("sample_weight"), py::arg("l1_ratio"), py::arg("penalty_factor"),
           py::arg("positive"), py::arg("fit_intercept"), py::arg("alphas"), py::arg("count"), py::arg("eps"),
           py::arg("tol"), py::arg("max_iter"), py::arg("start"), py::arg("gram_columns") = PathOptions().gram_columns,
           py::arg("standardize") = false)
      .def("cross_validate", &run_folds, py::arg("y"), py::arg("train"), py::arg("test"), py::arg("l1_ratio"),
           py::arg("penalty_factor"), py::arg("positive"), py::arg("fit_intercept"), py::arg("alphas"), py::arg("tol"),
           py::arg("max_iter"), py::arg("standardize") = false)
      .def("check_finite",
           [](const DesignHandle& x) {
             const ReleaseGil release;
             check_finite(*x.design, python_interrupted);
           })
      .def(
          "column_means",
          [](const DesignHandle& x, const std::optional<py::array>& sample_weight) {
            const double* weight = numbers(sample_weight, rows(*x.design), "sample_weight");
            return array(without_gil([&] { return column_means(*x.design, weight, python_interrupted); }));
          },
          py::arg("sample_weight"))
      .def("column_deviations",
           [](const DesignHandle& x) {
             return array(without_gil([&] { return column_deviations(*x.design, python_interrupted); }));
           })
      .def(
          "predict",
          [](const DesignHandle& x, const py::array& coef, double intercept) {
            const double* w = numbers(coef, cols(*x.design), "coef");
            py::array_t<double> out(static_cast<py::ssize_t>(rows(*x.design)));
            double* p = out.mutable_data();
            const ReleaseGil release;
            predict(*x.design, w, intercept, p, python_interrupted);
            return out;
          },
          py::arg("coef"), py::arg("intercept"));
}

}  // namespace proxnet::python
