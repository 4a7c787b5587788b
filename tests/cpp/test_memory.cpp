// Memory of training: all is allocated before the second step, within the stated bounds.
#include <doctest/doctest.h>

#include <atomic>

#include "allocations.h"
#include "network_tools.h"
#include "ops/buffer.h"
#include "watchdog.h"

namespace {

using namespace proxnet;
using namespace tools;

// Rows that note how many allocations there have been whenever a batch begins.
class NotingRows final : public RowSource<float> {
 public:
  explicit NotingRows(const DenseRows<float>& rows) : rows_(rows) {}
  std::size_t rows() const override { return rows_.rows(); }
  std::size_t cols() const override { return rows_.cols(); }
  void gather(const std::size_t* index, std::size_t count, RowPanels<float> out) const override {
    const std::size_t slot = used_.fetch_add(1);
    notes_[slot] = allocations::count();
    rows_.gather(index, count, out);
  }
  void check_finite(const char* operation, const char* name) const override { rows_.check_finite(operation, name); }
  std::vector<std::size_t> take() const {
    std::vector<std::size_t> taken(notes_.get(), notes_.get() + used_);
    used_ = 0;
    return taken;
  }

 private:
  const DenseRows<float>& rows_;
  std::unique_ptr<std::size_t[]> notes_ = std::make_unique<std::size_t[]>(1 << 20);
  mutable std::atomic<std::size_t> used_{0};
};

struct Shape {
  std::vector<std::size_t> widths;
  std::size_t rows, batch;
  double dead;  // fraction of hidden units with zero weights
};

Network<float> make(const Shape& shape, const Optimizer& optimizer) {
  std::vector<Layer> layers;
  for (std::size_t l = 1; l < shape.widths.size(); ++l)
    layers.push_back(
        dense(shape.widths[l], l + 1 < shape.widths.size() ? Activation::kRelu : Activation::kLinear, l1(1e-4)));
  Network<float> network(shape.widths[0], layers, 1);
  auto arrays = weights(network);
  for (std::size_t l = 0; l + 2 < shape.widths.size(); ++l) {
    const std::size_t units = shape.widths[l + 1],
                      last = static_cast<std::size_t>(shape.dead * static_cast<double>(units));
    for (std::size_t i = 0; i < shape.widths[l]; ++i)
      std::fill_n(arrays[2 * l].begin() + static_cast<long>(i * units), last, 0.0f);
  }
  std::vector<float> all;
  for (const auto& a : arrays) all.insert(all.end(), a.begin(), a.end());
  set_flat(network, all);
  network.compile(optimizer, Loss::kMeanSquaredError, {{Metric::kMeanAbsoluteError, true}});
  return network;
}

const Shape kShapes[] = {
    {{40, 70, 33, 3}, 900, 32, 0}, {{40, 70, 33, 3}, 900, 32, 0.5}, {{300, 500, 2}, 600, 200, 0.3}};

}  // namespace

TEST_CASE("no step after the first allocates") {
  const Watchdog watchdog;
  for (const Shape& shape : kShapes)
    for (const Optimizer& optimizer : {adam(1e-3), sgd(0.01, 0.9)})
      for (const int threads : {1, 2, 3}) {
        const Threads some(threads);
        const auto table = random_table<float>(71, shape.rows, shape.widths.front(), shape.widths.back());  // seed 71
        const auto rows = table.source();
        const NotingRows noting(rows);
        Network<float> network = make(shape, optimizer);
        TrainOptions options;
        options.batch_size = shape.batch;
        Trainer<float> trainer(network, {&noting, table.targets()}, options);
        for (std::size_t epoch = 0; epoch < 4; ++epoch) {
          trainer.run_epoch(epoch);
          const auto notes = noting.take();
          // In the first epoch the steps after the first; later all steps.
          const std::size_t first = epoch == 0 ? static_cast<std::size_t>(threads) : 0;
          REQUIRE(notes.size() > first + 1);
          CHECK_MESSAGE(notes[first] == notes.back(), "epoch ", epoch, " of ", shape.widths[1], " units, ", threads,
                        " threads");
        }
        const std::size_t before = allocations::live_bytes();
        trainer.run_epoch(4);
        CHECK(allocations::live_bytes() == before);
      }
}

