// A step has two halves, each followed by a barrier. First each thread takes its rows of the batch forward and back;
// batch normalization adds barriers there (stages.h). Then each thread takes its tiles of weights from gradient to new
// weight. Many steps run in one parallel region.
#include "training/trainer_impl.h"

#include <algorithm>
#include <numeric>

#include "network/data_check.h"
#include "runtime/poll_here.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T>
Trainer<T>::Impl::Impl(NetworkImpl<T>& network, const Data<T>& d, std::size_t size, const TrainOptions& o)
    : net(network), training(std::in_place, network, Use::kTraining, "[fit]"), data(d), options(o), batch_size(size) {
  try {
    check(options.batch_size >= 1, "[fit] batch_size must be at least 1, got ", options.batch_size);
    if (!net.compiled) throw InvalidState("[fit] the network must be compiled first");
    if (data.x) check_data(net, data, "[fit]", false, options.some_weight);
    const WriteGuard<T> reading(net, "[fit]", true, Use::kBriefWriting);
    allocate();
    if (data.x) order.resize(data.x->rows());
  } catch (...) {
    close_training(net, training, writing);
    throw;
  }
}

template <class T> void Trainer<T>::Impl::allocate() {
  scratch.clear();
  warm = false;
  build_layers();
  const bool labels = loss_targets(net.loss) == Targets::kClassNumbers;
  y = Activations<T>(batch_size, labels ? 1 : net.outputs(), Layout::kRows);
}

template <class T> void Trainer<T>::Impl::build_layers() {
  const LossPlan<T> plan = net.plan_loss(net.live());
  loss = BatchLoss<T>(plan, net.metrics, net.outputs(), batch_size);
  layers = std::make_unique<NetworkRuns<T>>(net, net.live(), batch_size, plan);
  update = std::make_unique<WeightUpdate<T>>(net, layers->dense, layers->batch_norms, batch_size);
  std::size_t weights = 0;
  for (const auto& p : net.live().dense) weights += p.kernel.rows * p.kernel.cols;
  const double multiplications = static_cast<double>(weights) * static_cast<double>(batch_size);
  long_step = multiplications > 4e6;   // more than a millisecond: polls inside the step, not only after it
  large_step = multiplications > 1e8;  // milliseconds: always on all threads (784-1024-1024-10: 13.8 ms on 1, 6.3 on 2)
}

template <class T>
void Trainer<T>::Impl::load_rows(RowRange rows, std::size_t batch_rows, const StepContext<T>& step) {
  const std::size_t* index = order.data() + (step.first_position - rows_before);
  Activations<T>& x = layers->runs.front()->output;
  data.x->gather(index + rows.first, rows.count(), x.view(rows.first));
  if (unchecked_x && !x.finite(k, rows.first, rows.count())) throw NotFinite("[fit] x must be finite");
  for (std::size_t r = rows.first; r < rows.last; ++r) {
    k.spread_row(y.cols, data.y.row(index[r]), y.row(r), kPanel<T>);
    loss.set_weight(r, data.sample_weight ? data.sample_weight[index[r]] : T(1), static_cast<T>(batch_rows));
  }
}

template <class T> void Trainer<T>::Impl::loss_rows(RowRange rows) {
  Activations<T>&out = layers->runs.back()->output, &d = layers->runs.back()->gradient;
  loss.evaluate(k, rows.first, out.matrix(rows.first, rows.count()), y.matrix(rows.first, rows.count()),
                d.row(rows.first), d.step());
}

template <class T> double Trainer<T>::Impl::sum_rows(std::size_t batch_rows) {
  running->rows += static_cast<double>(batch_rows), running->weight += k.sum(batch_rows, loss.weight());
  loss.add_metrics(k, batch_rows, loss.weight(), running->metrics);
  return loss.loss(k, batch_rows, loss.row_scale()) + layers->activity(batch_rows);
}

