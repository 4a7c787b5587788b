// Calls the user's poll function every few milliseconds from inside long work. At most some 1e8 operations, a
// millisecond at 100 GFLOP/s, lie between two calls of a Poller.
#pragma once

#include <chrono>
#include <functional>

#include "proxnet/error.h"
#include "runtime/threads.h"

namespace proxnet {

class Poller {
 public:
  Poller(const std::function<bool()>& poll, const char* operation) : poll_(poll), operation_(operation) {}

  // Throws Interrupted if the poll function returns true. Reading the clock takes 20 ns: call at most every
  // microsecond.
  void operator()() {
    if (!poll_) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - last_ < poll_interval()) return;
    last_ = now;
    if (poll_()) throw Interrupted(sentence(operation_, " interrupted; the published weights are kept"));
  }

 private:
  const std::function<bool()>& poll_;
  const char* operation_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace proxnet
