// All transitions into the interpreter, which must survive its finalization.
#include "gil.h"

#include <cxxabi.h>
#include <unistd.h>

namespace proxnet::python {

namespace {

thread_local PyThreadState* released = nullptr;  // of this thread, while it runs without the GIL

// f(), which may acquire the GIL. During finalization Python before 3.14 unwinds the stack of such a thread; the
// unwinding stops here, and the thread sleeps.
template <class F> auto unless_finalizing(F&& f) {
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

void acquire_gil() {
  unless_finalizing([] { PyEval_RestoreThread(std::exchange(released, nullptr)); });
}

}  // namespace

ReleaseGil::ReleaseGil() { released = PyEval_SaveThread(); }
ReleaseGil::~ReleaseGil() { acquire_gil(); }

HoldGil::HoldGil() : taken_(released != nullptr) {
  if (taken_) acquire_gil();
}
HoldGil::~HoldGil() {
  if (taken_) released = PyEval_SaveThread();
}

void call_python(const py::function& function, const py::tuple& arguments) {
  PyObject* result = unless_finalizing([&] { return PyObject_CallObject(function.ptr(), arguments.ptr()); });
  if (!result) throw py::error_already_set();
  Py_DECREF(result);
}

}  // namespace proxnet::python