TEST_CASE("training holds two copies of weights and state, and the buffers of a batch") {
  const Threads some(2);
  for (const Shape& shape : kShapes) {
    const auto table = random_table<float>(72, shape.rows, shape.widths.front(), shape.widths.back());  // seed 72
    const tools::Problem<float> problem(table);
    const std::size_t before = allocations::live_bytes();
    allocations::start_peak();
    {
      Network<float> network = make(shape, adam(1e-3));
      FitOptions<float> options;
      options.batch_size = shape.batch, options.epochs = 3;
      const std::size_t built = allocations::live_bytes();
      CHECK(built > before);
      allocations::start_peak();
      fit(network, problem.data, options);
    }
    std::size_t weights = 0, widths = 0;
    for (std::size_t l = 1; l < shape.widths.size(); ++l) {
      const std::size_t padded = (shape.widths[l] + 31) / 32 * 32;
      weights += (shape.widths[l - 1] + 1) * padded;
      widths += padded;
    }
    const std::size_t inputs = (shape.widths[0] + 31) / 32 * 32;
    const std::size_t state = 2 * 3 * weights * sizeof(float);
    // Activations and gradients of a batch; a panel of the widest layer per thread; active columns and zeros; the
    // order.
    const std::size_t batch = (inputs + 2 * widths + 32) * (shape.batch + 2) * sizeof(float) +
                              2 * 2 * 36 * (inputs + widths) * sizeof(float) + 200 * (inputs + widths) + weights / 8 +
                              shape.rows * sizeof(std::size_t) + (std::size_t{32} << 10);
    const std::size_t taken = allocations::peak_bytes() - before;
    CHECK_MESSAGE(taken <= state + batch, taken, " > ", state, " + ", batch);
  }
}

TEST_CASE("if compile() runs out of memory, the published weights stay") {
  const Shape shape{{300, 400, 2}, 600, 64, 0};
  const tools::Problem<float> problem(random_table<float>(73, shape.rows, 300, 2));  // seed 73
  Network<float> network = make(shape, sgd(0.01));
  FitOptions<float> options;
  fit(network, problem.data, options);
  const std::vector<float> before = flat(network);
  const std::size_t weights = 300 * 416 * sizeof(float);
  int refused = 0;
  for (std::size_t slack = 0; slack < 6 * weights; slack += weights / 4) {
    try {
      const allocations::Limit limit(allocations::live_bytes() + slack);
      network.compile(adam(1e-3, true), Loss::kMeanSquaredError);  // three more arrays of state
    } catch (const std::bad_alloc&) {
      ++refused;
      FitOptions<float> stopped;  // refused, or by the hook before its second step
      stopped.hooks.begin = [](std::size_t batch) {
        if (batch == 1) throw std::runtime_error("stop");
      };
      CHECK_THROWS_AS(fit(network, problem.data, stopped), std::runtime_error);
    }
    CHECK(flat(network) == before);
  }
  CHECK(refused > 5);
  network.compile(adam(1e-3), Loss::kMeanSquaredError);
  fit(network, problem.data, options);
  CHECK(flat(network) != before);
}

TEST_CASE("arrays of every size are aligned and zeroed") {
  for (const std::size_t count : {1, 1000, (1 << 23) - 1, 1 << 23, (1 << 23) + 5, 3 << 22}) {
    Buffer<double> array(count);
    CHECK(reinterpret_cast<std::uintptr_t>(array.data()) % (count < (1 << 19) ? 64 : 1 << 21) == 0);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; i += 509) wrong += array[i] != 0;
    CHECK(wrong == 0);
    array[count - 1] = 1;
    const Buffer<double> copy = array;
    CHECK(copy[count - 1] == 1);
  }
  CHECK_THROWS_AS(Buffer<char>(SIZE_MAX - 100), std::bad_alloc);
}
