// Penalties and constraints.
#include <pybind11/native_enum.h>

#include "bindings.h"

namespace proxnet::python {

namespace {

template <class T> WeightShape shape_of(ConstMatrixView<T> a) { return {a.rows, a.cols}; }

template <class T> Array<T> prox_array(const Penalty& p, const py::array& point, const py::array& metric) {
  const auto x = view<T>(point, "point"), t = view<T>(metric, "metric");
  check(x.rows == t.rows && x.cols == t.cols, "[prox] point and metric must have the same shape");
  Array<T> out(std::vector<py::ssize_t>(point.shape(), point.shape() + point.ndim()));
  prox(p, x.data, t.data, out.mutable_data(), shape_of(x));
  return out;
}

template <class T> double distance(const Penalty& p, const py::array& w, const py::array& gradient) {
  const auto x = view<T>(w, "w"), g = view<T>(gradient, "gradient");
  check(x.rows == g.rows && x.cols == g.cols, "[subdiff_distance] w and gradient must have the same shape");
  return subdiff_distance(p, x.data, g.data, shape_of(x));
}

bool is_double(const py::array& a) { return py::isinstance<py::array_t<double>>(a); }

// f(view of a) for either dtype
template <class F> double on_array(const py::array& a, const char* name, F&& f) {
  return is_double(a) ? f(view<double>(a, name)) : f(view<float>(a, name));
}

}  // namespace

void bind_penalties(py::module_& m) {
  py::native_enum<PenaltyStep>(m, "PenaltyStep", "enum.Enum")
      .value("proximal", PenaltyStep::kProximal)
      .value("subgradient", PenaltyStep::kSubgradient)
      .finalize();
  py::native_enum<PenaltyKind>(m, "PenaltyKind", "enum.Enum")
      .value("elastic_net", PenaltyKind::kElasticNet)
      .value("mcp", PenaltyKind::kMcp)
      .value("scad", PenaltyKind::kScad)
      .value("log_sum", PenaltyKind::kLogSum)
      .value("l0", PenaltyKind::kL0)
      .value("group", PenaltyKind::kGroup)
      .value("orthogonal", PenaltyKind::kOrthogonal)
      .finalize();
  py::native_enum<GroupAxis>(m, "GroupAxis", "enum.Enum")
      .value("input", GroupAxis::kInput)
      .value("output", GroupAxis::kOutput)
      .finalize();
  py::native_enum<SparsityTarget>(m, "SparsityTarget", "enum.Enum")
      .value("none", SparsityTarget::kNone)
      .value("layer", SparsityTarget::kLayer)
      .value("network", SparsityTarget::kNetwork)
      .finalize();

  py::class_<Penalty>(m, "Penalty")
      .def(py::init([](double l1_strength, double l2_strength, PenaltyKind kind, double strength, double shape,
                       GroupAxis axis, std::vector<std::vector<std::size_t>> groups, std::vector<double> factors) {
             const Penalty p{l1_strength,       l2_strength,       kind, strength, shape, axis,
                             std::move(groups), std::move(factors)};
             check_penalty(p, "[Penalty]");
             return p;
           }),
           py::arg("l1") = 0.0, py::arg("l2") = 0.0, py::arg("kind") = PenaltyKind::kElasticNet,
           py::arg("strength") = 0.0, py::arg("shape") = 0.0, py::arg("axis") = GroupAxis::kInput,
           py::arg("groups") = std::vector<std::vector<std::size_t>>{}, py::arg("factors") = std::vector<double>{})
      .def_readonly("l1", &Penalty::l1)
      .def_readonly("l2", &Penalty::l2)
      .def("value",
           [](const Penalty& p, const py::array& w) {
             return on_array(w, "w", [&](auto a) { return value(p, a.data, shape_of(a)); });
           })
      .def("prox",
           [](const Penalty& p, const py::array& point, const py::array& metric) -> py::array {
             if (is_double(point)) return prox_array<double>(p, point, metric);
             return prox_array<float>(p, point, metric);
           })
      .def("subdiff_distance",
           [](const Penalty& p, const py::array& w, const py::array& gradient) {
             return is_double(w) ? distance<double>(p, w, gradient) : distance<float>(p, w, gradient);
           })
      .def("strength_max", [](const Penalty& p, const py::array& g) {
        return on_array(g, "gradient", [&](auto a) { return strength_max(p, a.data, shape_of(a)); });
      });

  py::native_enum<NormAxis>(m, "NormAxis", "enum.Enum")
      .value("inputs", NormAxis::kInputs)
      .value("units", NormAxis::kUnits)
      .value("both", NormAxis::kBoth)
      .finalize();
  py::class_<Constraint>(m, "Constraint")
      .def(py::init<>())
      .def_static("box", &box, py::arg("low"), py::arg("high"))
      .def_static(
          "norm",
          [](double low, double high, double rate, NormAxis axis) {
            Constraint c = min_max_norm(low, high, rate);
            c.axis = axis;
            return c;
          },
          py::arg("low"), py::arg("high"), py::arg("rate"), py::arg("axis"));
}

}  // namespace proxnet::python
