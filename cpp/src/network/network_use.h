// clang-format off
// Who uses a network, and who must wait or is refused: the one rule of its threads.
//
//   what                              read by                           written by
//   published() with its layers and   everybody, at any time: predict,  publish(), as a whole
//   rules, published_optimizer()      evaluate, save
//   live weights, state, ramps,       who has a Writing                 the same; live equals published when it goes.
//   layers, rules, optimizer                                            The last three by take_settings(): as an epoch
//                                                                       begins, at a trainer's end, in compile(), and in
//                                                                       set_layers() while nobody trains
//   loss, metrics, penalty step       who has a Using                   compile(): it waits for short reads, is refused
//                                                                       while a run lasts, and holds up others
//   step_team                         who has Use::kTraining            the same: one trainer at a time
//   settings that wait, trainable     under fork_lock(network)          the same
//
// The marks are made under a fork_lock(). Those of a parent's threads do not count in a forked child: what such threads
// left half written is replaced by the published weights before anyone has a Writing again.
// clang-format on
#pragma once

#include <mutex>

#include "proxnet/error.h"
#include "runtime/fork_lock.h"

namespace proxnet {

// kRead and kBriefWriting are over soon and call nobody back; kRun and kWriting may take long.
enum class Use { kRead, kRun, kTraining, kWriting, kBriefWriting, kCompiling };

class NetworkUse {
 public:
  enum class Answer { kBegun, kBusy, kWait };

  // kBusy where it cannot begin before somebody's long work is over. `fork`: the number to hand to end().
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
  // Whether threads that exist no more may have left the live weights half written; asked and told by who has a
  // Writing.
  bool torn() const { return torn_; }
  void mend() { torn_ = false; }

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
