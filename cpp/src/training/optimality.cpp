// How far the weights are from a stationary point: the gradient over all rows against the penalties' subdifferentials.
#include "network/data_check.h"
#include "penalties/penalty_formula.h"
#include "training/full_batch.h"

namespace proxnet {

namespace {

// From panels of kPanel<T> columns; a bias is one row.
template <class T, class S>
std::vector<double> to_rows(const S* panels, std::size_t rows, std::size_t cols) {
  std::vector<double> out(rows * cols);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      out[i * cols + j] = static_cast<double>(panels[(j / kPanel<T> * rows + i) * kPanel<T> + j % kPanel<T>]);
  return out;
}

}  // namespace

template <class T>
std::vector<LayerOptimality> optimality(const Network<T>& network, const Data<T>& data, std::function<bool()> poll) {
  const NetworkImpl<T>& net = network.impl();
  const Using<T> run(net, Use::kRun, "[optimality]");
  check_data(net, data, "[optimality]");
  const auto snapshot = net.published();
  FullBatch<T> full(net, *snapshot, data, poll, "[optimality]");
  full.run(*snapshot, true);
  std::vector<LayerOptimality> layers;
  for (std::size_t i = 0; i < snapshot->layers->size(); ++i) {
    LayerOptimality layer{i};
    bool moves = false;
    for (std::size_t a = 0; a < snapshot->rules->size(); ++a) {
      const ArrayRule& rule = (*snapshot->rules)[a];
      if (rule.layer != i || !rule.moves()) continue;
      moves = true;
      const std::vector<double> w = to_rows<T>(snapshot->array(a).data(), rule.rows, rule.cols);
      std::vector<double> g = to_rows<T>(full.gradient(a).data(), rule.rows, rule.cols);
      const Penalty penalty = scaled(rule.penalty, net.strength(*snapshot, a));
      // What may not move is not counted.
      for (std::size_t j = 0; snapshot->ramps[a].refit && j < w.size(); ++j)
        if (w[j] == 0) g[j] = 0;
      double& place = rule.kind == WeightKind::kKernel  ? layer.kernel
                      : rule.kind == WeightKind::kBias  ? layer.bias
                      : rule.kind == WeightKind::kGamma ? layer.gamma
                                                        : layer.beta;
      place = subdiff_distance(penalty, w.data(), g.data(), {rule.rows, rule.cols});
    }
    if (moves) layers.push_back(layer);
  }
  return layers;
}

template std::vector<LayerOptimality> optimality(const Network<float>&, const Data<float>&, std::function<bool()>);
template std::vector<LayerOptimality> optimality(const Network<double>&, const Data<double>&, std::function<bool()>);

}  // namespace proxnet
