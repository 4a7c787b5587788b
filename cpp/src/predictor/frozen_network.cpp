// Which form of the weights a row or a block of rows takes, by its cost.
#include "predictor/frozen_network.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "layers/activation_rows.h"
#include "layers/column_selection.h"
#include "ops/products.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

// Nanoseconds on one core: a dense weight in the L1 cache and beyond it, a vector of windowed weights, an output of
// these, a sparse weight by output and by input, an input of the latter, and an input that is looked at to list the
// non-zero ones. Measured for vectors of 64 bytes on Zen 4, of 32 bytes on Zen 3 (benchmarks/NOTES.md). Other CPUs
// differ by a common factor, which does not matter.
struct RowCosts {
  double near_weight, far_weight, window, window_output, sliced_weight, listed_weight, listed_input, listing;

  double dense_weight(std::size_t bytes) const { return bytes <= 24 * 1024 ? near_weight : far_weight; }
};
template <class T> RowCosts row_costs(const KernelTable<T>& k) {
  return k.lanes * sizeof(T) >= 64 ? RowCosts{0.034, 0.034, 0.6, 1.2, 0.31, 0.55, 4.5, 0.6}
                                   : RowCosts{0.034, 0.06, 0.85, 1.4, 0.41, 0.7, 5, 0.6};
}
// One row whose inputs are all non-zero, through sparse weights.
template <class T> double sparse_row_cost(const RowCosts& costs, const SparseWeights<T>& sparse) {
  return sparse.has_windows() ? costs.window * static_cast<double>(sparse.windows()) +
                                    costs.window_output * static_cast<double>(sparse.outputs())
                              : costs.sliced_weight * static_cast<double>(sparse.padded());
}
// The share of non-zero weights below which a block of rows is faster through sparse weights.
constexpr double kBlockSwitch = 0.45;

}  // namespace

template <class T>
FrozenNetwork<T>::FrozenNetwork(std::size_t inputs, const std::vector<Layer>& layers, const Parameters<T>& parameters,
                                std::size_t dense, std::size_t norm)
    : inputs_(inputs), outputs_(inputs), width_(inputs) {
  static_assert(kInferenceRows % kRowGroup<T> == 0);
  for (const Layer& layer : layers) {
    Stage stage{outputs_, outputs_, {}, {}, {}, {}, {}, {}, {}};
    if (const auto* spec = std::get_if<Dense>(&layer)) {
      const DenseParameters<T>& p = parameters.dense[dense++];
      stage.outputs = spec->units, stage.activation = spec->activation;
      stage.bias = Buffer<T>(round_up(spec->units, kPanel<T>));
      std::copy(p.bias.data(), p.bias.data() + spec->units, stage.bias.data());
      const KernelTable<T>& k = kernels<T>();
      const RowCosts costs = row_costs(k);
      const std::size_t stored = p.kernel.values.size();  // with the padding, which is zero
      const double nonzeros = static_cast<double>(stored - k.count_zeros(stored, p.kernel.values.data()));
      if (nonzeros < kBlockSwitch * static_cast<double>(p.kernel.rows * p.kernel.cols))
        stage.sparse = SparseWeights<T>(p.kernel, k.lanes);
      const double dense_row = costs.dense_weight(stored * sizeof(T)) * static_cast<double>(stored);
      // Rows with few non-zero inputs would take dense weights where the sparse ones are not much cheaper.
      if (!stage.sparse.stored() || sparse_row_cost(costs, stage.sparse) > 0.5 * dense_row) stage.dense = p.kernel;
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
      stage.columns = selection->columns, stage.outputs = stage.columns.size();
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer)) {
      stage.activation = activation->activation;
    } else if (std::holds_alternative<BatchNormalization>(layer) || std::holds_alternative<Normalization>(layer)) {
      stage.affine_memory = Buffer<T>(affine_size<T>(outputs_));
      stage.affine = fixed_affine(layer, parameters.norms[norm++], stage.affine_memory.data());
    } else {
      continue;  // the identity
    }
    outputs_ = stage.outputs;
    width_ = std::max(width_, outputs_);
    stages_.push_back(std::move(stage));
  }
  width_ = round_up(width_, kPanel<T>);
}

