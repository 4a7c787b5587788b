// Training and evaluation: each call runs without the GIL, which hooks take back.
#include "any_network.h"

namespace proxnet::python {

using Hook = std::optional<py::function>;

// A trainer on arrays of Python, which it keeps alive.
template <class T> class ArrayTrainer {
 public:
  ArrayTrainer(Network<T>& network, const py::array& x, const py::array& y, const Weights& weights,
               const TrainOptions& options)
      : x_(x), y_(y), weights_(weights), rows_(view<T>(x, "x")), data_(make_data<T>(rows_, y, weights)) {
    const std::size_t batches = (rows_.rows() + options.batch_size - 1) / std::max<std::size_t>(options.batch_size, 1);
    TrainOptions all = options;
    all.progress = [this, batches](std::size_t done, const Report& running) {
      call(*progress_, done, batches, running.loss, running.metrics);
    };
    all.hooks.begin = [this](std::size_t batch) { call(*begin_, batch); };
    all.hooks.end = [this](std::size_t batch, const Report& running) {
      call(*end_, batch, running.loss, running.metrics);
    };
    const ReleaseGil release;
    trainer_ = std::make_unique<Trainer<T>>(network, data_, all);
  }
  ~ArrayTrainer() {
    trainer_.reset();
    const HoldGil gil;  // for the arrays
    x_ = y_ = py::object(), weights_.reset();
  }

  Report run_epoch(std::size_t epoch, const Hook& begin, const Hook& end, const Hook& progress) {
    begin_ = &begin, end_ = &end, progress_ = &progress;
    const ReleaseGil release;
    return trainer_->run_epoch(epoch, begin.has_value() || end.has_value());
  }

 private:
  template <class... Args> static void call(const Hook& hook, const Args&... args) {
    if (!hook) return;
    const HoldGil gil;
    call_python(*hook, py::make_tuple(args...));
  }

  py::object x_, y_;
  std::optional<py::object> weights_;
  const DenseRows<T> rows_;
  const Data<T> data_;
  const Hook *begin_ = nullptr, *end_ = nullptr, *progress_ = nullptr;  // of the current epoch
  std::unique_ptr<Trainer<T>> trainer_;
};

namespace {

std::pair<double, std::vector<double>> result(const Report& report) { return {report.loss, report.metrics}; }

using TrainerHandle = Handle<ArrayTrainer>;
using BatchTrainerHandle = Handle<Trainer>;
using EvaluatorHandle = Handle<Evaluator>;
using RunHandle = Handle<NetworkRun>;

void open_trainer(TrainerHandle& handle, const py::object& network, const py::array& x, const py::array& y,
                  const Weights& weights, std::size_t batch_size, bool shuffle, std::uint64_t seed, bool some_weight) {
  TrainOptions options;
  options.batch_size = batch_size, options.shuffle = shuffle, options.seed = seed, options.some_weight = some_weight;
  options.poll = python_interrupted;
  handle.open(network, [&](auto& net) {
    return std::make_unique<ArrayTrainer<Number<decltype(net)>>>(net, x, y, weights, options);
  });
}

void open_batch_trainer(BatchTrainerHandle& handle, const py::object& network, std::size_t batch_size,
                        std::uint64_t seed) {
  TrainOptions options;
  options.batch_size = batch_size, options.seed = seed, options.poll = python_interrupted;
  handle.open(network, [&](auto& net) {
    const ReleaseGil release;
    return std::make_unique<Trainer<Number<decltype(net)>>>(net, options);
  });
}

}  // namespace

void bind_training(py::module_& m) {
  py::class_<TrainerHandle> trainer(m, "Trainer");
  bind_context(trainer);
  trainer.def(py::init<>())
      .def(py::init([](const py::object& network, const py::array& x, const py::array& y, const Weights& sample_weight,
                       std::size_t batch_size, bool shuffle, std::uint64_t seed, bool some_weight) {
             auto handle = std::make_unique<TrainerHandle>();
             open_trainer(*handle, network, x, y, sample_weight, batch_size, shuffle, seed, some_weight);
             return handle;
           }),
           py::arg("network"), py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("batch_size"),
           py::arg("shuffle"), py::arg("seed"), py::arg("some_weight") = true)
      .def("open", &open_trainer, py::arg("network"), py::arg("x"), py::arg("y"), py::arg("sample_weight"),
           py::arg("batch_size"), py::arg("shuffle"), py::arg("seed"), py::arg("some_weight") = true)
      .def(
          "run_epoch",
          [](TrainerHandle& handle, std::size_t epoch, const Hook& begin, const Hook& end, const Hook& progress) {
            handle.finished.add(handle.visit([&](auto& t) { return t.run_epoch(epoch, begin, end, progress); }));
            return handle.finished.result();
          },
          py::arg("epoch"), py::arg("on_batch_begin") = py::none(), py::arg("on_batch_end") = py::none(),
          py::arg("on_progress") = py::none())
      .def_property_readonly("finished", [](const TrainerHandle& handle) { return handle.finished.all(); })
      .def("close", &TrainerHandle::close);

  py::class_<BatchTrainerHandle> batches(m, "BatchTrainer");
  bind_context(batches);
  batches.def(py::init<>())
      .def(py::init([](const py::object& network, std::size_t batch_size, std::uint64_t seed) {
             auto handle = std::make_unique<BatchTrainerHandle>();
             open_batch_trainer(*handle, network, batch_size, seed);
             return handle;
           }),
           py::arg("network"), py::arg("batch_size"), py::arg("seed"))
      .def("open", &open_batch_trainer, py::arg("network"), py::arg("batch_size"), py::arg("seed"))
      .def(
          "begin_epoch",
          [](BatchTrainerHandle& handle, std::size_t epoch, std::size_t count) {
            const ReleaseGil release;
            handle.visit([&](auto& t) { t.begin_epoch(epoch, count); });
          },
          py::arg("epoch"), py::arg("batches"))
      .def(
          "run_batch",
          [](BatchTrainerHandle& handle, const py::array& x, const py::array& y, const Weights& w, bool publish) {
            return handle.visit([&](auto& t) {
              using T = Number<decltype(t)>;
              return with_data<T>(x, y, w, [&](const Data<T>& data) { return result(t.run_batch(data, publish)); });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("publish"))
      .def("end_epoch",
           [](BatchTrainerHandle& handle) {
             const ReleaseGil release;
             handle.finished.add(handle.visit([](auto& t) { return t.end_epoch(); }));
             return handle.finished.result();
           })
      .def_property_readonly("finished", [](const BatchTrainerHandle& handle) { return handle.finished.all(); })
      .def("close", &BatchTrainerHandle::close);

  py::class_<EvaluatorHandle> evaluator(m, "Evaluator");
  bind_context(evaluator);
  evaluator
      .def(py::init([](const py::object& network) {
             auto handle = std::make_unique<EvaluatorHandle>();
             handle->open(network, [](auto& net) { return std::make_unique<Evaluator<Number<decltype(net)>>>(net); });
             return handle;
           }),
           py::arg("network"))
      .def(
          "add",
          [](EvaluatorHandle& handle, const py::array& x, const py::array& y, const Weights& w) {
            return handle.visit([&](auto& e) {
              using T = Number<decltype(e)>;
              return with_data<T>(x, y, w, [&](const Data<T>& data) {
                e.add(data, python_interrupted);
                return result(e.report());
              });
            });
          },
          py::arg("x"), py::arg("y"), py::arg("sample_weight"))
      .def("close", &EvaluatorHandle::close);

  py::class_<RunHandle> run(m, "Run");
  bind_context(run);
  run.def(py::init([](const py::object& network, const std::string& operation) {
            auto handle = std::make_unique<RunHandle>();
            handle->open(network, [&](auto& net) {
              const ReleaseGil release;
              return std::make_unique<NetworkRun<Number<decltype(net)>>>(net, ("[" + operation + "]").c_str());
            });
            return handle;
          }),
          py::arg("network"), py::arg("operation"))
      .def("close", &RunHandle::close);
}

}  // namespace proxnet::python
