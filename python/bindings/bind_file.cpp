// Model files.
#include "any_network.h"

namespace proxnet::python {

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
      .def("holds_state", &ModelFile::holds_state, py::arg("optimizer"), py::arg("weights"), py::arg("size"));

  auto network = py::reinterpret_borrow<py::class_<AnyNetwork>>(m.attr("Network"));
  const auto state_of = [](bool keep) { return keep ? OptimizerState::kKeep : OptimizerState::kLeaveOut; };
  network.def(
      "save",
      [state_of](const AnyNetwork& n, const std::string& path, const std::string& config, bool state) {
        const ReleaseGil release;
        n.visit([&](auto& net) { save(net, path, config, state_of(state), python_interrupted); });
      },
      py::arg("path"), py::arg("config"), py::arg("state"));
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
