// Networks: construction, weights, prediction, evaluation, sparsity.
#include "any_network.h"

namespace proxnet::python {

namespace {

template <class T> py::list weight_arrays(const Network<T>& network) {
  py::list arrays;
  for (const auto& a : network.weights()) {
    const auto rows = static_cast<py::ssize_t>(a.rows), cols = static_cast<py::ssize_t>(a.cols);
    const bool kernel = a.kind == WeightKind::kKernel;
    const auto shape = kernel ? std::vector<py::ssize_t>{rows, cols} : std::vector<py::ssize_t>{cols};
    arrays.append(Array<T>(shape, a.values.data()));
  }
  return arrays;
}

py::array mask_array(const std::vector<bool>& mask) {
  py::array_t<bool> out(static_cast<py::ssize_t>(mask.size()));
  std::copy(mask.begin(), mask.end(), out.mutable_data());
  return out;
}

std::unique_ptr<AnyNetwork> make_network(std::size_t inputs, const std::vector<Layer>& layers, std::uint64_t seed,
                                         const std::string& dtype) {
  const ReleaseGil release;
  if (dtype == "float32")
    return std::unique_ptr<AnyNetwork>(new AnyNetwork{Network<float>(inputs, layers, seed, python_interrupted)});
  check(dtype == "float64", "[Network] dtype must be float32 or float64, got '", dtype, "'");
  return std::unique_ptr<AnyNetwork>(new AnyNetwork{Network<double>(inputs, layers, seed, python_interrupted)});
}

}  // namespace

void bind_network(py::module_& m) {
  py::class_<LayerSparsity>(m, "LayerSparsity")
      .def_readonly("weights", &LayerSparsity::weights)
      .def_readonly("zeros", &LayerSparsity::zeros)
      .def_readonly("biases", &LayerSparsity::biases)
      .def_readonly("bias_zeros", &LayerSparsity::bias_zeros)
      .def_readonly("inputs", &LayerSparsity::inputs)
      .def_readonly("inputs_used", &LayerSparsity::inputs_used)
      .def_readonly("units", &LayerSparsity::units)
      .def_readonly("units_alive", &LayerSparsity::units_alive)
      .def_readonly("bytes", &LayerSparsity::bytes)
      .def_property_readonly("input_used", [](const LayerSparsity& s) { return mask_array(s.input_used); })
      .def_property_readonly("unit_alive", [](const LayerSparsity& s) { return mask_array(s.unit_alive); });

  py::class_<AnyNetwork>(m, "Network")
      .def(py::init(&make_network), py::arg("inputs"), py::arg("layers"), py::arg("seed"), py::arg("dtype") = "float32")
      .def_property_readonly("inputs",
                             [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.inputs(); }); })
      .def_property_readonly("outputs",
                             [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.outputs(); }); })
      .def_property_readonly("dtype",
                             [](const AnyNetwork& n) { return n.network.index() == 0 ? "float32" : "float64"; })
      .def_property_readonly("compiled",
                             [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.compiled(); }); })
      .def_property_readonly("iterations",
                             [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.iterations(); }); })
      .def_property(
          "learning_rate",
          [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.optimizer().learning_rate; }); },
          [](AnyNetwork& n, double rate) { n.visit([&](auto& net) { net.set_learning_rate(rate); }); })
      .def(
          "compile",
          [](AnyNetwork& n, const Optimizer& optimizer, const Loss& loss,
             const std::vector<std::pair<Metric, bool>>& metrics, PenaltyStep step,
             const std::optional<std::vector<Layer>>& layers, const py::object& commit) {
            std::vector<MetricSpec> specs;
            for (const auto& [metric, weighted] : metrics) specs.push_back({metric, weighted});
            // Holds the GIL throughout: compile() and commit() are one operation. compile() waits for no thread that
            // needs it.
            n.visit([&](auto& net) { net.compile(optimizer, loss, specs, step, layers); });
            if (!commit.is_none()) commit();
          },
          py::arg("optimizer"), py::arg("loss"), py::arg("metrics"), py::arg("penalty_step"),
          py::arg("layers") = py::none(), py::arg("commit") = py::none())
      .def_property_readonly("trainable",
                             [](const AnyNetwork& n) {
                               return n.visit([](auto& net) {
                                 std::vector<bool> flags;
                                 for (const Layer& layer : net.layers())
                                   flags.push_back(std::visit(
                                       [](const auto& l) {
                                         if constexpr (requires { l.trainable; }) return l.trainable;
                                         return true;
                                       },
                                       layer));
                                 return flags;
                               });
                             })
      .def(
          "set_trainable",
          [](AnyNetwork& n, std::size_t layer, bool trainable) {
            n.visit([&](auto& net) { net.set_trainable(layer, trainable); });
          },
          py::arg("layer"), py::arg("trainable"))
      .def(
          "set_schedule",
          [](AnyNetwork& n, const Schedule& schedule) { n.visit([&](auto& net) { net.set_schedule(schedule); }); },
          py::arg("schedule"))
      .def(
          "set_layers",
          [](AnyNetwork& n, const std::vector<Layer>& layers) {
            const ReleaseGil release;  // it may wait for other threads
            n.visit([&](auto& net) { net.set_layers(layers); });
          },
          py::arg("layers"))
      .def(
          "set_optimizer",
          [](AnyNetwork& n, const Optimizer& optimizer) {
            const ReleaseGil release;
            n.visit([&](auto& net) { net.set_optimizer(optimizer); });
          },
          py::arg("optimizer"))
      .def(
          "check_idle",
          [](const AnyNetwork& n, const std::string& operation) {
            n.visit([&](auto& net) { net.check_idle(("[" + operation + "]").c_str()); });
          },
          py::arg("operation"))
      .def("take_average", [](AnyNetwork& n) { n.visit([](auto& net) { net.take_average(); }); })
      .def("weights", [](const AnyNetwork& n) { return n.visit([](auto& net) { return weight_arrays(net); }); })
      .def(
          "set_weights",
          [](AnyNetwork& n, const std::vector<py::array>& weights) {
            n.visit([&](auto& net) {
              using T = Number<decltype(net)>;
              std::vector<ConstMatrixView<T>> views;
              for (const auto& w : weights) views.push_back(view<T>(w, "weights"));
              net.set_weights(views);
            });
          },
          py::arg("weights"))
      .def(
          "predict",
          [](const AnyNetwork& n, const py::array& x) {
            return n.visit([&](auto& net) -> py::array {
              using T = Number<decltype(net)>;
              const auto rows = view<T>(x, "x");
              Array<T> out({static_cast<py::ssize_t>(rows.rows), static_cast<py::ssize_t>(net.outputs())});
              MatrixView<T> result(out.mutable_data(), rows.rows, net.outputs());
              {
                const ReleaseGil release;
                net.predict(rows, result, python_interrupted);
              }
              return out;
            });
          },
          py::arg("x"))
      .def(
          "evaluate",
          [](const AnyNetwork& n, const py::array& x, const py::array& y, const Weights& sample_weight) {
            return n.visit([&](auto& net) {
              using T = Number<decltype(net)>;
              return with_data<T>(x, y, sample_weight, [&](const Data<T>& data) {
                const Report report = evaluate<T>(net, data, python_interrupted);
                return std::make_pair(report.loss, report.metrics);
              });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"))
      .def(
          "set_strength_ramps",
          [](AnyNetwork& n, const std::vector<std::tuple<double, double, bool>>& ramps) {
            std::vector<StrengthRamp> all;
            for (const auto& [from, to, refit] : ramps) all.push_back({from, to, refit});
            n.visit([&](auto& net) { net.set_strength_ramps(all); });
          },
          py::arg("ramps"))
      .def(
          "optimality",
          [](const AnyNetwork& n, const py::array& x, const py::array& y, const Weights& sample_weight) {
            return n.visit([&](auto& net) {
              using T = Number<decltype(net)>;
              return with_data<T>(x, y, sample_weight, [&](const Data<T>& data) {
                std::vector<std::pair<std::size_t, double>> layers;
                for (const LayerOptimality& l : optimality<T>(net, data, python_interrupted))
                  layers.emplace_back(l.layer, std::max({l.kernel, l.bias, l.gamma, l.beta}));
                return layers;
              });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"))
      .def(
          "strength_max",
          [](const AnyNetwork& n, const py::array& x, const py::array& y, const Weights& sample_weight,
             std::size_t epochs, double ratio, std::size_t batch_size, std::uint64_t seed) {
            return n.visit([&](auto& net) {
              using T = Number<decltype(net)>;
              return with_data<T>(x, y, sample_weight, [&](const Data<T>& data) {
                return strength_max<T>(net, data, {epochs, ratio, batch_size, seed, python_interrupted});
              });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("epochs"), py::arg("ratio"),
          py::arg("batch_size"), py::arg("seed"))
      .def("sparsity", [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.sparsity(); }); })
      .def("cut_at", [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.cut_at(); }); })
      .def("penalty", [](const AnyNetwork& n) { return n.visit([](auto& net) { return net.penalty(); }); });
}

}  // namespace proxnet::python
