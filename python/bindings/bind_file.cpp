// Model files.
#include "any_network.h"

namespace proxnet::python {

namespace {

using Bytes = std::vector<py::bytes>;

PredictorInfo info_of(const Bytes& input_names, const Bytes& classes, const std::string& class_kind, bool several) {
  return {{input_names.begin(), input_names.end()}, {classes.begin(), classes.end()}, class_kind, several};
}

}  // namespace

void bind_file(py::module_& m) {
  py::class_<ModelFile>(m, "ModelFile")
      .def(py::init([](const std::string& path) {
             const ReleaseGil release;
             return std::make_unique<ModelFile>(path, python_interrupted);
           }),
           py::arg("path"))
      .def_static(
          "from_bytes",
          [](const py::bytes& bytes) {
            const std::string_view view = bytes;
            const ReleaseGil release;
            return std::make_unique<ModelFile>(ModelFile::from_bytes(view));
          },
          py::arg("bytes"))
      .def_property_readonly("config", [](const ModelFile& file) { return file.config(); })
      .def_property_readonly("names", [](const ModelFile& file) { return file.names(); })
      .def_property_readonly("weight_capacity", [](const ModelFile& file) { return file.weight_capacity(); })
      .def("holds_state", &ModelFile::holds_state, py::arg("optimizer"), py::arg("weights"), py::arg("size"));

  auto network = py::reinterpret_borrow<py::class_<AnyNetwork>>(m.attr("Network"));
  const auto state_of = [](bool keep) { return keep ? OptimizerState::kKeep : OptimizerState::kLeaveOut; };
  network.def(
      "save",
      [state_of](const AnyNetwork& n, const std::string& path, const std::string& config, bool state,
                 const Bytes& input_names, const Bytes& classes, const std::string& class_kind, bool several) {
        const PredictorInfo info = info_of(input_names, classes, class_kind, several);
        const ReleaseGil release;
        n.visit([&](auto& net) { save(net, path, config, state_of(state), python_interrupted, info); });
      },
      py::arg("path"), py::arg("config"), py::arg("state"), py::arg("input_names") = Bytes{},
      py::arg("classes") = Bytes{}, py::arg("class_kind") = "", py::arg("several_labels") = false);
  network.def(
      "check_test_row",
      [](const AnyNetwork& n, const ModelFile& file) {
        const ReleaseGil release;
        n.visit([&](auto& net) { check_test_row(net, file); });
      },
      py::arg("file"));
  network.def(
      "saved_bytes",
      [state_of](const AnyNetwork& n, const std::string& config, bool state) {
        std::string bytes;
        {
          const ReleaseGil release;
          bytes = n.visit([&](auto& net) { return saved_bytes(net, config, state_of(state)); });
        }
        return py::bytes(bytes);
      },
      py::arg("config"), py::arg("state"));
  network.def(
      "restore",
      [state_of](AnyNetwork& n, const ModelFile& file, bool state) {
        const ReleaseGil release;
        n.visit([&](auto& net) { restore(net, file, state_of(state), python_interrupted); });
      },
      py::arg("file"), py::arg("state"));
}

}  // namespace proxnet::python
