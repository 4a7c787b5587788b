// Frozen networks: rows of an array to an array, without a copy of either.
#include "any_network.h"
#include "proxnet/predictor.h"

namespace proxnet::python {

namespace {

template <class T> class BoundPredictor {
 public:
  explicit BoundPredictor(const Network<T>& network) : predictor_(network) {}
  const Predictor<T>& get() const { return predictor_; }

  // A view of x where its rows can be read as they are: numbers of T side by side, one or two dimensions.
  bool rows_of(const py::array& x, ConstMatrixView<T>& rows) const {
    if (!py::isinstance<py::array_t<T>>(x) || x.ndim() < 1 || x.ndim() > 2) return false;
    const py::ssize_t last = x.ndim() - 1, size = static_cast<py::ssize_t>(sizeof(T));
    const py::ssize_t step = x.ndim() == 2 ? x.strides(0) : 0;
    if ((x.shape(last) > 1 && x.strides(last) != size) || step % size || step < 0) return false;
    rows = {static_cast<const T*>(x.data()), x.ndim() == 2 ? static_cast<std::size_t>(x.shape(0)) : 1,
            static_cast<std::size_t>(x.shape(last)), static_cast<std::size_t>(step / size)};
    return rows.cols == predictor_.inputs();
  }

  void run(ConstMatrixView<T> x, MatrixView<T> out, bool logits) const {
    const auto call = [&] {
      logits ? predictor_.logits(x, out, python_interrupted) : predictor_.predict(x, out, python_interrupted);
    };
    constexpr double kWorthReleasing = 2e4;  // nanoseconds
    if (predictor_.cost() * static_cast<double>(x.rows) < kWorthReleasing) return call();
    const ReleaseGil release;
    call();
  }

 private:
  Predictor<T> predictor_;
};

struct AnyPredictor {
  std::variant<BoundPredictor<float>, BoundPredictor<double>> predictor;
  template <class F> decltype(auto) visit(F&& f) const { return std::visit(std::forward<F>(f), predictor); }
};

template <class P> struct NumberOfPredictor;
template <class T> struct NumberOfPredictor<BoundPredictor<T>> {
  using type = T;
};

AnyPredictor freeze(const AnyNetwork& network) {
  return network.visit([](const auto& net) -> AnyPredictor {
    using T = Number<decltype(net)>;
    return {BoundPredictor<T>(net)};
  });
}

// The outputs, or None where x must be brought into another form first. A row gives a row.
py::object outputs(const AnyPredictor& p, const py::array& x, bool logits) {
  return p.visit([&](const auto& bound) -> py::object {
    using T = typename NumberOfPredictor<std::remove_cvref_t<decltype(bound)>>::type;
    ConstMatrixView<T> rows;
    if (!bound.rows_of(x, rows)) return py::none();
    const auto cols = static_cast<py::ssize_t>(bound.get().outputs());
    Array<T> out = x.ndim() == 1 ? Array<T>(cols) : Array<T>({x.shape(0), cols});
    bound.run(rows, {out.mutable_data(), rows.rows, bound.get().outputs()}, logits);
    return out;
  });
}

// Whether x and out could be used as they are.
bool into(const AnyPredictor& p, const py::array& x, py::array& out) {
  return p.visit([&](const auto& bound) {
    using T = typename NumberOfPredictor<std::remove_cvref_t<decltype(bound)>>::type;
    ConstMatrixView<T> rows;
    if (!bound.rows_of(x, rows) || !py::isinstance<py::array_t<T>>(out) || !(out.flags() & py::array::c_style) ||
        !out.writeable() || out.ndim() != x.ndim() || (x.ndim() == 2 && out.shape(0) != x.shape(0)) ||
        out.shape(out.ndim() - 1) != static_cast<py::ssize_t>(bound.get().outputs()))
      return false;
    bound.run(rows, {static_cast<T*>(out.mutable_data()), rows.rows, bound.get().outputs()}, false);
    return true;
  });
}

// A compact network, and what the descriptions of its layers need: the inputs and units that stay, the factors and
// groups of each kernel's penalty, the numbers of each Normalization that has some.
py::dict make_compact(const AnyNetwork& network, bool fold_constants) {
  return network.visit([&](const auto& net) {
    auto small = [&] {
      const ReleaseGil release;
      return compact(net, {.fold_constants = fold_constants});
    }();
    py::list penalties, norms;
    for (const Layer& layer : small.network.layers()) {
      if (const auto* dense = std::get_if<Dense>(&layer))
        penalties.append(py::make_tuple(dense->kernel_penalty.factors, dense->kernel_penalty.groups));
      if (const auto* norm = std::get_if<Normalization>(&layer); norm && !norm->mean.empty())
        norms.append(py::make_tuple(norm->mean, norm->variance));
    }
    py::dict result;
    result["inputs"] = small.inputs, result["units"] = small.units;
    result["penalties"] = penalties, result["norms"] = norms;
    result["network"] = std::unique_ptr<AnyNetwork>(new AnyNetwork{std::move(small.network)});
    return result;
  });
}

}  // namespace

void bind_predictor(py::module_& m) {
  m.def("compact", &make_compact, py::arg("network"), py::arg("fold_constants"));
  py::class_<AnyPredictor>(m, "Predictor")
      .def(py::init(&freeze), py::arg("network"))
      .def_property_readonly("inputs",
                             [](const AnyPredictor& p) { return p.visit([](auto& b) { return b.get().inputs(); }); })
      .def_property_readonly("outputs",
                             [](const AnyPredictor& p) { return p.visit([](auto& b) { return b.get().outputs(); }); })
      .def_property_readonly("nbytes",
                             [](const AnyPredictor& p) { return p.visit([](auto& b) { return b.get().bytes(); }); })
      .def_property_readonly(
          "sparse_layers",
          [](const AnyPredictor& p) { return p.visit([](auto& b) { return b.get().sparse_layers(); }); })
      .def("predict", &outputs, py::arg("x"), py::arg("logits") = false)
      .def("predict_into", &into, py::arg("x"), py::arg("out"));
}

}  // namespace proxnet::python
