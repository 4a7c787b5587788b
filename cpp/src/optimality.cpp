// How far the weights are from a stationary point: the gradient over all rows, in blocks summed in double, against the
// penalties' subdifferentials.
#include <algorithm>

#include "data_check.h"
#include "network_runs.h"
#include "poller.h"
#include "proxnet/fit.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

namespace {

// Cut by shape alone: sums over blocks have the same bits on any team.
constexpr std::size_t kBlockRows = 1024;

// From panels of kPanel<T> columns; a bias is one row.
template <class T, class S>
std::vector<double> to_rows(const S* panels, std::size_t rows, std::size_t cols) {
  std::vector<double> out(rows * cols);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < cols; ++j)
      out[i * cols + j] = static_cast<double>(panels[(j / kPanel<T> * rows + i) * kPanel<T> + j % kPanel<T>]);
  return out;
}

template <class T> class FullGradient {
 public:
  FullGradient(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t rows)
      : net_(network),
        parameters_(parameters),
        loss_(net_.plan()),
        layers_(network, parameters, std::min(rows, kBlockRows), loss_, false),
        block_(layers_.stages.many() ? rows : std::min(rows, kBlockRows)) {
    if (block_ > kBlockRows) layers_ = NetworkRuns<T>(network, parameters, block_, loss_, false);
    for (std::size_t a = 0; a < net_.rules.size(); ++a) {
      const ArrayRule& rule = net_.rules[a];
      sums_.emplace_back(rule.moves() ? parameters.array(a).size() : 0);
      if (rule.kind != WeightKind::kKernel || !rule.moves()) continue;
      const Panels<T>& kernel = parameters.dense[a / 2].kernel;
      for (std::size_t p = 0; p < kernel.count(); ++p)
        for (std::size_t q = 0; q * kPanel<T> < kernel.rows; ++q) tiles_.push_back({a / 2, q, p});
    }
    row_loss_.resize(block_), row_scale_.resize(block_);
  }

  // Rows to be added at once.
  std::size_t block() const { return block_; }
  // Adds rows first .. last of the data; every thread of a team calls it.
  template <class Pause>
  void add(Member& member, const Data<T>& data, std::size_t first, std::size_t last, Pause& pause) {
    const auto& k = kernels<T>();
    Scratch<T> scratch;
    for (const auto& run : layers_.runs) run->reserve(scratch);
    StepContext<T> step{k,        parameters_,
                        0,        first,
                        &scratch, [](void* f) { (*static_cast<Pause*>(f))(); },
                        &pause,   T(1) / static_cast<T>(data.x->rows())};
    layers_.stages.run(
        member, {member.begin(last - first), member.end(last - first)}, last - first, step,
        [&](RowRange rows) { load_rows(data, first, rows); }, [&](RowRange rows) { loss_rows(k, data, first, rows); });
    member.barrier();
    alignas(64) T square[kPanel<T> * kPanel<T>];
    for (std::size_t t = member.begin(tiles_.size()); t < member.end(tiles_.size()); ++t) {
      add_tile(k, tiles_[t], last - first, square);
      pause();
    }
    if (member.rank == 0) {
      for (const BatchNormRun<T>* norm : layers_.batch_norms) add_norm(*norm);
    }
    member.barrier();
  }

  // Of one array, row-major.
  std::vector<double> of(std::size_t array) const {
    return to_rows<T>(sums_[array].data(), net_.rules[array].rows, net_.rules[array].cols);
  }

 private:
  struct Tile {
    std::size_t layer, in, out;
  };
  void load_rows(const Data<T>& data, std::size_t first, RowRange rows) {
    std::vector<std::size_t> index(rows.count());
    for (std::size_t r = 0; r < rows.count(); ++r) {
      index[r] = first + rows.first + r;
      row_scale_[rows.first + r] =
          (data.sample_weight ? data.sample_weight[index[r]] : T(1)) / static_cast<T>(data.x->rows());
    }
    data.x->gather(index.data(), rows.count(), layers_.runs.front()->output.view(rows.first));
  }
  void loss_rows(const KernelTable<T>& k, const Data<T>& data, std::size_t first, RowRange rows) {
    Activations<T>&out = layers_.runs.back()->output, &d = layers_.runs.back()->gradient;
    LossRows<T> l = {};
    l.rows = rows.count(), l.cols = out.cols, l.h = out.row(rows.first), l.h_row = out.step();
    l.y = data.y.row(first + rows.first), l.y_row = static_cast<std::ptrdiff_t>(data.y.stride);
    l.row_scale = row_scale_.data() + rows.first, l.d = d.row(rows.first), l.d_row = d.step();
    l.row_loss = row_loss_.data() + rows.first;
    l.scalars = loss_.scalars;
    k.loss[static_cast<int>(loss_.kernel)](l);
  }
  void add_tile(const KernelTable<T>& k, const Tile& tile, std::size_t rows, T* square) {
    const Panels<T>& kernel = parameters_.dense[tile.layer].kernel;
    const Activations<T>& gradient = layers_.dense[tile.layer]->gradient;
    weight_product<T>(k, kernel, tile.in, tile.out, rows, layers_.dense[tile.layer]->input().view(), gradient.view(),
                      square);
    const std::size_t count = std::min(kPanel<T>, kernel.rows - tile.in * kPanel<T>) * kPanel<T>;
    double* sums = sums_[2 * tile.layer].data() + kernel.offset(tile.out, tile.in * kPanel<T>);
    for (std::size_t i = 0; i < count; ++i) sums[i] += static_cast<double>(square[i]);
    if (tile.in > 0) return;
    std::fill(square, square + kPanel<T>, T(0));
    const RowPanels<const T> d = gradient.view();
    k.column_sums(rows, kernel.width(tile.out), d.at(tile.out, 0), static_cast<std::ptrdiff_t>(d.row_step), square);
    std::vector<double>& bias = sums_[2 * tile.layer + 1];
    for (std::size_t j = 0; !bias.empty() && j < kPanel<T>; ++j)
      bias[tile.out * kPanel<T> + j] += static_cast<double>(square[j]);
  }

  void add_norm(const BatchNormRun<T>& norm) {
    const std::size_t gamma = 2 * (layers_.dense.size() + norm.index());
    const auto add = [](std::vector<double>& sums, const Buffer<T>& gradient) {
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(gradient[i]);
    };
    add(sums_[gamma], norm.gamma_gradient()), add(sums_[gamma + 1], norm.beta_gradient());
  }

  const NetworkImpl<T>& net_;
  const Parameters<T>& parameters_;
  const LossPlan<T> loss_;
  NetworkRuns<T> layers_;
  const std::size_t block_;
  std::vector<Tile> tiles_;
  std::vector<std::vector<double>> sums_;
  std::vector<T> row_loss_, row_scale_;
};

}  // namespace

