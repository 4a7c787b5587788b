// Epochs of training in one parallel region each. A step has two halves with a barrier after each: every thread takes
// its rows of the batch forward and back; then its tiles of weights from gradient to new weight. Batch normalization
// puts more barriers into the first half (stages.h).
#include <algorithm>

#include "network/data_check.h"
#include "runtime/poll_here.h"
#include "runtime/threads.h"
#include "training/trainer_impl.h"

namespace proxnet {

template <class T>
Trainer<T>::Impl::Impl(NetworkImpl<T>& network, const Data<T>& d, std::size_t size, const TrainOptions& o)
    : net(network), training(std::in_place, network, Use::kTraining, "[fit]"), data(d), options(o), batch_size(size) {
  try {
    check(options.batch_size >= 1, "[fit] batch_size must be at least 1, got ", options.batch_size);
    if (!net.compiled) throw InvalidState("[fit] the network must be compiled first");
    if (data.x) check_data(net, data, "[fit]", false, options.some_weight);
    const Writing<T> reading(net, "[fit]", true, Use::kBriefWriting);
    make_room();
    if (data.x) order.resize(data.x->rows());
  } catch (...) {
    close_training(net, training, writing);
    throw;
  }
}

template <class T> void Trainer<T>::Impl::make_room() {
  scratch.clear();
  begun = false;
  build_layers();
  const bool labels = loss_targets(net.loss) == Targets::kClassNumbers;
  y = Activations<T>(batch_size, labels ? 1 : net.outputs(), Layout::kRows);
  weight.resize(batch_size);
  row_scale.resize(batch_size);
  row_loss.resize(batch_size);
  metric_rows.clear(), metric_values.clear();
  for (const MetricSpec& spec : net.metrics) {
    metric_rows.emplace_back(spec.metric, net.outputs());
    metric_values.emplace_back(batch_size * metric_rows.back().width());
  }
}

template <class T> void Trainer<T>::Impl::build_layers() {
  loss = net.plan(net.live());
  layers = std::make_unique<NetworkRuns<T>>(net, net.live(), batch_size, loss);
  update = std::make_unique<WeightUpdate<T>>(net, layers->dense, layers->batch_norms, batch_size);
  // A step of fewer multiplications is over within a millisecond: it asks for interrupts at its end only.
  std::size_t weights = 0;
  for (const auto& p : net.live().dense) weights += p.kernel.rows * p.kernel.cols;
  const double multiplications = static_cast<double>(weights) * static_cast<double>(batch_size);
  long_step = multiplications > 4e6;
  // A step of milliseconds gains from every thread: 784-1024-1024-10 took 13.8 ms on one, 6.3 on two.
  large_step = multiplications > 1e8;
}

template <class T>
void Trainer<T>::Impl::load_rows(RowRange rows, std::size_t batch_rows, const StepContext<T>& step) {
  const std::size_t* index = order.data() + (step.first_position - rows_before);
  Activations<T>& x = layers->runs.front()->output;
  data.x->gather(index + rows.first, rows.count(), x.view(rows.first));
  if (unread && !x.finite(k, rows.first, rows.count())) throw NotFinite("[fit] x must be finite");
  for (std::size_t r = rows.first; r < rows.last; ++r) {
    k.spread_row(y.cols, data.y.row(index[r]), y.row(r), kPanel<T>);
    weight[r] = data.sample_weight ? data.sample_weight[index[r]] : T(1);
    row_scale[r] = weight[r] / static_cast<T>(batch_rows);
  }
}

template <class T> void Trainer<T>::Impl::loss_rows(RowRange rows) {
  Activations<T>&out = layers->runs.back()->output, &d = layers->runs.back()->gradient;
  LossRows<T> l = {};
  l.rows = rows.count(), l.cols = out.cols, l.h = out.row(rows.first), l.h_row = out.step();
  l.y = y.row(rows.first), l.y_row = y.step(), l.row_scale = row_scale.data() + rows.first;
  l.d = d.row(rows.first), l.d_row = d.step(), l.row_loss = row_loss.data() + rows.first;
  l.scalars = loss.scalars;
  k.loss[static_cast<int>(loss.kernel)](l);
  for (std::size_t m = 0; m < metric_values.size(); ++m)
    metric_rows[m](k, {l.h, l.rows, l.cols, out.row_step()}, {l.y, l.rows, y.cols, y.row_step()},
                   metric_values[m].data() + rows.first * metric_rows[m].width());
}

template <class T> double Trainer<T>::Impl::sum_rows(std::size_t batch_rows) {
  running->rows += static_cast<double>(batch_rows), running->weight += k.sum(batch_rows, weight.data());
  for (std::size_t m = 0; m < metric_values.size(); ++m)
    running->metrics[m].add(k, batch_rows, metric_values[m].data(), metric_rows[m].width(), weight.data());
  return k.dot(batch_rows, row_loss.data(), row_scale.data()) + layers->activity(batch_rows);
}

template <class T>
void Trainer<T>::Impl::run_member(Member& member, std::size_t begin, std::size_t& end) {
  const std::size_t last = end;
  const std::size_t n = order.size();
  const bool leader = member.rank == 0;
  std::optional<PollScope> polling;
  if (leader) polling.emplace([&] { poller(); });
  // A tile of few rows takes a microsecond, reading the clock 2 % of that.
  const std::size_t tiles_a_poll = std::clamp<std::size_t>(2048 / batch_size, 1, 8);
  std::size_t pauses = 0;
  auto pause = [&] {
    member.checkpoint();
    if (leader && long_step && ++pauses % tiles_a_poll == 0) poller();
  };
  const std::uint64_t dropout_key = Random(options.seed, kDropoutStream, epoch).key();
  for (std::size_t b = begin; b < last; ++b) {
    const std::size_t first = b * batch_size, batch_rows = std::min(batch_size, n - first);
    if (hooked) {
      if (leader && options.hooks.begin) call_hook([&] { options.hooks.begin(b); });
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
    const double share =  // of the epoch
        epoch_batches ? static_cast<double>(batches_before + b) / static_cast<double>(epoch_batches) : 0;
    if (leader) {
      scalars = next_step<T>(net.optimizer, net.live().progress);
      update->begin(net.live(), share, k);
    }
    member.barrier();
    double batch_loss = leader ? sum_rows(batch_rows) : 0;
    UpcomingRows<T> upcoming;
    if (const std::size_t next = first + batch_size; next < n) {
      const std::size_t next_rows = std::min(batch_size, n - next), own = next + member.begin(next_rows);
      upcoming = {*data.x, order.data() + own, next + member.end(next_rows) - own};
    }
    update->run(member, batch_rows, scalars, net.live(), k, upcoming, pause);
    for (const BatchNormRun<T>* norm : layers->batch_norms)
      norm->move_statistics(member, net.live().norms[norm->index()]);
    member.barrier();
    if (leader) {
      batch_loss += update->penalty(k);
      if (!std::isfinite(batch_loss))
        throw Diverged(sentence("[fit] the loss must stay finite, it became ", batch_loss, " in epoch ", epoch + 1,
                                ", batch ", batches_before + b + 1,
                                "; the last published weights are kept; a lower learning_rate may help"));
      running->loss += batch_loss * static_cast<double>(batch_rows);
      poller();
      if (options.progress && std::chrono::steady_clock::now() - reported > std::chrono::milliseconds(100)) {
        reported = std::chrono::steady_clock::now();
        options.progress(b + 1, running->report());
      }
      if (hooked && options.hooks.end) {
        check_finite();
        net.publish();
        call_hook([&] { options.hooks.end(b, running->report()); });
      }
    }
    if (hooked) member.barrier();
    if (update->revived()) {  // no member sets it before the next barrier
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
  else if (!begun)
    team->size.resume();
  begun = true;
  TeamSize& team_size = team->size;
  const std::size_t batches = (order.size() + batch_size - 1) / batch_size;
  for (std::size_t begin = 0, end; begin < batches; begin = end) {
    end = large_step || hooked ? batches : std::min(batches, begin + team_size.steps());
    const auto start = std::chrono::steady_clock::now();
    if (!hooked && update->can_skip()) {  // a hook may set weights
      for (auto& run : layers->runs) run->plan(k, net.live());
      planned = true;
      update->clear_revived();
    }
    try {
      run_team(team_size.threads(), [&](Member& member) { run_member(member, begin, end); });
    } catch (const NotFinite&) {
      data.x->check_finite("[fit]", "x");  // says where
      throw;
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    if (!hooked) team_size.record(taken.count() / static_cast<double>(end - begin));
  }
}

template struct Trainer<float>::Impl;
template struct Trainer<double>::Impl;

}  // namespace proxnet
