// The trainer: one call an epoch, the GIL released inside and taken back for the hooks.
#include <chrono>

#include "any_network.h"

namespace proxnet::python {

namespace {

using Hook = std::optional<py::function>;
using Weights = std::optional<py::array>;

class AnyTrainer {
 public:
  virtual ~AnyTrainer() = default;
  virtual Report run_epoch(std::size_t epoch, const Hook& begin, const Hook& end, const Hook& progress) = 0;
};

template <class T> class TypedTrainer final : public AnyTrainer {
 public:
  TypedTrainer(Network<T>& network, const py::array& x, const py::array& y,
               const std::optional<py::array>& sample_weight, const TrainOptions& options)
      : rows_(view<T>(x, "x")), data_(make_data<T>(rows_, y, sample_weight)), options_(options) {
    batches_ = (rows_.rows() + options.batch_size - 1) / std::max<std::size_t>(options.batch_size, 1);
    options_.poll = python_interrupted;
    options_.progress = [this](std::size_t done, const Report& running) {
      call(*progress_, done, batches_, running.loss, running.metrics);
    };
    options_.hooks.begin = [this](std::size_t batch) { call(*begin_, batch); };
    options_.hooks.end = [this](std::size_t batch, const Report& running) {
      call(*end_, batch, running.loss, running.metrics);
    };
    const ReleaseGil release;
    trainer_ = std::make_unique<Trainer<T>>(network, data_, options_);
  }

  Report run_epoch(std::size_t epoch, const Hook& begin, const Hook& end, const Hook& progress) override {
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

  const DenseRows<T> rows_;
  const Data<T> data_;
  TrainOptions options_;
  std::size_t batches_ = 0;
  const Hook *begin_ = nullptr, *end_ = nullptr, *progress_ = nullptr;  // of the epoch that runs
  std::unique_ptr<Trainer<T>> trainer_;
};

// Owns the trainer; the arrays and the network are kept alive by it, and until it is gone: members go in reverse order.
struct TrainerHandle {
  py::object network, x, y, sample_weight;
  FinishedEpochs finished;
  std::unique_ptr<AnyTrainer> trainer;

  void open(const py::object& net, const py::array& rows, const py::array& targets, const Weights& weights,
            std::size_t batch_size, bool shuffle, std::uint64_t seed, bool some_weight) {
    TrainOptions options;
    options.batch_size = batch_size, options.shuffle = shuffle, options.seed = seed;
    options.some_weight = some_weight;
    close();
    finished = {};
    network = net, x = rows, y = targets;
    if (weights) sample_weight = *weights;
    net.cast<AnyNetwork&>().visit([&](auto& typed) {
      using T = Number<decltype(typed)>;
      trainer = std::make_unique<TypedTrainer<T>>(typed, rows, targets, weights, options);
    });
  }
  ~TrainerHandle() { close(); }
  void close() {
    const ReleaseGil release;  // an epoch is given up when nobody else writes the weights
    trainer.reset();
  }
};

}  // namespace

void bind_training(py::module_& m) {
  py::class_<TrainerHandle> trainer(m, "Trainer");
  bind_context(trainer);
  trainer.def(py::init<>())
      .def(py::init([](const py::object& network, const py::array& x, const py::array& y, const Weights& sample_weight,
                       std::size_t batch_size, bool shuffle, std::uint64_t seed, bool some_weight) {
             auto handle = std::make_unique<TrainerHandle>();
             handle->open(network, x, y, sample_weight, batch_size, shuffle, seed, some_weight);
             return handle;
           }),
           py::arg("network"), py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("batch_size"),
           py::arg("shuffle"), py::arg("seed"), py::arg("some_weight") = true)
      .def("open", &TrainerHandle::open, py::arg("network"), py::arg("x"), py::arg("y"), py::arg("sample_weight"),
           py::arg("batch_size"), py::arg("shuffle"), py::arg("seed"), py::arg("some_weight") = true)
      .def(
          "run_epoch",
          [](TrainerHandle& handle, std::size_t epoch, const Hook& begin, const Hook& end, const Hook& progress) {
            if (!handle.trainer) throw InvalidState("[Trainer] closed");
            handle.finished.add(handle.trainer->run_epoch(epoch, begin, end, progress));
            return handle.finished.result();
          },
          py::arg("epoch"), py::arg("on_batch_begin") = py::none(), py::arg("on_batch_end") = py::none(),
          py::arg("on_progress") = py::none())
      .def_property_readonly("finished", [](const TrainerHandle& handle) { return handle.finished.all(); })
      .def("close", &TrainerHandle::close);
}

}  // namespace proxnet::python