template <class T>
void Trainer<T>::Impl::run_member(Member& member, std::size_t begin, std::size_t& end) {
  const std::size_t last = end;
  const std::size_t n = order.size();
  const bool leader = member.rank == 0;
  std::optional<PollScope> polling;
  if (leader) polling.emplace([&] { poller(); });
  // Reading the clock takes 20 ns, a tile of few rows a microsecond: not after every tile.
  const std::size_t tiles_per_poll = std::clamp<std::size_t>(2048 / batch_size, 1, 8);
  std::size_t pauses = 0;
  auto pause = [&] {
    member.checkpoint();
    if (leader && long_step && ++pauses % tiles_per_poll == 0) poller();
  };
  const std::uint64_t dropout_key = Random(options.seed, kDropoutStream, epoch).key();
  for (std::size_t b = begin; b < last; ++b) {
    const std::size_t first = b * batch_size, batch_rows = std::min(batch_size, n - first);
    if (hooked) {
      if (leader && options.hooks.begin) call_hook(net, writing, [&] { options.hooks.begin(b); });
      member.barrier();
    }
    StepContext<T> step{k,
                        net.live(),
                        dropout_key,
                        rows_before + first,
                        &scratch[static_cast<std::size_t>(member.rank)],
                        [](void* f) { (*static_cast<decltype(pause)*>(f))(); },
                        &pause,
                        T(1) / static_cast<T>(batch_rows),
                        epoch};
    const RowRange rows{member.begin(batch_rows), member.end(batch_rows)};
    layers->stages.run(
        member, rows, batch_rows, step, [&](RowRange block) { load_rows(block, batch_rows, step); },
        [&](RowRange block) { loss_rows(block); });
    const double epoch_fraction =
        epoch_batches ? static_cast<double>(batches_before + b) / static_cast<double>(epoch_batches) : 0;
    if (leader) {
      scalars = next_step<T>(net.optimizer, net.live().progress);
      update->begin(net.live(), epoch_fraction, k);
    }
    member.barrier();
    double batch_loss = leader ? sum_rows(batch_rows) : 0;
    RowPrefetch<T> next_rows;
    if (const std::size_t next = first + batch_size; next < n) {
      const std::size_t count = std::min(batch_size, n - next), own = next + member.begin(count);
      next_rows = {*data.x, order.data() + own, next + member.end(count) - own};
    }
    update->run(member, batch_rows, scalars, net.live(), k, next_rows, pause);
    for (const BatchNormRun<T>* norm : layers->batch_norms)
      norm->move_statistics(member, net.live().norms[norm->index()]);
    member.barrier();
    if (leader) {
      batch_loss += update->penalty(k);
      if (!std::isfinite(batch_loss))
        throw Diverged(
            sentence("[fit] the loss must stay finite, it became ", batch_loss, " in epoch ", epoch + 1, ", batch ",
                     batches_before + b + 1, "; the last published weights are kept; a lower learning_rate may help"),
            batches_before + b);
      running->loss += batch_loss * static_cast<double>(batch_rows);
      poller();
      if (options.progress && std::chrono::steady_clock::now() - reported > std::chrono::milliseconds(100)) {
        reported = std::chrono::steady_clock::now();
        options.progress(b + 1, running->report());
      }
      if (hooked && options.hooks.end) {
        check_finite();
        net.publish();
        call_hook(net, writing, [&] { options.hooks.end(b, running->report()); });
      }
    }
    if (hooked) member.barrier();
    if (update->revived()) {  // no thread sets it before the next barrier
      if (leader) end = b + 1;
      return;
    }
  }
}