template <class T> std::size_t FrozenNetwork<T>::bytes() const {
  std::size_t total = 0;
  for (const Stage& s : stages_)
    total += (s.dense.values.size() + s.bias.size() + s.affine_memory.size()) * sizeof(T) + s.sparse.bytes();
  return total;
}

template <class T> std::size_t FrozenNetwork<T>::sparse_layers() const {
  return static_cast<std::size_t>(
      std::count_if(stages_.begin(), stages_.end(), [](const Stage& s) { return s.sparse.stored(); }));
}

template <class T> double FrozenNetwork<T>::cost() const {
  constexpr double kDenseProduct = 0.018, kSparseProduct = 0.033;  // of a weight and a row, in a block
  double total = 0;
  for (const Stage& s : stages_)
    total += s.sparse.stored() ? kSparseProduct * static_cast<double>(s.sparse.padded())
                               : kDenseProduct * static_cast<double>(s.dense.values.size());
  return total;
}

// A row: two rows of activations, the list of those that are not zero. A block: three blocks of activations.
template <class T> std::size_t FrozenNetwork<T>::workspace_size(std::size_t rows) const {
  const std::size_t block = rows > 1 ? std::min(kInferenceRows, round_up(rows, kRowGroup<T>)) : 1;
  return (3 * block * width_ + block * outputs_) * sizeof(T) + width_ * sizeof(unsigned) + 64 +
         sizeof(T);  // and to align both ends
}

template <class T>
void FrozenNetwork<T>::run(ConstMatrixView<T> x, MatrixView<T> out, bool logits, void* workspace) const noexcept {
  T* memory = reinterpret_cast<T*>((reinterpret_cast<std::uintptr_t>(workspace) + 63) / 64 * 64);
  for (std::size_t first = 0, rows; first < x.rows; first += rows) {
    rows = std::min(kInferenceRows, x.rows - first);
    if (rows == 1)
      run_row(x.row(first), out.row(first), logits, memory);
    else
      run_block(rows, {x.row(first), rows, x.cols, x.stride}, {out.row(first), rows, out.cols, out.stride}, logits,
                memory);
  }
}

// The outputs of a block stand behind what run() needs.
template <class T>
void FrozenNetwork<T>::labels(ConstMatrixView<T> x, std::int64_t* labels, T threshold, void* workspace) const noexcept {
  char* end = static_cast<char*>(workspace) + workspace_size(x.rows);
  for (std::size_t first = 0, rows; first < x.rows; first += rows) {
    rows = std::min(kInferenceRows, x.rows - first);
    T* out = reinterpret_cast<T*>(end - reinterpret_cast<std::uintptr_t>(end) % sizeof(T)) - rows * outputs_;
    run({x.row(first), rows, x.cols, x.stride}, {out, rows, outputs_}, false, workspace);
    for (std::size_t r = 0; r < rows; ++r, out += outputs_)
      labels[first + r] = outputs_ == 1 ? out[0] > threshold : std::max_element(out, out + outputs_) - out;
  }
}

// h <- activation(h) where the product has not done it: relu is its floor.
template <class T>
void FrozenNetwork<T>::finish(const Stage& stage, bool logits, std::size_t rows, std::size_t cols, T* h,
                              std::size_t step) const noexcept {
  if (logits || stage.activation.kind == Activation::kLinear) return;
  if (stage.product() && activation_kernel(stage.activation) == ActivationKernel::kRelu) return;
  activate(kernels<T>(), stage.activation, rows, cols, RowPanels<T>{h, step},
           static_cast<const RowPanels<T>*>(nullptr));
}

