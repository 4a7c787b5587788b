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
      .def_property_readonly("config", [](const ModelFile& file) { return file.config(); })
      .def_property_readonly("names", [](const ModelFile& file) { return file.names(); });

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
      "restore",
      [state_of](AnyNetwork& n, const ModelFile& file, bool state) {
        const ReleaseGil release;
        n.visit([&](auto& net) { restore(net, file, state_of(state), python_interrupted); });
      },
      py::arg("file"), py::arg("state"));
}

}  // namespace proxnet::python
