// Blocks of rows forward and back; their losses and gradients are added in order.
#include "training/full_batch.h"

#include <algorithm>
#include <optional>

#include "network/inference.h"
#include "runtime/poll_here.h"
#include "runtime/team.h"

namespace proxnet {

namespace {

constexpr std::size_t kBlockRows = 1024;

// Trainable batch normalization needs the statistics of all rows, so one block holds all of them.
template <class T> std::size_t block_rows(const Parameters<T>& parameters, std::size_t rows) {
  const bool has_batch_norm = std::any_of(parameters.layers->begin(), parameters.layers->end(), [](const Layer& layer) {
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    return norm && norm->trainable;
  });
  return has_batch_norm ? rows : std::min(rows, kBlockRows);
}

}  // namespace

template <class T>
FullBatch<T>::FullBatch(const NetworkImpl<T>& network, const Parameters<T>& parameters, const Data<T>& data,
                        const std::function<bool()>& poll, const char* operation)
    : net_(network),
      data_(data),
      rows_(data.x->rows()),
      plan_(network.plan_loss(parameters)),
      block_(block_rows(parameters, rows_)),
      layers_(network, parameters, block_, plan_, false),
      poller_(poll, operation),
      loss_(plan_, network.metrics, network.outputs(), block_) {
  for (std::size_t a = 0; a < parameters.specs->size(); ++a) {
    const ParameterSpec& spec = (*parameters.specs)[a];
    gradients_.emplace_back(spec.trained() ? parameters.array(a).size() : 0);
    if (spec.kind != WeightKind::kKernel || !spec.trained()) continue;
    const Panels<T>& kernel = parameters.dense[a / 2].kernel;
    for (std::size_t p = 0; p < kernel.count(); ++p)
      for (std::size_t q = 0; q * kPanel<T> < kernel.rows; ++q) tiles_.push_back({a / 2, q, p});
  }
}

template <class T> double FullBatch<T>::run(const Parameters<T>& parameters, bool backward) {
  total_ = 0;
  metric_sums_ = empty_sums(net_.metrics, net_.outputs());
  for (auto& gradient : gradients_)
    if (backward) std::fill(gradient.begin(), gradient.end(), 0.0);
  run_team(inference_threads(parameters, rows_), [&](Member& member) {
    std::optional<PollScope> polling;
    if (member.rank == 0) polling.emplace([&] { poller_(); });
    Scratch<T> scratch;
    for (const auto& run : layers_.runs) run->reserve(scratch);
    for (std::size_t first = 0; first < rows_; first += block_)
      run_block(member, parameters, first, std::min(first + block_, rows_), backward, scratch);
  });
  return total_ / static_cast<double>(rows_);
}

template <class T> void FullBatch<T>::pause(const Member& member) {
  if (member.rank == 0) poller_();
  member.checkpoint();
}

template <class T>
void FullBatch<T>::run_block(Member& member, const Parameters<T>& parameters, std::size_t first, std::size_t last,
                             bool backward, Scratch<T>& scratch) {
  const std::size_t rows = last - first;
  auto pausing = [&] { pause(member); };
  const StepContext<T> step{k_,       parameters,
                            0,        first,
                            &scratch, [](void* f) { (*static_cast<decltype(pausing)*>(f))(); },
                            &pausing, T(1) / static_cast<T>(rows_)};
  layers_.stages.run(
      member, {member.begin(rows), member.end(rows)}, rows, step, [&](RowRange block) { load_rows(first, block); },
      [&](RowRange block) { loss_rows(first, block); }, backward);
  member.barrier();
  if (member.rank == 0) add_rows(rows);
  if (backward) {
    alignas(64) T square[kPanel<T> * kPanel<T>];
    for (std::size_t t = member.begin(tiles_.size()); t < member.end(tiles_.size()); ++t) {
      add_tile(parameters, tiles_[t], rows, square);
      pausing();
    }
    if (member.rank == 0)
      for (const BatchNormRun<T>* norm : layers_.batch_norms) add_norm(*norm);
  }
  member.barrier();
}

template <class T> void FullBatch<T>::load_rows(std::size_t first, RowRange rows) {
  for (std::size_t row = rows.first; row < rows.last; ++row)
    loss_.set_weight(row, data_.sample_weight ? data_.sample_weight[first + row] : T(1), static_cast<T>(rows_));
  gather_range(*data_.x, first + rows.first, rows.count(), layers_.runs.front()->output.view(rows.first));
}

template <class T> void FullBatch<T>::loss_rows(std::size_t first, RowRange rows) {
  Activations<T>&out = layers_.runs.back()->output, &d = layers_.runs.back()->gradient;
  loss_.evaluate(k_, rows.first, out.matrix(rows.first, rows.count()),
                 {data_.y.row(first + rows.first), rows.count(), data_.y.cols, data_.y.stride}, d.row(rows.first),
                 d.step());
}

template <class T> void FullBatch<T>::add_rows(std::size_t rows) {
  total_ += loss_.loss(k_, rows, loss_.weight()) + layers_.activity(rows) * static_cast<double>(rows);
  loss_.add_metrics(k_, rows, loss_.weight(), metric_sums_);
}

template <class T>
void FullBatch<T>::add_tile(const Parameters<T>& parameters, const Tile& tile, std::size_t rows, T* square) {
  const Panels<T>& kernel = parameters.dense[tile.layer].kernel;
  const Activations<T>& gradient = layers_.dense[tile.layer]->gradient;
  weight_product<T>(k_, kernel, tile.in, tile.out, tile.out + 1, rows, layers_.dense[tile.layer]->input().view(),
                    gradient.view(), square);
  const std::size_t width = kernel.width(tile.out);
  const std::size_t count = std::min(kPanel<T>, kernel.rows - tile.in * kPanel<T>) * kPanel<T>;
  double* sums = gradients_[2 * tile.layer].data() + kernel.offset(tile.out, tile.in * kPanel<T>);
  for (std::size_t i = 0; i < count; ++i)
    if (i % kPanel<T> < width) sums[i] += static_cast<double>(square[i]);
  std::vector<double>& bias = gradients_[2 * tile.layer + 1];
  if (tile.in > 0 || bias.empty()) return;
  const RowPanels<const T> d = gradient.view();
  k_.column_sums(rows, width, d.at(tile.out, 0), static_cast<std::ptrdiff_t>(d.row_step), square);
  for (std::size_t j = 0; j < width; ++j) bias[tile.out * kPanel<T> + j] += static_cast<double>(square[j]);
}

template <class T> void FullBatch<T>::add_norm(const BatchNormRun<T>& norm) {
  const std::size_t gamma = 2 * (layers_.dense.size() + norm.index());
  const auto add = [](std::vector<double>& sums, const Buffer<T>& gradient) {
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += static_cast<double>(gradient[i]);
  };
  add(gradients_[gamma], norm.gamma_gradient()), add(gradients_[gamma + 1], norm.beta_gradient());
}

template class FullBatch<float>;
template class FullBatch<double>;

}  // namespace proxnet
