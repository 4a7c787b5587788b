// Instruction set, threads, build.
#include <atomic>

#include "bindings.h"

namespace proxnet::python {

namespace {

std::atomic<std::uint64_t> polls{0}, interrupt_at{0};  // number of polls so far; the poll that interrupts

// For tests: polls at every possible call, and raises KeyboardInterrupt in the `count`-th poll from now; 0 cancels.
// Returns the number of polls so far.
std::uint64_t interrupt_after(std::uint64_t count) {
  set_poll_interval(count ? 0 : 0.01);
  interrupt_at = count ? polls + count : 0;
  return polls;
}

}  // namespace

bool python_interrupted() {
  const HoldGil gil;
  if (++polls == interrupt_at) {
    interrupt_after(0);
    PyErr_SetInterrupt();
  }
  return PyErr_CheckSignals() != 0;
}

void bind_runtime(py::module_& m) {
  m.def("active_isa", &active_isa);
  m.def("supported_isas", &supported_isas);
  m.def("set_num_threads", &set_num_threads, py::arg("count"));
  m.def("get_num_threads", &get_num_threads);
  m.def("interrupt_after", &interrupt_after, py::arg("polls"));
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
