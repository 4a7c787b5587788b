// The products of a dense layer in training, over all rows and columns or over the active ones.
#include "layers/dense.h"

namespace proxnet {

namespace {

// The offset of column `index` within a row.
template <class T> std::ptrdiff_t offset(const RowPanels<const T>& x, std::size_t index) {
  return static_cast<std::ptrdiff_t>(index / kPanel<T> * x.panel_step + index % kPanel<T>);
}

}  // namespace

template <class T>
DenseRun<T>::DenseRun(LayerRun<T>& previous, const Dense& layer, std::size_t index, const Panels<T>& kernel,
                      std::size_t batch, bool last, bool loss_on_logits)
    : previous_(previous),
      layer_(layer),
      index_(index),
      loss_on_logits_(loss_on_logits),
      derivative_done_(loss_on_logits) {
  this->output = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  if (layer.trainable || previous.gradient.cols) {
    this->gradient = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
    if (stores_derivative(layer.activation))
      slope_ = Activations<T>(batch, layer.units, output_layout(layer.activation, last));
  }
  this->active = ActiveColumns<T>(layer.units, kernels<T>().lanes);
  zero_rows = ZeroRows<T>(kernel);
  if (previous.gradient.cols == 0) return;
  relu_mask_ = previous.relu_mask();
  if (auto* below = dynamic_cast<DenseRun*>(&previous))
    below->prunable_ = relu_mask_ && output_layout(below->layer_.activation, false) == Layout::kPanels &&
                       !below->loss_on_logits_ && !below->activity;
}

template <class T> void DenseRun<T>::reserve(Scratch<T>& scratch) const {
  const std::size_t rows = previous_.output.cols, cols = this->output.cols, longest = std::max(rows, cols);
  // Two panels of active columns of W, or of W^T, and a vector for stores past their end.
  const std::size_t panel = 2 * round_up(longest, kPanel<T>) * kPanel<T> + kRowPad<T>;
  if (scratch.panel.size() < panel) scratch.panel = Buffer<T>(panel);
  if (scratch.steps.size() < longest) scratch.steps.resize(longest);
}

template <class T> void DenseRun<T>::prune(const KernelTable<T>& k, const Parameters<T>& parameters) {
  const DenseParameters<T>& p = parameters.dense[index_];
  zero_rows.find(k, p.kernel);
  if (!prunable_) return;
  const auto dead = [&](std::size_t j) {
    if (!(p.bias[j] <= 0)) return false;
    const T* w = p.kernel.at(j / kPanel<T>, 0) + j % kPanel<T>;
    for (std::size_t i = 0; i < p.kernel.rows; ++i)
      if (w[i * kPanel<T>] != 0) return false;
    return true;
  };
  std::size_t count = 0;
  for (std::size_t j = 0; j < p.kernel.cols; ++j) count += dead(j);
  if (count * kPruneRatio >= p.kernel.cols)
    this->active.select([&](std::size_t j) { return !dead(j); });
  else if (!this->active.all())
    this->active.select([](std::size_t) { return true; });
}

template <class T> const Activations<T>* DenseRun<T>::relu_mask() {
  if (activation_kernel(layer_.activation) != ActivationKernel::kRelu) return nullptr;
  derivative_done_ = true;
  return &this->output;
}

template <class T> void DenseRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  if (!previous_.active.all() || !this->active.all() || zero_rows.tracked()) return forward_active(rows, step);
  const RowPanels<T> slope = slope_.view(rows.first);
  dense_forward<T>(step.k, step.parameters.dense[index_], layer_.activation, loss_on_logits_, rows.count(),
                   previous_.output.view(rows.first), this->output.view(rows.first), slope_.cols ? &slope : nullptr,
                   [&] { step.pause(step.pause_context); });
}

template <class T> void DenseRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (this->gradient.cols == 0) return;
  const RowPanels<T> d = this->gradient.view(rows.first), slope = slope_.view(rows.first);
  if (!derivative_done_)
    activate_backward(step.k, layer_.activation, rows.count(), layer_.units, this->output.view(rows.first),
                      slope_.cols ? &slope : nullptr, d);
  if (previous_.gradient.cols == 0) return;
  RowPanels<const T> mask;
  if (relu_mask_) mask = relu_mask_->view(rows.first);
  if (!previous_.active.all() || !this->active.all()) return backward_active(rows, relu_mask_ ? &mask : nullptr, step);
  input_product<T>(step.k, step.parameters.dense[index_].kernel, rows.count(), d, relu_mask_ ? &mask : nullptr,
                   previous_.gradient.view(rows.first), step.scratch->panel.data(),
                   [&] { step.pause(step.pause_context); });
}

