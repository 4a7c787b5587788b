// All rows of the data through a network in blocks, at weights of any kind: the mean loss, the metrics, and the
// gradient of every array that training moves. Blocks are cut by shape alone and added in double: equal bits on any
// team.
#pragma once

#include <functional>
#include <vector>

#include "losses/metric_rows.h"
#include "network/network_runs.h"
#include "proxnet/fit.h"
#include "runtime/poller.h"

namespace proxnet {

template <class T> class FullBatch {
 public:
  // Of a network whose weights have the shapes of `parameters`; the data must have passed check_data.
  FullBatch(const NetworkImpl<T>& network, const Parameters<T>& parameters, const Data<T>& data,
            const std::function<bool()>& poll, const char* operation);

  // sum(weight * loss) / rows + the activity penalties, at these weights; their gradient too where `backward`.
  double run(const Parameters<T>& parameters, bool backward);
  // Of the last run that went back: one number a weight, laid out as the array with its padding; empty where nothing
  // moves it.
  const std::vector<double>& gradient(std::size_t array) const { return gradients_[array]; }
  // Of the last run, in the order of compile().
  std::vector<double> metrics() const;

 private:
  struct Tile {
    std::size_t layer, in, out;
  };
  void run_block(Member& member, const Parameters<T>& parameters, std::size_t first, std::size_t last, bool backward,
                 Scratch<T>& scratch);
  void load_rows(std::size_t first, RowRange rows);
  void loss_rows(std::size_t first, RowRange rows);
  void add_rows(std::size_t rows);
  void add_tile(const Parameters<T>& parameters, const Tile& tile, std::size_t rows, T* square);
  void add_norm(const BatchNormRun<T>& norm);
  void pause(const Member& member);

  const NetworkImpl<T>& net_;
  const Data<T> data_;
  const std::size_t rows_;
  const KernelTable<T>& k_ = kernels<T>();
  const LossPlan<T> loss_;
  const std::size_t block_;  // rows to be added at once
  NetworkRuns<T> layers_;
  Poller poller_;
  std::vector<Tile> tiles_;
  std::vector<std::vector<double>> gradients_;
  std::vector<T> weight_, row_loss_, row_scale_;
  std::vector<MetricRows<T>> metric_rows_;
  std::vector<std::vector<T>> metric_values_;
  std::vector<MetricSums> metric_sums_;
  double total_ = 0;
};

}  // namespace proxnet
