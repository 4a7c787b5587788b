// Every way back to the interpreter, so that its end finds no thread inside the core.
#include "gil.h"

#include <cxxabi.h>
#include <unistd.h>

namespace proxnet::python {

namespace {

thread_local PyThreadState* released = nullptr;  // of this thread, while it is inside the core

// f(), which may ask for the interpreter's lock: where the interpreter ends, Python (before 3.14) unwinds the stack of
// the thread from there, and this is as far as that gets.
template <class F> auto unless_python_ends(F&& f) {
#ifdef __GLIBCXX__
  try {
    return f();
  } catch (const abi::__forced_unwind&) {
    for (;;) ::pause();
  }
#else
  return f();
#endif
}

void take_lock() {
  unless_python_ends([] { PyEval_RestoreThread(std::exchange(released, nullptr)); });
}

}  // namespace

ReleaseGil::ReleaseGil() { released = PyEval_SaveThread(); }
ReleaseGil::~ReleaseGil() { take_lock(); }

HoldGil::HoldGil() : taken_(released != nullptr) {
  if (taken_) take_lock();
}
HoldGil::~HoldGil() {
  if (taken_) released = PyEval_SaveThread();
}

void call_python(const py::function& function, const py::tuple& arguments) {
  PyObject* result = unless_python_ends([&] { return PyObject_CallObject(function.ptr(), arguments.ptr()); });
  if (!result) throw py::error_already_set();
  Py_DECREF(result);
}

}  // namespace proxnet::python
