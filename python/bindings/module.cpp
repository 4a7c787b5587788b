// The module proxnet._core: calls the bind functions and translates exceptions.
#include <cstring>

#include "bindings.h"

namespace {

// The message of an exception; bytes of a file name that are not UTF-8 become \\xff.
pybind11::object text(const std::exception& e) {
  return pybind11::reinterpret_steal<pybind11::object>(
      PyUnicode_DecodeUTF8(e.what(), static_cast<Py_ssize_t>(std::strlen(e.what())), "backslashreplace"));
}

}  // namespace

PYBIND11_MODULE(_core, m) {
  using namespace proxnet::python;
  m.doc() = "The compiled core of proxnet.";
  m.attr("__version__") = PROXNET_VERSION_STRING;
  // Diverged(message) with an attribute `batch`.
  static const py::handle diverged = PyErr_NewException("proxnet._core.Diverged", PyExc_ArithmeticError, nullptr);
  m.attr("Diverged") = diverged;
  py::register_exception_translator([](std::exception_ptr p) {
    try {
      if (p) std::rethrow_exception(p);
    } catch (const proxnet::InvalidInput& e) {
      PyErr_SetObject(PyExc_ValueError, text(e).ptr());
    } catch (const proxnet::Diverged& e) {
      const py::object error = diverged(text(e));
      error.attr("batch") = e.batch;
      PyErr_SetObject(diverged.ptr(), error.ptr());
    } catch (const proxnet::InvalidState& e) {
      PyErr_SetString(PyExc_RuntimeError, e.what());
    } catch (const proxnet::FileError& e) {
      const auto path = py::reinterpret_steal<py::object>(PyUnicode_DecodeFSDefault(e.path.c_str()));
      PyErr_SetObject(PyExc_OSError, py::make_tuple(e.code, text(e), path).ptr());
    } catch (const proxnet::Interrupted& e) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_KeyboardInterrupt, e.what());
    }
  });
  bind_runtime(m);
  bind_activation(m);
  bind_initializer(m);
  bind_loss(m);
  bind_metric(m);
  bind_penalties(m);
  bind_layers(m);
  bind_optimizers(m);
  bind_network(m);
  bind_file(m);
  bind_predictor(m);
  bind_training(m);
  bind_linear(m);
  bind_ridge(m);
  bind_groups(m);
  bind_penalized(m);
  bind_glm(m);
}