template <class T> void Trainer<T>::Impl::run_steps() {
  const int threads = static_cast<int>(std::min(static_cast<std::size_t>(team_threads()), batch_size));
  while (scratch.size() < static_cast<std::size_t>(threads)) {
    scratch.emplace_back();
    for (const auto& run : layers->runs) run->reserve(scratch.back());
  }
  update->reserve(threads);
  auto& team = net.step_team;
  if (!team || team->batch_size != batch_size || team->most_threads != threads)
    team = typename NetworkImpl<T>::StepTeam{batch_size, threads, TeamSize(threads, large_step)};
  else if (!warm)
    team->size.resume();
  warm = true;
  TeamSize& team_size = team->size;
  const std::size_t batches = (order.size() + batch_size - 1) / batch_size;
  for (std::size_t begin = 0, end; begin < batches; begin = end) {
    end = large_step || hooked ? batches : std::min(batches, begin + team_size.steps());
    const auto start = std::chrono::steady_clock::now();
    if (!hooked && update->can_prune()) {  // a hook may change weights
      for (auto& run : layers->runs) run->prune(k, net.live());
      pruned = true;
      update->clear_revived();
    }
    try {
      run_team(team_size.threads(), [&](Member& member) { run_member(member, begin, end); });
    } catch (const NotFinite&) {
      data.x->check_finite("[fit]", "x");  // names the element
      throw;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (!hooked) team_size.record(taken.count() / static_cast<double>(end - begin));
  }
}

template <class T> void Trainer<T>::Impl::check_finite() const {
  if (!net.live().all_finite())
    throw Diverged(sentence("[fit] weights and optimizer state must stay finite, they did not in epoch ", epoch + 1,
                            "; the last published weights are kept; a lower learning_rate may help"));
}

template <class T> void Trainer<T>::Impl::abandon() {
  if (!writing) writing.emplace(net, "[fit]", true);
  net.restore(epoch_start ? epoch_start : net.published());
  epoch_start.reset();
  writing.reset();
  running.reset();
}

template <class T> void Trainer<T>::Impl::begin_epoch(std::size_t number, std::size_t batches) {
  if (running) throw InvalidState("[fit] an epoch must end before the next begins");
  epoch = number, rows_before = 0, batches_before = 0, epoch_batches = batches;
  {
    const WriteGuard<T> taking(net, "[fit]", true, Use::kBriefWriting);
    if (net.apply_settings()) allocate(), pruned = false;
  }
  running.emplace().metrics = empty_sums(net.metrics, net.outputs());
}

template <class T> Report Trainer<T>::Impl::end_epoch() {
  if (!running) throw InvalidState("[fit] no epoch has begun");
  check(running->rows > 0, "[fit] an epoch must have a batch at least, got none");
  const Report report = running->report();
  try {
    check(running->weight > 0 || !options.some_weight, "[fit] sample_weight must have a weight above zero, all ",
          running->rows, " of the epoch are 0");
    if (!writing) writing.emplace(net, "[fit]", true);
    check_finite();
    const PollScope polling([&] { poller(); });
    net.publish();
  } catch (...) {
    abandon();
    throw;
  }
  epoch_start.reset(), running.reset(), writing.reset();
  return report;
}

template <class T> Report Trainer<T>::Impl::run_epoch(std::size_t number, bool call_hooks) {
  if (!data.x) throw InvalidState("[fit] a trainer without data runs batches");
  begin_epoch(number, (order.size() + batch_size - 1) / batch_size);
  writing.emplace(net, "[fit]", true);
  hooked = call_hooks && (options.hooks.begin || options.hooks.end);
  if (hooked) epoch_start = net.published();
  if (hooked && pruned) build_layers(), pruned = false;  // a hook may change weights
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (options.shuffle) Random(options.seed, kShuffleStream, epoch).shuffle(order.data(), order.size());
  try {
    run_steps();
    unchecked_x = false;
  } catch (...) {
    abandon();
    throw;
  }
  return end_epoch();
}

template <class T> Report Trainer<T>::Impl::run_batch(const Data<T>& batch, bool publish) {
  if (!running) throw InvalidState("[fit] no epoch has begun");
  try {
    check_data(net, batch, "[fit]", false, false);
    if (!writing) writing.emplace(net, "[fit]", true);
    data = batch, unchecked_x = true;
    order.resize(data.x->rows());
    std::iota(order.begin(), order.end(), std::size_t{0});
    if (order.size() > batch_size) {
      batch_size = order.size();
      allocate();
    }
    run_steps();
    if (publish) {
      check_finite();
      if (!epoch_start) epoch_start = net.published();
      const PollScope polling([&] { poller(); });
      net.publish();
      writing.reset();
    }
  } catch (...) {
    abandon();
    throw;
  }
  rows_before += order.size(), ++batches_before;
  return running->report();
}

template struct Trainer<float>::Impl;
template struct Trainer<double>::Impl;

}  // namespace proxnet
