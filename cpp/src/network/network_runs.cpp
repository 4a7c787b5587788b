// One LayerRun per layer.
#include "network/network_runs.h"

#include "layers/activation_run.h"
#include "layers/column_selection.h"
#include "layers/dropout.h"
#include "layers/layer_check.h"
#include "layers/normalization.h"

namespace proxnet {

template <class T>
NetworkRuns<T>::NetworkRuns(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t batch,
                            const LossPlan<T>& loss, bool with_dropout) {
  runs.push_back(std::make_unique<InputRun<T>>(batch, network.inputs));
  const auto shared = parameters.run_layers;
  const std::vector<Layer>& layers = *shared;
  std::size_t dropouts = 0, norms = 0;
  const auto add_activity = [&](const Activity& activity) {
    if (!activity.none()) runs.back()->activity.emplace(activity, batch);
  };
  for (const Layer& layer : layers) {
    LayerRun<T>& previous = *runs.back();
    const bool last = &layer == &layers.back(), logits = last && loss.replaces_activation;
    if (const Dropout* dropout = std::get_if<Dropout>(&layer)) {
      if (with_dropout) runs.push_back(std::make_unique<DropoutRun<T>>(previous, *dropout, dropouts++, batch));
    } else if (const Dense* spec = std::get_if<Dense>(&layer)) {
      const Panels<T>& kernel = parameters.dense[dense.size()].kernel;
      auto run = std::make_unique<DenseRun<T>>(previous, *spec, dense.size(), kernel, batch, last, logits);
      dense.push_back(run.get());
      runs.push_back(std::move(run));
      add_activity(spec->activity);
    } else if (const auto* activation = std::get_if<ActivationLayer>(&layer)) {
      runs.push_back(std::make_unique<ActivationRun<T>>(previous, activation->activation, batch, last, logits));
      add_activity(activation->activity);
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
      runs.push_back(std::make_unique<ColumnSelectionRun<T>>(previous, *selection, batch));
    } else if (const auto* regularization = std::get_if<ActivityRegularization>(&layer)) {
      Activity sum = regularization->activity;
      if (previous.activity)
        sum.l1 += static_cast<double>(previous.activity->penalty.l1),
            sum.l2 += static_cast<double>(previous.activity->penalty.l2);
      add_activity(sum);
    } else if (const auto* norm = std::get_if<BatchNormalization>(&layer); norm && norm->trainable) {
      auto run = std::make_unique<BatchNormRun<T>>(previous, *norm, norms++, batch, last);
      batch_norms.push_back(run.get());
      runs.push_back(std::move(run));
    } else {
      runs.push_back(std::make_unique<NormalizationRun<T>>(previous, layer, norms++, batch, last));
    }
  }
  for (const auto& run : runs) stages.add(*run);
}

template <class T> double NetworkRuns<T>::activity(std::size_t batch_rows) const {
  double total = 0;
  for (const auto& run : runs)
    for (std::size_t r = 0; run->activity && r < batch_rows; ++r) total += run->activity->values[r];
  return total / static_cast<double>(batch_rows);
}

template struct NetworkRuns<float>;
template struct NetworkRuns<double>;

}  // namespace proxnet
