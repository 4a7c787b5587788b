// The GIL around calls of the core.
#pragma once

#include <pybind11/pybind11.h>

#include <utility>

namespace proxnet::python {

namespace py = pybind11;

// Releases the GIL during its lifetime. If the interpreter is finalized meanwhile, the thread sleeps until the process
// ends, as in Python 3.14. (Older versions unwind its stack, where a destructor or catch would end in SIGABRT.)
class ReleaseGil {
 public:
  ReleaseGil();
  ~ReleaseGil();
  ReleaseGil(const ReleaseGil&) = delete;
  ReleaseGil& operator=(const ReleaseGil&) = delete;
};

// Acquires the GIL within a ReleaseGil, for a call of Python from the core. Does nothing if this thread has the GIL.
class HoldGil {
 public:
  HoldGil();
  ~HoldGil();
  HoldGil(const HoldGil&) = delete;
  HoldGil& operator=(const HoldGil&) = delete;

 private:
  bool taken_;
};

// function(*arguments) with the GIL held; the only call of user code from the core.
void call_python(const py::function& function, const py::tuple& arguments);

}  // namespace proxnet::python
