// Training and evaluation on batches that come one at a time.
#include "any_network.h"

namespace proxnet::python {

namespace {

using Result = std::pair<double, std::vector<double>>;
using Weights = std::optional<py::array>;

// What Trainer and Evaluator need of a batch; the GIL is held on entry and on return.
template <class T, class F> Result with_batch(const py::array& x, const py::array& y, const Weights& w, F&& use) {
  const DenseRows<T> rows(view<T>(x, "x"));
  const Data<T> data = make_data<T>(rows, y, w);
  py::gil_scoped_release release;
  const Report report = use(data);
  return {report.loss, report.metrics};
}

// One of either type, with the network that it needs alive.
template <template <class> class Thing> struct Handle {
  py::object network;
  FinishedEpochs finished;
  std::variant<std::monostate, std::unique_ptr<Thing<float>>, std::unique_ptr<Thing<double>>> thing;

  template <class F> auto visit(F&& f) {
    using R = std::invoke_result_t<F, Thing<float>&>;
    return std::visit(
        [&](auto& held) -> R {
          if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, std::monostate>)
            throw InvalidState("[BatchTrainer] closed");
          else
            return f(*held);
        },
        thing);
  }
};

template <template <class> class Thing, class... Args>
std::unique_ptr<Handle<Thing>> make_handle(const py::object& network, const Args&... args) {
  auto handle = std::make_unique<Handle<Thing>>();
  handle->network = network;
  network.cast<AnyNetwork&>().visit([&](auto& net) {
    using T = Number<decltype(net)>;
    handle->thing = std::make_unique<Thing<T>>(net, args...);
  });
  return handle;
}

template <class T> T number_of(const Trainer<T>&);
template <class T> T number_of(const Evaluator<T>&);

}  // namespace

void bind_batches(py::module_& m) {
  using TrainerOfBatches = Handle<Trainer>;
  py::class_<TrainerOfBatches>(m, "BatchTrainer")
      .def(py::init([](const py::object& network, std::size_t batch_size, std::uint64_t seed) {
             TrainOptions options;
             options.batch_size = batch_size, options.seed = seed, options.poll = python_interrupted;
             return make_handle<Trainer>(network, options);
           }),
           py::arg("network"), py::arg("batch_size"), py::arg("seed"))
      .def(
          "begin_epoch",
          [](TrainerOfBatches& h, std::size_t epoch, std::size_t batches) {
            py::gil_scoped_release release;
            h.visit([&](auto& trainer) { trainer.begin_epoch(epoch, batches); });
          },
          py::arg("epoch"), py::arg("batches"))
      .def(
          "run_batch",
          [](TrainerOfBatches& h, const py::array& x, const py::array& y, const Weights& w, bool publish) {
            return h.visit([&](auto& trainer) {
              using T = decltype(number_of(trainer));
              return with_batch<T>(x, y, w, [&](const Data<T>& data) { return trainer.run_batch(data, publish); });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("publish"))
      .def("end_epoch",
           [](TrainerOfBatches& h) {
             py::gil_scoped_release release;
             h.finished.add(h.visit([](auto& trainer) { return trainer.end_epoch(); }));
             return h.finished.result();
           })
      .def_property_readonly("finished", [](const TrainerOfBatches& h) { return h.finished.all(); })
      .def("close", [](TrainerOfBatches& h) { h.thing = std::monostate(); });

  using EvaluatorOfBatches = Handle<Evaluator>;
  py::class_<EvaluatorOfBatches>(m, "Evaluator")
      .def(py::init([](const py::object& network) { return make_handle<Evaluator>(network); }), py::arg("network"))
      .def(
          "add",
          [](EvaluatorOfBatches& h, const py::array& x, const py::array& y, const Weights& w) {
            return h.visit([&](auto& evaluator) {
              using T = decltype(number_of(evaluator));
              return with_batch<T>(x, y, w, [&](const Data<T>& data) {
                evaluator.add(data, python_interrupted);
                return evaluator.report();
              });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"));
}

}  // namespace proxnet::python
