// A dense layer in training without what the weights make superfluous: rows of zeros, and dropped units on either side.
#include "layers/dense.h"

namespace proxnet {

namespace {

// Where place `place` of a row of kept columns lies.
template <class T> std::ptrdiff_t offset(const RowPanels<const T>& x, std::size_t place) {
  return static_cast<std::ptrdiff_t>(place / kPanel<T> * x.panel_step + place % kPanel<T>);
}

}  // namespace

template <class T> void DenseRun<T>::forward_kept(RowRange rows, const StepContext<T>& step) {
  const DenseParameters<T>& p = step.parameters.dense[index_];
  const KeptColumns<T>& inputs = previous_.kept;
  const RowPanels<const T> x = std::as_const(previous_.output).view(rows.first);
  const RowPanels<T> out = this->output.view(rows.first);
  GemmStep* steps = step.scratch->steps.data();
  T* scratch = step.scratch->panel.data();
  const bool relu = activation_kernel(layer_.activation) == ActivationKernel::kRelu && !loss_on_logits_;

  GemmPanel<T> g = {};
  for (std::size_t i = 0; i < inputs.columns(); ++i)
    if (inputs.kept(i) && (!zero_rows.tracked() || zero_rows.in_use(i)))
      steps[g.depth++] = {offset(x, inputs.place(i)), static_cast<std::ptrdiff_t>(i * kPanel<T>)};
  g.rows = rows.count(), g.steps = steps;
  g.a = x.data, g.a_row = static_cast<std::ptrdiff_t>(x.row_step);
  g.c_row = static_cast<std::ptrdiff_t>(out.row_step);
  g.floor = relu ? T(0) : -std::numeric_limits<T>::infinity();
  const bool all = this->kept.all();
  const std::size_t panels = all ? p.kernel.count() : this->kept.kept_panels();
  const std::size_t room = p.kernel.rows * kPanel<T>;
  alignas(64) T bias[2 * kPanel<T> + kRowPad<T>];
  g.b_panel = static_cast<std::ptrdiff_t>(room), g.c_panel = static_cast<std::ptrdiff_t>(out.panel_step);
  const auto width = [&](std::size_t i) { return all ? p.kernel.width(i) : this->kept.width(i); };
  for (std::size_t i = 0; i < panels; i += 2) {
    const std::size_t last = std::min(panels, i + 2);
    g.cols = (last - i - 1) * kPanel<T> + width(last - 1);
    g.c = out.at(i, 0);
    if (all) g.b = p.kernel.at(i, 0), g.bias = p.bias.data() + i * kPanel<T>;
    for (std::size_t next = i; !all && next < last; ++next) {
      const LaneMove<T>* moves = this->kept.moves_in(next);
      const std::size_t count = this->kept.moves_in_count(next);
      step.k.pick_columns(g.depth, steps, count, moves, p.kernel.at(0, 0), static_cast<std::ptrdiff_t>(room),
                          scratch + (next - i) * room);
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
void DenseRun<T>::backward_kept(RowRange rows, const RowPanels<const T>* gate, const StepContext<T>& step) {
  const Panels<T>& w = step.parameters.dense[index_].kernel;
  const KeptColumns<T>& inputs = previous_.kept;
  const RowPanels<const T> d = std::as_const(this->gradient).view(rows.first);
  const RowPanels<T> dx = previous_.gradient.view(rows.first);
  GemmStep* steps = step.scratch->steps.data();
  T* scratch = step.scratch->panel.data();

  GemmPanel<T> g = {};
  for (std::size_t j = 0; j < this->kept.columns(); ++j)
    if (this->kept.kept(j))
      steps[g.depth++] = {offset(d, this->kept.place(j)), static_cast<std::ptrdiff_t>(j * kPanel<T>)};
  g.rows = rows.count(), g.steps = steps, g.b = scratch;
  g.a = d.data, g.a_row = static_cast<std::ptrdiff_t>(d.row_step);
  g.c_row = static_cast<std::ptrdiff_t>(dx.row_step);
  const std::size_t room = round_up(w.cols, kPanel<T>) * kPanel<T>, panels = inputs.kept_panels();
  g.b_panel = static_cast<std::ptrdiff_t>(room), g.c_panel = static_cast<std::ptrdiff_t>(dx.panel_step);
  if (gate) g.gate_row = static_cast<std::ptrdiff_t>(gate->row_step);
  if (gate) g.gate_panel = static_cast<std::ptrdiff_t>(gate->panel_step);
  for (std::size_t q = 0; q < panels; q += 2) {
    const std::size_t last = std::min(panels, q + 2);
    for (std::size_t next = q; next < last; ++next) turn_kept(w, next, step.k, scratch + (next - q) * room);
    g.cols = (last - q - 1) * kPanel<T> + inputs.width(last - 1);
    g.c = dx.at(q, 0);
    if (gate) g.gate = gate->at(q, 0);
    step.k.gemm_panel(g);
    step.pause(step.pause_context);
  }
}

// The kept rows of panel q of the inputs as columns, where a unit of their rows is kept.
template <class T>
void DenseRun<T>::turn_kept(const Panels<T>& w, std::size_t q, const KernelTable<T>& k, T* scratch) const {
  const KeptColumns<T>& inputs = previous_.kept;
  const std::size_t rows = inputs.width(q);
  alignas(64) T square[kPanel<T> * kPanel<T>];
  if (rows < kPanel<T>) std::memset(square, 0, sizeof square);
  for (std::size_t p = 0; p < w.count(); ++p) {
    const std::size_t width = w.width(p), first = p * kPanel<T>;
    bool any = false;
    for (std::size_t j = first; j < first + width; ++j) any |= this->kept.kept(j);
    if (!any) continue;
    for (std::size_t i = 0; i < rows; ++i)
      std::memcpy(square + i * kPanel<T>, w.at(p, inputs.column_at(q * kPanel<T> + i)), sizeof(T) * kPanel<T>);
    k.transpose(kPanel<T>, width, square, kPanel<T>, scratch + first * kPanel<T>, kPanel<T>);
  }
}

template void DenseRun<float>::forward_kept(RowRange, const StepContext<float>&);
template void DenseRun<double>::forward_kept(RowRange, const StepContext<double>&);
template void DenseRun<float>::backward_kept(RowRange, const RowPanels<const float>*, const StepContext<float>&);
template void DenseRun<double>::backward_kept(RowRange, const RowPanels<const double>*, const StepContext<double>&);

}  // namespace proxnet
