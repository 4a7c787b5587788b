// A training that is told to stop while it runs.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "network_tools.h"

namespace tools {

using Clock = std::chrono::steady_clock;

inline double milliseconds(Clock::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

// Trains until told to stop 150 ms later; how long that took, in ms. The weights must be those of the last full epoch.
inline double stop_training(const proxnet::Optimizer& optimizer, std::uint64_t seed, std::size_t rows,
                            std::size_t inputs, std::size_t width, std::size_t batch) {
  const Problem<float> problem(random_table<float>(seed, rows, inputs, 1));
  proxnet::Network<float> network(inputs,
                                  {dense(width, proxnet::Activation::kTanh), dense(width, proxnet::Activation::kTanh),
                                   dense(1, proxnet::Activation::kLinear)},
                                  2);
  network.compile(optimizer, proxnet::Loss::kMeanSquaredError);
  std::atomic<bool> stop{false};
  proxnet::TrainOptions options;
  options.batch_size = batch;
  options.poll = [&] { return stop.load(); };
  proxnet::Trainer<float> trainer(network, problem.data, options);
  auto published = flat(network);
  Clock::time_point asked;
  std::thread other([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    asked = Clock::now();
    stop = true;
  });
  bool interrupted = false;
  try {
    for (std::size_t epoch = 0;; ++epoch) {
      trainer.run_epoch(epoch);
      published = flat(network);
    }
  } catch (const proxnet::Interrupted&) {
    interrupted = true;
  }
  const auto now = Clock::now();
  other.join();
  CHECK(interrupted);
  CHECK(reference::same(flat(network), published));
  return milliseconds(now - asked);
}

}  // namespace tools
