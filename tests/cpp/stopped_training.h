// Interrupts by count: every possible poll is made, and epochs are stopped at some of them.
#pragma once

#include <doctest/doctest.h>

#include "network_tools.h"

namespace tools {

// Every possible poll is made during its lifetime.
struct EveryPoll {
  EveryPoll() { proxnet::set_poll_interval(0); }
  ~EveryPoll() { proxnet::set_poll_interval(0.01); }
};

// Mean number of operations between two polls: 5 ms of a core of 100 GFLOP/s.
constexpr double kMostBetweenPolls = 5e8;

// Counts the polls of an epoch on two threads, then stops epochs at the first, middle and later of them. Each must end
// there, with the weights of the last full epoch.
inline void stop_training(const proxnet::Optimizer& optimizer, std::uint64_t seed, std::size_t rows, std::size_t inputs,
                          std::size_t width, std::size_t batch) {
  const Threads two(2);
  const EveryPoll every;
  const Problem<float> problem(random_table<float>(seed, rows, inputs, 1));
  proxnet::Network<float> network(inputs,
                                  {dense(width, proxnet::Activation::kTanh), dense(width, proxnet::Activation::kTanh),
                                   dense(1, proxnet::Activation::kLinear)},
                                  2);
  network.compile(optimizer, proxnet::Loss::kMeanSquaredError);
  std::size_t polls = 0, stop = 0;
  proxnet::TrainOptions options;
  options.batch_size = batch;
  options.poll = [&] { return ++polls == stop; };
  proxnet::Trainer<float> trainer(network, problem.data, options);
  trainer.run_epoch(0);
  const std::size_t asked = polls;
  const double forward = 2.0 * static_cast<double>(rows * width * (inputs + width + 1));
  MESSAGE(asked, " polls in ", 3 * forward, " operations");
  CHECK(3 * forward / 2 / static_cast<double>(asked) <= kMostBetweenPolls);  // each thread does half
  const auto published = flat(network);
  for (const std::size_t at : {std::size_t{1}, asked / 4, asked / 2}) {
    polls = 0, stop = std::max<std::size_t>(at, 1);
    CHECK_THROWS_AS(trainer.run_epoch(1), proxnet::Interrupted);
    CHECK(polls == stop);
    CHECK(reference::same(flat(network), published));
  }
  stop = 0;
  trainer.run_epoch(1);
  CHECK(!reference::same(flat(network), published));
}

}  // namespace tools
