// The interpreter's lock around calls of the core.
#pragma once

#include <pybind11/pybind11.h>

#include <utility>

namespace proxnet::python {

namespace py = pybind11;

// Gives the lock up for the time of the object. Where the interpreter ends meanwhile this thread never gets it back: it
// then sleeps until the process is over, as in Python 3.14. (Older ones unwind the thread's stack, and a destructor or
// a catch on the way ends the process by SIGABRT.)
class ReleaseGil {
 public:
  ReleaseGil();
  ~ReleaseGil();
  ReleaseGil(const ReleaseGil&) = delete;
  ReleaseGil& operator=(const ReleaseGil&) = delete;
};

// Takes the lock back inside a ReleaseGil, for a call of Python from the core; nothing where this thread has it.
class HoldGil {
 public:
  HoldGil();
  ~HoldGil();
  HoldGil(const HoldGil&) = delete;
  HoldGil& operator=(const HoldGil&) = delete;

 private:
  bool taken_;
};

// function(*arguments), under the lock; the only way from the core to the user's Python code.
void call_python(const py::function& function, const py::tuple& arguments);

}  // namespace proxnet::python