template <class T>
std::vector<LayerOptimality> optimality(const Network<T>& network, const Data<T>& data, std::function<bool()> poll) {
  const NetworkImpl<T>& net = network.impl();
  check_data(net, data, "[optimality]");
  const auto snapshot = net.published();
  const std::size_t n = data.x->rows();
  FullGradient<T> full(net, *snapshot, n);
  run_team(team_threads(), [&](Member& member) {
    Poller poller(poll, "[optimality]");
    auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    for (std::size_t first = 0; first < n; first += full.block())
      full.add(member, data, first, std::min(first + full.block(), n), pause);
  });
  std::vector<LayerOptimality> layers;
  for (std::size_t i = 0; i < net.layers.size(); ++i) {
    LayerOptimality layer{i};
    bool moves = false;
    for (std::size_t a = 0; a < net.rules.size(); ++a) {
      const ArrayRule& rule = net.rules[a];
      if (rule.layer != i || !rule.moves()) continue;
      moves = true;
      const std::vector<double> w = to_rows<T>(snapshot->array(a).data(), rule.rows, rule.cols);
      std::vector<double> g = full.of(a);
      Penalty penalty = rule.penalty;
      const double strength = net.strength(*snapshot, a);
      penalty.l1 *= strength, penalty.l2 *= strength, penalty.strength *= strength;
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