template <class T> void DenseRun<T>::forward_active(RowRange rows, const StepContext<T>& step) {
  const DenseParameters<T>& p = step.parameters.dense[index_];
  const ActiveColumns<T>& inputs = previous_.active;
  const RowPanels<const T> x = std::as_const(previous_.output).view(rows.first);
  const RowPanels<T> out = this->output.view(rows.first);
  GemmStep* steps = step.scratch->steps.data();
  T* scratch = step.scratch->panel.data();
  const bool relu = activation_kernel(layer_.activation) == ActivationKernel::kRelu && !loss_on_logits_;

  GemmPanel<T> g = {};
  for (std::size_t i = 0; i < inputs.columns(); ++i)
    if (inputs.is_active(i) && (!zero_rows.tracked() || zero_rows.in_use(i)))
      steps[g.depth++] = {offset(x, inputs.index(i)), static_cast<std::ptrdiff_t>(i * kPanel<T>)};
  g.rows = rows.count(), g.steps = steps;
  g.a = x.data, g.a_row = static_cast<std::ptrdiff_t>(x.row_step);
  g.c_row = static_cast<std::ptrdiff_t>(out.row_step);
  g.floor = relu ? T(0) : -std::numeric_limits<T>::infinity();
  const bool all = this->active.all();
  const std::size_t panels = all ? p.kernel.count() : this->active.active_panels();
  const std::size_t panel_size = p.kernel.rows * kPanel<T>;
  alignas(64) T bias[2 * kPanel<T> + kRowPad<T>];
  g.b_panel = static_cast<std::ptrdiff_t>(panel_size), g.c_panel = static_cast<std::ptrdiff_t>(out.panel_step);
  const auto width = [&](std::size_t i) { return all ? p.kernel.width(i) : this->active.width(i); };
  for (std::size_t i = 0; i < panels; i += 2) {
    const std::size_t last = std::min(panels, i + 2);
    g.cols = (last - i - 1) * kPanel<T> + width(last - 1);
    g.c = out.at(i, 0);
    if (all) g.b = p.kernel.at(i, 0), g.bias = p.bias.data() + i * kPanel<T>;
    for (std::size_t next = i; !all && next < last; ++next) {
      const LaneMove<T>* moves = this->active.gather_moves(next);
      const std::size_t count = this->active.gather_count(next);
      step.k.pick_columns(g.depth, steps, count, moves, p.kernel.at(0, 0), static_cast<std::ptrdiff_t>(panel_size),
                          scratch + (next - i) * panel_size);
      const GemmStep once = {0, 0};
      step.k.pick_columns(1, &once, count, moves, p.bias.data(), kPanel<T>, bias + (next - i) * kPanel<T>);
      g.b = scratch, g.bias = bias;
    }
    step.k.gemm_panel(g);
    step.pause(step.pause_context);
  }
  if (relu || loss_on_logits_ || layer_.activation.kind == Activation::kLinear) return;
  const RowPanels<T> slope = slope_.view(rows.first);
  activate(step.k, layer_.activation, g.rows, p.kernel.cols, out, slope_.cols ? &slope : nullptr);
}

template <class T>
void DenseRun<T>::backward_active(RowRange rows, const RowPanels<const T>* mask, const StepContext<T>& step) {
  const Panels<T>& w = step.parameters.dense[index_].kernel;
  const ActiveColumns<T>& inputs = previous_.active;
  const RowPanels<const T> d = std::as_const(this->gradient).view(rows.first);
  const RowPanels<T> dx = previous_.gradient.view(rows.first);
  GemmStep* steps = step.scratch->steps.data();
  T* scratch = step.scratch->panel.data();

  GemmPanel<T> g = {};
  for (std::size_t j = 0; j < this->active.columns(); ++j)
    if (this->active.is_active(j))
      steps[g.depth++] = {offset(d, this->active.index(j)), static_cast<std::ptrdiff_t>(j * kPanel<T>)};
  g.rows = rows.count(), g.steps = steps, g.b = scratch;
  g.a = d.data, g.a_row = static_cast<std::ptrdiff_t>(d.row_step);
  g.c_row = static_cast<std::ptrdiff_t>(dx.row_step);
  const std::size_t panel_size = round_up(w.cols, kPanel<T>) * kPanel<T>, panels = inputs.active_panels();
  g.b_panel = static_cast<std::ptrdiff_t>(panel_size), g.c_panel = static_cast<std::ptrdiff_t>(dx.panel_step);
  if (mask) g.mask_row = static_cast<std::ptrdiff_t>(mask->row_step);
  if (mask) g.mask_panel = static_cast<std::ptrdiff_t>(mask->panel_step);
  for (std::size_t q = 0; q < panels; q += 2) {
    const std::size_t last = std::min(panels, q + 2);
    for (std::size_t next = q; next < last; ++next)
      transpose_active(w, next, step.k, scratch + (next - q) * panel_size);
    g.cols = (last - q - 1) * kPanel<T> + inputs.width(last - 1);
    g.c = dx.at(q, 0);
    if (mask) g.mask = mask->at(q, 0);
    step.k.gemm_panel(g);
    step.pause(step.pause_context);
  }
}

// W^T for the active inputs of panel q: (active units, kPanel) in scratch.
template <class T>
void DenseRun<T>::transpose_active(const Panels<T>& w, std::size_t q, const KernelTable<T>& k, T* scratch) const {
  const ActiveColumns<T>& inputs = previous_.active;
  const std::size_t rows = inputs.width(q);
  alignas(64) T square[kPanel<T> * kPanel<T>];
  if (rows < kPanel<T>) std::memset(square, 0, sizeof square);
  for (std::size_t p = 0; p < w.count(); ++p) {
    const std::size_t width = w.width(p), first = p * kPanel<T>;
    bool any = false;
    for (std::size_t j = first; j < first + width; ++j) any |= this->active.is_active(j);
    if (!any) continue;
    for (std::size_t i = 0; i < rows; ++i)
      std::memcpy(square + i * kPanel<T>, w.at(p, inputs.column_at(q * kPanel<T> + i)), sizeof(T) * kPanel<T>);
    k.transpose(kPanel<T>, width, square, kPanel<T>, scratch + first * kPanel<T>, kPanel<T>);
  }
}

template class DenseRun<float>;
template class DenseRun<double>;

}  // namespace proxnet
