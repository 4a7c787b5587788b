// How far the weights are from a stationary point: the gradient over all rows, in blocks summed in double, against the
// penalties' subdifferentials.
#include <algorithm>

#include "data_check.h"
#include "dense.h"
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
      : net_(network), parameters_(parameters), block_(std::min(rows, kBlockRows)) {
    const std::size_t depth = parameters.dense.size();
    loss_ = net_.plan();
    runs_.push_back(std::make_unique<InputRun<T>>(block_, net_.inputs));
    for (std::size_t d = 0; d < depth; ++d) {
      const Panels<T>& kernel = parameters.dense[d].kernel;
      auto run = std::make_unique<DenseRun<T>>(*runs_.back(), net_.dense_layer(d), d, kernel, block_, d + 1 == depth,
                                               d + 1 == depth && loss_.replaces_activation);
      dense_.push_back(run.get());
      runs_.push_back(std::move(run));
      sums_.emplace_back(kernel.values.size());
      sums_.emplace_back(parameters.dense[d].bias.size());
      for (std::size_t p = 0; p < kernel.count(); ++p)
        for (std::size_t q = 0; q * kPanel<T> < kernel.rows; ++q) tiles_.push_back({d, q, p});
    }
    row_loss_.resize(block_), row_scale_.resize(block_);
  }

  // Adds rows first .. last of the data; every thread of a team calls it.
  template <class Pause>
  void add(Member& member, const Data<T>& data, std::size_t first, std::size_t last, Pause& pause) {
    const auto& k = kernels<T>();
    Scratch<T> scratch;
    for (const auto& run : runs_) run->reserve(scratch);
    StepContext<T> step{k, parameters_, 0, first, &scratch, [](void* f) { (*static_cast<Pause*>(f))(); }, &pause};
    run_rows(k, data, first, {member.begin(last - first), member.end(last - first)}, step);
    member.barrier();
    alignas(64) T square[kPanel<T> * kPanel<T>];
    for (std::size_t t = member.begin(tiles_.size()); t < member.end(tiles_.size()); ++t) {
      add_tile(k, tiles_[t], last - first, square);
      pause();
    }
    member.barrier();
  }

  // Of one array (kernel, bias, kernel, ...), row-major.
  std::vector<double> of(std::size_t array) const {
    const Panels<T>& kernel = parameters_.dense[array / 2].kernel;
    return to_rows<T>(sums_[array].data(), array % 2 ? 1 : kernel.rows, kernel.cols);
  }

 private:
  struct Tile {
    std::size_t layer, in, out;
  };
  void run_rows(const KernelTable<T>& k, const Data<T>& data, std::size_t first, RowRange rows,
                const StepContext<T>& step) {
    if (rows.count() == 0) return;
    std::vector<std::size_t> index(rows.count());
    for (std::size_t r = 0; r < rows.count(); ++r) {
      index[r] = first + rows.first + r;
      row_scale_[rows.first + r] =
          (data.sample_weight ? data.sample_weight[index[r]] : T(1)) / static_cast<T>(data.x->rows());
    }
    data.x->gather(index.data(), rows.count(), runs_.front()->output.view(rows.first));
    for (auto& run : runs_) run->forward(rows, step);
    Activations<T>&out = dense_.back()->output, &d = dense_.back()->gradient;
    LossRows<T> l = {};
    l.rows = rows.count(), l.cols = out.cols, l.h = out.row(rows.first), l.h_row = out.step();
    l.y = data.y.row(first + rows.first), l.y_row = static_cast<std::ptrdiff_t>(data.y.stride);
    l.row_scale = row_scale_.data() + rows.first, l.d = d.row(rows.first), l.d_row = d.step();
    l.row_loss = row_loss_.data() + rows.first;
    l.scalars = loss_.scalars;
    k.loss[static_cast<int>(loss_.kernel)](l);
    for (auto run = runs_.rbegin(); run != runs_.rend(); ++run) (*run)->backward(rows, step);
  }
  void add_tile(const KernelTable<T>& k, const Tile& tile, std::size_t rows, T* square) {
    const Panels<T>& kernel = parameters_.dense[tile.layer].kernel;
    const Activations<T>& gradient = dense_[tile.layer]->gradient;
    weight_product<T>(k, kernel, tile.in, tile.out, rows, dense_[tile.layer]->input().view(), gradient.view(), square);
    const std::size_t count = std::min(kPanel<T>, kernel.rows - tile.in * kPanel<T>) * kPanel<T>;
    double* sums = sums_[2 * tile.layer].data() + kernel.offset(tile.out, tile.in * kPanel<T>);
    for (std::size_t i = 0; i < count; ++i) sums[i] += static_cast<double>(square[i]);
    if (tile.in > 0) return;
    std::fill(square, square + kPanel<T>, T(0));
    const RowPanels<const T> d = gradient.view();
    k.column_sums(rows, kernel.width(tile.out), d.at(tile.out, 0), static_cast<std::ptrdiff_t>(d.row_step), square);
    double* bias = sums_[2 * tile.layer + 1].data() + tile.out * kPanel<T>;
    for (std::size_t j = 0; j < kPanel<T>; ++j) bias[j] += static_cast<double>(square[j]);
  }

  const NetworkImpl<T>& net_;
  const Parameters<T>& parameters_;
  const std::size_t block_;
  LossPlan<T> loss_;
  std::vector<std::unique_ptr<LayerRun<T>>> runs_;
  std::vector<DenseRun<T>*> dense_;
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
    for (std::size_t first = 0; first < n; first += kBlockRows)
      full.add(member, data, first, std::min(first + kBlockRows, n), pause);
  });
  std::vector<LayerOptimality> layers(snapshot->dense.size());
  for (std::size_t d = 0; d < layers.size(); ++d) {
    const Dense& layer = net.dense_layer(d);
    for (int bias = 0; bias <= (layer.use_bias ? 1 : 0); ++bias) {
      const Panels<T>& kernel = snapshot->dense[d].kernel;
      const std::vector<double> w = bias ? to_rows<T>(snapshot->dense[d].bias.data(), 1, kernel.cols)
                                         : to_rows<T>(kernel.values.data(), kernel.rows, kernel.cols);
      std::vector<double> g = full.of(2 * d + static_cast<std::size_t>(bias));
      Penalty penalty = bias ? layer.bias_penalty : layer.kernel_penalty;
      const double strength = net.strength(*snapshot, 2 * d + static_cast<std::size_t>(bias));
      penalty.l1 *= strength, penalty.l2 *= strength, penalty.strength *= strength;
      // What may not move is not counted.
      if (!bias && layer.kernel_target != SparsityTarget::kNone && snapshot->ramps[2 * d].refit)
        for (std::size_t i = 0; i < w.size(); ++i)
          if (w[i] == 0) g[i] = 0;
      (bias ? layers[d].bias : layers[d].kernel) =
          subdiff_distance(penalty, w.data(), g.data(), {bias ? 1 : kernel.rows, kernel.cols});
    }
  }
  return layers;
}

template std::vector<LayerOptimality> optimality(const Network<float>&, const Data<float>&, std::function<bool()>);
template std::vector<LayerOptimality> optimality(const Network<double>&, const Data<double>&, std::function<bool()>);

}  // namespace proxnet
