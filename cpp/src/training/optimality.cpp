// The full-batch gradient against the subdifferentials of the penalties.
#include "proxnet/optimality.h"

#include "network/data_check.h"
#include "penalties/penalty_formula.h"
#include "training/full_batch.h"

namespace proxnet {

namespace {

// An array in panels as a row-major matrix (rows, cols).
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
  const UseGuard<T> run(net, Use::kRun, "[optimality]");
  check_data(net, data, "[optimality]");
  const auto snapshot = net.published();
  FullBatch<T> full(net, *snapshot, data, poll, "[optimality]");
  full.run(*snapshot, true);
  std::vector<LayerOptimality> layers;
  for (std::size_t i = 0; i < snapshot->layers->size(); ++i) {
    LayerOptimality layer{i};
    bool trained = false;
    for (std::size_t a = 0; a < snapshot->specs->size(); ++a) {
      const ParameterSpec& spec = (*snapshot->specs)[a];
      if (spec.layer != i || !spec.trained()) continue;
      trained = true;
      const std::vector<double> w = to_rows<T>(snapshot->array(a).data(), spec.rows, spec.cols);
      std::vector<double> g = to_rows<T>(full.gradient(a).data(), spec.rows, spec.cols);
      const Penalty penalty = scaled(spec.penalty, net.strength(*snapshot, a));
      // Zeros of a refit are fixed.
      for (std::size_t j = 0; snapshot->ramps[a].refit && j < w.size(); ++j)
        if (w[j] == 0) g[j] = 0;
      double& distance = spec.kind == WeightKind::kKernel  ? layer.kernel
                         : spec.kind == WeightKind::kBias  ? layer.bias
                         : spec.kind == WeightKind::kGamma ? layer.gamma
                                                           : layer.beta;
      distance = subdiff_distance(penalty, w.data(), g.data(), {spec.rows, spec.cols});
    }
    if (trained) layers.push_back(layer);
  }
  return layers;
}

template std::vector<LayerOptimality> optimality(const Network<float>&, const Data<float>&, std::function<bool()>);
template std::vector<LayerOptimality> optimality(const Network<double>&, const Data<double>&, std::function<bool()>);

}  // namespace proxnet
