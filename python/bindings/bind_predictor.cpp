// Frozen networks: rows of an array to an array, without a copy of either.
#include "any_network.h"
#include "proxnet/load_predictor.h"

namespace proxnet::python {

namespace {

struct FrozenPredictor {
  std::variant<Predictor<float>, Predictor<double>> predictor;
  template <class F> decltype(auto) visit(F&& f) const { return std::visit(std::forward<F>(f), predictor); }
};

FrozenPredictor freeze(const AnyNetwork& network) {
  return network.visit([](const auto& net) -> FrozenPredictor { return {Predictor<Number<decltype(net)>>(net)}; });
}

// A predictor from a file, and what the file says of its inputs and labels.
py::tuple load(const std::string& path, bool check_row) {
  AnyPredictor loaded = [&] {
    const ReleaseGil release;
    return load_any_predictor(path, {check_row, python_interrupted});
  }();
  return std::visit(
      [](auto& found) {
        const PredictorInfo& info = found.info;
        const auto bytes = [](const std::vector<std::string>& texts) {
          return std::vector<py::bytes>(texts.begin(), texts.end());
        };
        py::dict facts;
        facts["input_names"] = bytes(info.input_names), facts["classes"] = bytes(info.classes);
        facts["class_kind"] = info.class_kind, facts["several_labels"] = info.several_labels;
        facts["threshold"] = info.threshold;
        facts["double"] = std::is_same_v<Number<decltype(found)>, double>;
        return py::make_tuple(std::unique_ptr<FrozenPredictor>(new FrozenPredictor{std::move(found.predictor)}), facts);
      },
      loaded);
}

// A view of x where its rows can be read as they are: numbers of T side by side, one or two dimensions, as many
// columns.
template <class T> std::optional<ConstMatrixView<T>> readable_rows(const py::array& x, std::size_t cols) {
  if (!py::isinstance<py::array_t<T>>(x) || x.ndim() < 1 || x.ndim() > 2) return {};
  const py::ssize_t last = x.ndim() - 1, size = static_cast<py::ssize_t>(sizeof(T));
  const py::ssize_t step = x.ndim() == 2 ? x.strides(0) : 0, width = x.shape(last);
  if ((width > 1 && x.strides(last) != size) || step % size || step < 0 || static_cast<std::size_t>(width) != cols)
    return {};
  return ConstMatrixView<T>(static_cast<const T*>(x.data()), x.ndim() == 2 ? static_cast<std::size_t>(x.shape(0)) : 1,
                            cols, static_cast<std::size_t>(step / size));
}

// Whether the rows take longer than it takes to release the GIL.
template <class T> bool worth_releasing(const Predictor<T>& predictor, std::size_t rows) {
  return predictor.cost() * static_cast<double>(rows) >= 2e4;  // nanoseconds
}

// The outputs, in `out` if it is given, or None where x must be brought into another form first. A row gives a row.
py::object outputs(const FrozenPredictor& p, const py::array& x, const py::object& given, bool logits,
                   bool check_finite) {
  return p.visit([&](const auto& predictor) -> py::object {
    using T = Number<decltype(predictor)>;
    const auto rows = readable_rows<T>(x, predictor.inputs());
    if (!rows) return py::none();
    const auto cols = static_cast<py::ssize_t>(predictor.outputs());
    Array<T> out = !given.is_none() ? py::cast<Array<T>>(given)
                   : x.ndim() == 1  ? Array<T>(cols)
                                    : Array<T>({x.shape(0), cols});
    const MatrixView<T> result(out.mutable_data(), rows->rows, predictor.outputs());
    const PredictOptions options{check_finite, python_interrupted};
    std::optional<ReleaseGil> release;
    if (worth_releasing(predictor, rows->rows)) release.emplace();
    logits ? predictor.logits(*rows, result, options) : predictor.predict(*rows, result, options);
    release.reset();
    return out;
  });
}

// The labels (rows,), or None as above.
py::object labels(const FrozenPredictor& p, const py::array& x, double threshold, bool check_finite) {
  return p.visit([&](const auto& predictor) -> py::object {
    const auto rows = readable_rows<Number<decltype(predictor)>>(x, predictor.inputs());
    if (!rows) return py::none();
    py::array_t<std::int64_t> result(static_cast<py::ssize_t>(rows->rows));
    std::optional<ReleaseGil> release;
    if (worth_releasing(predictor, rows->rows)) release.emplace();
    predictor.labels(*rows, result.mutable_data(), threshold, {check_finite, python_interrupted});
    release.reset();
    return result;
  });
}

// A compact network, and what the descriptions of its layers need: the inputs, units and layers that stay, the factors
// and groups of each kernel's penalty, the numbers of each Normalization that has some.
py::dict make_compact(const AnyNetwork& network, bool fold_constants, bool fold_norms) {
  return network.visit([&](const auto& net) {
    auto small = [&] {
      const ReleaseGil release;
      return compact(net, {.fold_constants = fold_constants, .fold_norms = fold_norms});
    }();
    py::list penalties, norms;
    for (const Layer& layer : small.network.layers()) {
      if (const auto* dense = std::get_if<Dense>(&layer))
        penalties.append(py::make_tuple(dense->kernel_penalty.factors, dense->kernel_penalty.groups));
      if (const auto* norm = std::get_if<Normalization>(&layer); norm && !norm->mean.empty())
        norms.append(py::make_tuple(norm->mean, norm->variance));
    }
    py::dict result;
    result["inputs"] = small.inputs, result["units"] = small.units, result["layers"] = small.layers;
    result["penalties"] = penalties, result["norms"] = norms;
    result["network"] = std::unique_ptr<AnyNetwork>(new AnyNetwork{std::move(small.network)});
    return result;
  });
}

}  // namespace

void bind_predictor(py::module_& m) {
  m.def("compact", &make_compact, py::arg("network"), py::arg("fold_constants"), py::arg("fold_norms"));
  m.def("load_predictor", &load, py::arg("path"), py::arg("check_row"));
  py::class_<FrozenPredictor>(m, "Predictor")
      .def(py::init(&freeze), py::arg("network"))
      .def_property_readonly("inputs",
                             [](const FrozenPredictor& p) { return p.visit([](auto& b) { return b.inputs(); }); })
      .def_property_readonly("outputs",
                             [](const FrozenPredictor& p) { return p.visit([](auto& b) { return b.outputs(); }); })
      .def_property_readonly("nbytes",
                             [](const FrozenPredictor& p) { return p.visit([](auto& b) { return b.bytes(); }); })
      .def_property_readonly(
          "sparse_layers", [](const FrozenPredictor& p) { return p.visit([](auto& b) { return b.sparse_layers(); }); })
      .def("predict", &outputs, py::arg("x"), py::arg("out") = py::none(), py::arg("logits") = false,
           py::arg("check_finite") = true)
      .def("labels", &labels, py::arg("x"), py::arg("threshold"), py::arg("check_finite"));
}

}  // namespace proxnet::python
