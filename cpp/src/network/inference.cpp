// Forward passes on a snapshot, in blocks of rows.
#include "network/inference.h"

#include <algorithm>
#include <atomic>

#include "layers/activation_run.h"
#include "layers/column_selection.h"
#include "runtime/poller.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T>
Inference<T>::Inference(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t rows)
    : parameters_(parameters) {
  const std::size_t block = std::min(rows, kInferenceRows);
  std::size_t cols = network.inputs, dense = 0, norms = 0;
  const std::vector<Layer>& layers = *parameters.run_layers;
  for (const Layer& layer : layers) {
    if (std::holds_alternative<Dropout>(layer)) continue;
    const bool last = &layer == &layers.back();
    Step step{&layer, 0, {}, {}, {}, {}};
    Layout layout = last ? Layout::kRows : Layout::kPanels;
    if (const Dense* spec = std::get_if<Dense>(&layer)) {
      step.index = dense++;
      cols = spec->units, layout = output_layout(spec->activation, last);
      step.activity = spec->activity;
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer)) {
      layout = output_layout(activation->activation, last);
      step.activity = activation->activity;
    } else if (const auto* regularization = std::get_if<ActivityRegularization>(&layer)) {
      step.activity = regularization->activity;
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
      cols = selection->columns.size();
    } else {
      step.memory = Buffer<T>(affine_size<T>(cols));
      step.affine = fixed_affine(layer, parameters.norms[norms++], step.memory.data());
    }
    step.output = Activations<T>(block, cols, layout);
    steps_.push_back(std::move(step));
  }
}

template <class T>
Activations<T>& Inference<T>::forward(std::size_t rows, RowPanels<const T> x, bool logits,
                                      const std::function<void()>& pause, double* activity) {
  const auto& k = kernels<T>();
  for (Step& step : steps_) {
    const RowPanels<T> out = step.output.view();
    const bool unfinished = logits && &step == &steps_.back();
    const std::size_t cols = step.output.cols;
    if (const Dense* dense = std::get_if<Dense>(step.layer)) {
      dense_forward<T>(k, parameters_.dense[step.index], dense->activation, unfinished, rows, x, out, nullptr, pause);
    } else if (const auto* selection = std::get_if<ColumnSelection>(step.layer)) {
      select_columns<T>(selection->columns, rows, x, out);
    } else {
      copy_rows<T>(rows, cols, x, out);  // x may be the caller's rows, without padding
      if (const auto* activation = std::get_if<ActivationLayer>(step.layer)) {
        if (!unfinished) activate<T>(k, activation->activation, rows, cols, out, nullptr);
      } else if (!std::holds_alternative<ActivityRegularization>(*step.layer)) {
        apply_affine<T>(k, step.affine, rows, cols, out, out);
      }
    }
    const PenaltyScalars<T> penalty{static_cast<T>(step.activity.l1), static_cast<T>(step.activity.l2)};
    for (std::size_t r = 0; activity && !step.activity.none() && r < rows; ++r)
      *activity += activity_value<T>(k, penalty, cols, out.from(r));
    x = out;
  }
  return steps_.back().output;
}

template <class T> int inference_threads(const Parameters<T>& parameters, std::size_t rows) {
  double multiplications = 0;
  for (const auto& d : parameters.dense) multiplications += static_cast<double>(d.kernel.rows * d.kernel.cols);
  multiplications *= static_cast<double>(rows);
  constexpr double kPerThread = 2e6;  // about 50 us on one core
  if (multiplications < 2 * kPerThread) return 1;
  return static_cast<int>(std::min(static_cast<double>(team_threads()), multiplications / kPerThread));
}

template <class T>
void Network<T>::predict(ConstMatrixView<T> x, MatrixView<T> out, const std::function<bool()>& poll) const {
  const auto snapshot = impl_->published();
  check_shapes(inputs(), outputs(), x, out);
  predict_blocks(x, inference_threads(*snapshot, x.rows), true, poll, [&] {
    return [&, inference = Inference<T>(*impl_, *snapshot, x.rows)](std::size_t first, ConstMatrixView<T> rows,
                                                                    const auto& pause) mutable {
      const Activations<T>& result = inference.forward(rows.rows, {rows.data, rows.stride, kPanel<T>}, false, pause);
      for (std::size_t r = 0; r < rows.rows; ++r) std::memcpy(out.row(first + r), result.row(r), out.cols * sizeof(T));
    };
  });
}

template class Inference<float>;
template class Inference<double>;
template int inference_threads(const Parameters<float>&, std::size_t);
template int inference_threads(const Parameters<double>&, std::size_t);
template void Network<float>::predict(ConstMatrixView<float>, MatrixView<float>, const std::function<bool()>&) const;
template void Network<double>::predict(ConstMatrixView<double>, MatrixView<double>, const std::function<bool()>&) const;

}  // namespace proxnet
