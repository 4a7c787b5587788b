// Instruction set, threads, build.
#include "bindings.h"

namespace proxnet::python {

bool python_interrupted() {
  py::gil_scoped_acquire gil;
  return PyErr_CheckSignals() != 0;
}

void bind_runtime(py::module_& m) {
  m.def("active_isa", &active_isa);
  m.def("supported_isas", &supported_isas);
  m.def("set_num_threads", &set_num_threads, py::arg("count"));
  m.def("get_num_threads", &get_num_threads);
  m.def("build_info", [] {
    const BuildInfo info = build_info();
    py::dict d;
    d["version"] = info.version;
    d["compiler"] = info.compiler;
    d["isa"] = info.isa;
    d["isas"] = info.isas;
    d["openmp"] = info.openmp;
    d["threads"] = info.threads;
    return d;
  });
}

}  // namespace proxnet::python
