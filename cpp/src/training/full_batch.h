// The objective's smooth part over all rows: mean loss, metrics and gradient. Blocks of rows are cut by shape alone and
// added in double, so that the bits are equal on any team.
#pragma once

#include <functional>
#include <vector>

#include "losses/batch_loss.h"
#include "network/network_runs.h"
#include "proxnet/evaluate.h"
#include "runtime/poller.h"

namespace proxnet {

template <class T> class FullBatch {
 public:
  // `parameters`: arrays of the shapes that run() will get. The data must have passed check_data().
  FullBatch(const NetworkImpl<T>& network, const Parameters<T>& parameters, const Data<T>& data,
            const std::function<bool()>& poll, const char* operation);

  // sum(weight * loss) / rows + activity penalties at `parameters`; their gradient too with `backward`.
  double run(const Parameters<T>& parameters, bool backward);
  // The gradient by one array after run(parameters, true), in the array's layout with its padding. Empty for arrays
  // that are not trainable.
  const std::vector<double>& gradient(std::size_t array) const { return gradients_[array]; }
  // The metrics of the last run, in the order of compile().
  std::vector<double> metrics() const { return results(metric_sums_); }

 private:
  struct Tile {
    std::size_t layer, in, out;
  };
  void run_block(Member& member, const Parameters<T>& parameters, std::size_t first, std::size_t last, bool backward,
                 Scratch<T>& scratch);
  // Rows [first + rows.first, first + rows.last) of the data into the first layer, and their loss after the last.
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
  const LossPlan<T> plan_;
  const std::size_t block_;  // rows per block
  NetworkRuns<T> layers_;
  Poller poller_;
  std::vector<Tile> tiles_;
  std::vector<std::vector<double>> gradients_;
  BatchLoss<T> loss_;
  std::vector<MetricSums> metric_sums_;
  double total_ = 0;
};

}  // namespace proxnet