template <class T>
void FrozenNetwork<T>::product_row(const Stage& stage, T floor, const T* x, T* out, unsigned* input,
                                   T* value) const noexcept {
  const auto& k = kernels<T>();
  const RowCosts costs = row_costs(k);
  const double inputs = static_cast<double>(stage.inputs);
  const std::size_t nonzeros = stage.inputs - k.count_zeros(stage.inputs, x);
  const double listing = costs.listing * inputs;
  const double dense_input = costs.dense_weight(stage.dense.values.size() * sizeof(T)) *
                             static_cast<double>(round_up(stage.outputs, kPanel<T>));
  const double all_inputs = dense_input * inputs, listed = dense_input * static_cast<double>(nonzeros) + listing;
  if (stage.sparse.stored()) {
    const double dense = stage.dense.rows ? std::min(all_inputs, listed) : std::numeric_limits<double>::infinity();
    const double by_output = sparse_row_cost(costs, stage.sparse);
    const double share = static_cast<double>(nonzeros) / inputs;
    const double by_input = listing + costs.listed_input * static_cast<double>(nonzeros) +
                            costs.listed_weight * share * static_cast<double>(stage.sparse.nonzeros());
    if (by_output < std::min(by_input, dense))
      return stage.sparse.has_windows() ? k.windowed_row(stage.sparse.in_windows(stage.bias.data()), floor, x, out)
                                        : k.sliced_row(stage.sparse.by_output(stage.bias.data()), floor, x, out);
    if (by_input < dense) {
      k.list_nonzeros(stage.inputs, x, input, value);
      return k.listed_row(stage.sparse.by_input(stage.bias.data()), floor, nonzeros, input, value, out);
    }
  }
  RowProduct<T> product{stage.inputs,
                        x,
                        nullptr,
                        stage.dense.values.data(),
                        stage.dense.count(),
                        static_cast<std::ptrdiff_t>(stage.dense.rows * kPanel<T>),
                        stage.bias.data(),
                        floor,
                        out};
  if (listed < all_inputs) {
    k.list_nonzeros(stage.inputs, x, input, value);
    product.count = nonzeros, product.x = value, product.input = input;
  }
  k.row_product(product);
}

template <class T> void FrozenNetwork<T>::run_row(const T* x, T* out, bool logits, T* memory) const noexcept {
  T *next = memory, *other = memory + width_, *value = memory + 2 * width_;
  unsigned* input = reinterpret_cast<unsigned*>(memory + 3 * width_);
  for (const Stage& stage : stages_) {
    const bool last = logits && &stage == &stages_.back();
    if (stage.product()) {
      const bool relu = activation_kernel(stage.activation) == ActivationKernel::kRelu && !last;
      product_row(stage, relu ? T(0) : -std::numeric_limits<T>::infinity(), x, next, input, value);
      x = next;
    } else if (!stage.columns.empty()) {
      for (std::size_t j = 0; j < stage.outputs; ++j) next[j] = x[stage.columns[j]];
      x = next;
    } else if (x != other) {
      std::memcpy(next, x, stage.inputs * sizeof(T));
      x = next;
    } else {
      std::swap(next, other);  // in place
    }
    if (stage.affine.mean)
      apply_affine<T>(kernels<T>(), stage.affine, 1, stage.outputs, RowPanels<const T>{x, width_},
                      RowPanels<T>{next, width_});
    finish(stage, last, 1, stage.outputs, next, width_);
    std::swap(next, other);
  }
  std::memcpy(out, x, outputs_ * sizeof(T));
}

// x by rows to groups of kRowGroup rows, input after input, or back.
template <class T> void turn(std::size_t rows, std::size_t cols, const T* from, std::size_t step, T* to) noexcept {
  if (rows % kRowGroup<T>)  // rows that do not exist are zero
    std::fill_n(to + rows / kRowGroup<T> * kRowGroup<T> * cols, kRowGroup<T> * cols, T(0));
  for (std::size_t r = 0; r < rows; r += kRowGroup<T>, to += cols * kRowGroup<T>)
    kernels<T>().transpose(std::min(kRowGroup<T>, rows - r), cols, from + r * step, static_cast<std::ptrdiff_t>(step),
                           to, static_cast<std::ptrdiff_t>(kRowGroup<T>));
}
template <class T> void turn_back(std::size_t rows, std::size_t cols, const T* from, T* to, std::size_t step) noexcept {
  for (std::size_t r = 0; r < rows; r += kRowGroup<T>, from += cols * kRowGroup<T>)
    kernels<T>().transpose(cols, std::min(kRowGroup<T>, rows - r), from, static_cast<std::ptrdiff_t>(kRowGroup<T>),
                           to + r * step, static_cast<std::ptrdiff_t>(step));
}

