// clang-format off
// Who may read and write a network, and which threads wait or are refused.
//
//   data                              read by                           written by
//   published() with its layers and   any thread at any time: predict,  publish(), by one pointer swap
//   specs, published_optimizer()      evaluate, save
//   live weights, state, ramps,       holders of a WriteGuard           holders of a WriteGuard; live equals published
//   layers, specs, optimizer                                            when it is released. apply_settings() writes the
//                                                                       last three: at the start of an epoch, at the end
//                                                                       of a trainer, in compile(), and in set_layers()
//                                                                       while no trainer exists
//   loss, metrics, penalty step       holders of a UseGuard             compile(): it waits for short reads, is refused
//                                                                       during a run, and blocks new uses
//   step_team                         holder of Use::kTraining          the same: one trainer at a time
//   pending settings, trainable       under fork_lock(network)          under fork_lock(network)
//
// The counters below change under a fork_lock(). In a forked child the uses by threads of the parent are forgotten, and
// live weights that they were writing are replaced by the published ones before the next WriteGuard.
// clang-format on
#pragma once

#include <mutex>

#include "proxnet/error.h"
#include "runtime/fork_lock.h"

namespace proxnet {

// kRead and kBriefWriting are short and call no user code; kRun and kWriting may take long.
enum class Use { kRead, kRun, kTraining, kWriting, kBriefWriting, kCompiling };

class NetworkUse {
 public:
  enum class Answer { kBegun, kBusy, kWait };

  // kWait: another use ends soon; kBusy: another use may take long. `fork` goes to end().
  Answer begin(Use use, unsigned& fork) {
    const std::lock_guard lock(fork_lock(this));
    forget_parent();
    fork = fork_;
    switch (use) {
      case Use::kWriting:
      case Use::kBriefWriting:
        if (writing_) return brief_ ? Answer::kWait : Answer::kBusy;
        writing_ = true, brief_ = use == Use::kBriefWriting;
        return Answer::kBegun;
      case Use::kCompiling:
        if (runs_ > 0 || training_) return Answer::kBusy;
        if (compiling_) return Answer::kWait;
        compiling_ = true;
        return Answer::kBegun;
      default:
        if (compiling_) return Answer::kWait;
        if (use == Use::kTraining && training_) return Answer::kBusy;
        if (use == Use::kTraining) training_ = true;
        if (use == Use::kRun) ++runs_;
        if (use == Use::kRead) ++reads_;
        return Answer::kBegun;
    }
  }
  void end(Use use, unsigned fork) {
    const std::lock_guard lock(fork_lock(this));
    if (fork != fork_ || fork != fork_count()) return;
    if (use == Use::kWriting || use == Use::kBriefWriting) writing_ = false;
    if (use == Use::kCompiling) compiling_ = false;
    if (use == Use::kTraining) training_ = false;
    if (use == Use::kRun) --runs_;
    if (use == Use::kRead) --reads_;
  }
  bool training() {
    const std::lock_guard lock(fork_lock(this));
    forget_parent();
    return training_;
  }
  bool read() {
    const std::lock_guard lock(fork_lock(this));
    return reads_ > 0;
  }
  // Whether a thread of the parent process may have left the live weights half written. Under a WriteGuard.
  bool torn() const { return torn_; }
  void repair() { torn_ = false; }

 private:
  void forget_parent() {
    if (fork_ == fork_count()) return;
    fork_ = fork_count(), runs_ = reads_ = 0, training_ = writing_ = brief_ = compiling_ = false, torn_ = true;
  }

  unsigned fork_ = fork_count();
  int runs_ = 0, reads_ = 0;
  bool training_ = false, writing_ = false, brief_ = false, compiling_ = false, torn_ = false;
};

}  // namespace proxnet
