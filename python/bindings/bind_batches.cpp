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
  const ReleaseGil release;
  const Report report = use(data);
  return {report.loss, report.metrics};
}

// One of either type, with the network that it needs alive.
template <template <class> class Thing, class... Args> struct Handle {
  py::object network;
  FinishedEpochs finished;
  std::variant<std::monostate, std::unique_ptr<Thing<float>>, std::unique_ptr<Thing<double>>> thing;

  void open(const py::object& of, const Args&... args) {
    close();
    finished = {};
    network = of;
    of.cast<AnyNetwork&>().visit([&](auto& net) {
      using T = Number<decltype(net)>;
      const ReleaseGil release;
      thing = std::make_unique<Thing<T>>(net, args...);
    });
  }
  ~Handle() { close(); }
  void close() {
    const ReleaseGil release;  // an epoch is given up when nobody else writes the weights
    thing = std::monostate();
  }

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

template <class T> T number_of(const Trainer<T>&);
template <class T> T number_of(const Evaluator<T>&);

}  // namespace

void bind_batches(py::module_& m) {
  using TrainerOfBatches = Handle<Trainer, TrainOptions>;
  const auto open = [](TrainerOfBatches& h, const py::object& network, std::size_t batch_size, std::uint64_t seed) {
    TrainOptions options;
    options.batch_size = batch_size, options.seed = seed, options.poll = python_interrupted;
    h.open(network, options);
  };
  py::class_<TrainerOfBatches> trainer(m, "BatchTrainer");
  bind_context(trainer);
  trainer.def(py::init<>())
      .def(py::init([open](const py::object& network, std::size_t batch_size, std::uint64_t seed) {
             auto handle = std::make_unique<TrainerOfBatches>();
             open(*handle, network, batch_size, seed);
             return handle;
           }),
           py::arg("network"), py::arg("batch_size"), py::arg("seed"))
      .def("open", open, py::arg("network"), py::arg("batch_size"), py::arg("seed"))
      .def(
          "begin_epoch",
          [](TrainerOfBatches& h, std::size_t epoch, std::size_t batches) {
            const ReleaseGil release;
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
             const ReleaseGil release;
             h.finished.add(h.visit([](auto& trainer) { return trainer.end_epoch(); }));
             return h.finished.result();
           })
      .def_property_readonly("finished", [](const TrainerOfBatches& h) { return h.finished.all(); })
      .def("close", &TrainerOfBatches::close);

  using EvaluatorOfBatches = Handle<Evaluator>;
  py::class_<EvaluatorOfBatches> evaluator(m, "Evaluator");
  bind_context(evaluator);
  evaluator
      .def(py::init([](const py::object& network) {
             auto handle = std::make_unique<EvaluatorOfBatches>();
             handle->open(network);
             return handle;
           }),
           py::arg("network"))
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
          py::arg("x"), py::arg("y"), py::arg("sample_weight"))
      .def("close", &EvaluatorOfBatches::close);

  using Run = Handle<NetworkRun, const char*>;
  py::class_<Run> run(m, "Run");
  bind_context(run);
  run.def(py::init([](const py::object& network, const std::string& operation) {
            auto handle = std::make_unique<Run>();
            handle->open(network, ("[" + operation + "]").c_str());
            return handle;
          }),
          py::arg("network"), py::arg("operation"))
      .def("close", &Run::close);
}

}  // namespace proxnet::python