template <class T>
void FrozenNetwork<T>::product_block(const Stage& stage, T floor, std::size_t rows, Rows& x, T* spare,
                                     T* out) const noexcept {
  const auto& k = kernels<T>();
  if (stage.sparse.stored()) {
    if (!x.by_input) turn(rows, stage.inputs, x.data, x.step, spare), x = {spare, 0, true};
    const SlicedWeights<T> weights = stage.sparse.by_output(stage.bias.data());
    for (std::size_t r = 0; r < rows; r += kRowGroup<T>)
      k.sliced_block(weights, floor, x.data + r * stage.inputs, out + r * stage.outputs);
    x = {out, 0, true};
    return;
  }
  if (x.by_input) turn_back(rows, stage.inputs, x.data, spare, width_), x = {spare, width_};
  forward_product(k, stage.dense, stage.bias.data(), floor, rows, RowPanels<const T>{x.data, x.step},
                  RowPanels<T>{out, width_}, [] {});
  x = {out, width_};
}

template <class T>
void FrozenNetwork<T>::run_block(std::size_t rows, ConstMatrixView<T> rows_of_x, MatrixView<T> out, bool logits,
                                 T* memory) const noexcept {
  const std::size_t size = width_ * round_up(rows, kRowGroup<T>);
  T *next = memory, *other = memory + size, *spare = memory + 2 * size;
  Rows x{rows_of_x.data, rows_of_x.stride};
  for (const Stage& stage : stages_) {
    const bool last = logits && &stage == &stages_.back();
    if (stage.product()) {
      const bool relu = activation_kernel(stage.activation) == ActivationKernel::kRelu && !last;
      product_block(stage, relu ? T(0) : -std::numeric_limits<T>::infinity(), rows, x, spare, next);
    } else {
      if (!stage.columns.empty()) {
        select_columns<T>(stage.columns, rows, RowPanels<const T>{x.data, x.step}, RowPanels<T>{next, width_});
      } else if (x.by_input) {
        turn_back(rows, stage.inputs, x.data, next, width_);
      } else {
        for (std::size_t r = 0; r < rows; ++r)
          std::memcpy(next + r * width_, x.data + r * x.step, stage.inputs * sizeof(T));
      }
      x = {next, width_};
    }
    if (stage.affine.mean)
      apply_affine<T>(kernels<T>(), stage.affine, rows, stage.outputs, RowPanels<const T>{next, width_},
                      RowPanels<T>{next, width_});
    if (!x.by_input) {
      finish(stage, last, rows, stage.outputs, next, width_);
    } else if (is_row_wise(stage.activation) && !last) {
      turn_back(rows, stage.outputs, next, spare, width_);
      x = {spare, width_};
      finish(stage, last, rows, stage.outputs, spare, width_);
      std::swap(next, spare);
    } else {
      finish(stage, last, stage.outputs * ((rows + kRowGroup<T> - 1) / kRowGroup<T>), kRowGroup<T>, next, kRowGroup<T>);
    }
    std::swap(next, other);
  }
  if (x.by_input) turn_back(rows, outputs_, x.data, spare, width_), x = {spare, width_};
  for (std::size_t r = 0; r < rows; ++r) std::memcpy(out.row(r), x.data + r * x.step, outputs_ * sizeof(T));
}

template class FrozenNetwork<float>;
template class FrozenNetwork<double>;

}  // namespace proxnet
