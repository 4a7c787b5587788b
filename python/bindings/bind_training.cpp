// The trainer: one call an epoch, the GIL released inside and taken back for the hooks.
#include <chrono>

#include "any_network.h"

namespace proxnet::python {

namespace {

using Hook = std::function<void(std::size_t)>;
using EndHook = std::function<void(std::size_t, double, const std::vector<double>&)>;
using ProgressHook = std::function<void(std::size_t, std::size_t, double, const std::vector<double>&)>;

class AnyTrainer {
 public:
  virtual ~AnyTrainer() = default;
  virtual Report run_epoch(std::size_t epoch, const std::optional<Hook>& begin, const std::optional<EndHook>& end,
                           const std::optional<ProgressHook>& progress) = 0;
};

template <class T> class TypedTrainer final : public AnyTrainer {
 public:
  TypedTrainer(Network<T>& network, const py::array& x, const py::array& y,
               const std::optional<py::array>& sample_weight, const TrainOptions& options)
      : rows_(view<T>(x, "x")), data_(make_data<T>(rows_, y, sample_weight)), options_(options) {
    batches_ = (rows_.rows() + options.batch_size - 1) / std::max<std::size_t>(options.batch_size, 1);
    options_.poll = python_interrupted;
    options_.progress = [this](std::size_t done, const Report& running) {
      if (!progress_) return;
      py::gil_scoped_acquire gil;
      (*progress_)(done, batches_, running.loss, running.metrics);
    };
    options_.hooks.begin = [this](std::size_t batch) {
      if (!begin_) return;
      py::gil_scoped_acquire gil;
      (*begin_)(batch);
    };
    options_.hooks.end = [this](std::size_t batch, const Report& running) {
      if (!end_) return;
      py::gil_scoped_acquire gil;
      (*end_)(batch, running.loss, running.metrics);
    };
    py::gil_scoped_release release;
    trainer_ = std::make_unique<Trainer<T>>(network, data_, options_);
  }

  Report run_epoch(std::size_t epoch, const std::optional<Hook>& begin, const std::optional<EndHook>& end,
                   const std::optional<ProgressHook>& progress) override {
    begin_ = begin, end_ = end, progress_ = progress;
    py::gil_scoped_release release;
    return trainer_->run_epoch(epoch, begin.has_value() || end.has_value());
  }

 private:
  const DenseRows<T> rows_;
  const Data<T> data_;
  TrainOptions options_;
  std::size_t batches_ = 0;
  std::optional<Hook> begin_;
  std::optional<EndHook> end_;
  std::optional<ProgressHook> progress_;
  std::unique_ptr<Trainer<T>> trainer_;
};

// Owns the trainer; the arrays and the network are kept alive by it, and until it is gone: members go in reverse order.
struct TrainerHandle {
  py::object network, x, y, sample_weight;
  FinishedEpochs finished;
  std::unique_ptr<AnyTrainer> trainer;
};

}  // namespace

void bind_training(py::module_& m) {
  py::class_<TrainerHandle>(m, "Trainer")
      .def(py::init([](const py::object& network, const py::array& x, const py::array& y,
                       const std::optional<py::array>& sample_weight, std::size_t batch_size, bool shuffle,
                       std::uint64_t seed, bool some_weight) {
             TrainOptions options;
             options.batch_size = batch_size, options.shuffle = shuffle, options.seed = seed;
             options.some_weight = some_weight;
             auto handle = std::make_unique<TrainerHandle>();
             handle->network = network, handle->x = x, handle->y = y;
             if (sample_weight) handle->sample_weight = *sample_weight;
             network.cast<AnyNetwork&>().visit([&](auto& net) {
               using T = Number<decltype(net)>;
               handle->trainer = std::make_unique<TypedTrainer<T>>(net, x, y, sample_weight, options);
             });
             return handle;
           }),
           py::arg("network"), py::arg("x"), py::arg("y"), py::arg("sample_weight"), py::arg("batch_size"),
           py::arg("shuffle"), py::arg("seed"), py::arg("some_weight") = true)
      .def(
          "run_epoch",
          [](TrainerHandle& handle, std::size_t epoch, const std::optional<Hook>& begin,
             const std::optional<EndHook>& end, const std::optional<ProgressHook>& progress) {
            if (!handle.trainer) throw InvalidState("[Trainer] closed");
            handle.finished.add(handle.trainer->run_epoch(epoch, begin, end, progress));
            return handle.finished.result();
          },
          py::arg("epoch"), py::arg("on_batch_begin") = py::none(), py::arg("on_batch_end") = py::none(),
          py::arg("on_progress") = py::none())
      .def_property_readonly("finished", [](const TrainerHandle& handle) { return handle.finished.all(); })
      .def("close", [](TrainerHandle& handle) { handle.trainer.reset(); });
}

}  // namespace proxnet::python
