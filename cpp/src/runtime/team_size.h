// The fastest number of threads for a small repeated task, by measurement. Other numbers are tried again now and then,
// as the load of the machine changes. Results of the task must not depend on it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace proxnet {

class TeamSize {
 public:
  // Tries `max_threads`, `max_threads` / 2, ..., 1; or `max_threads` alone if the task is large.
  TeamSize(int max_threads, bool large) {
    for (int threads = max_threads; threads >= 1; threads = large ? 0 : threads / 2) choices_.push_back({threads});
  }

  int threads() const { return choices_[now_].threads; }
  // The steps to do before record(): about 2 ms of them, 8 while their time is unknown.
  std::size_t steps() const {
    const double known = choices_[now_].seconds;
    return known > 0 ? static_cast<std::size_t>(std::clamp(2e-3 / known, 4.0, 1e5)) : 8;
  }

  // The task begins again: its first steps pay for threads and memory and are not recorded.
  void resume() { warm_ = false; }

  // The mean time of a step since the last call.
  void record(double seconds) {
    if (!warm_) {  // ignores the first steps, which start threads and touch memory
      warm_ = true;
      return;
    }
    Choice& tried = choices_[now_];
    const bool trial = now_ == trial_;
    tried.seconds = trial || tried.seconds == 0 ? seconds : (tried.seconds + seconds) / 2;
    const auto unknown = std::find_if(choices_.begin(), choices_.end(), [](const Choice& c) { return c.seconds == 0; });
    if (unknown != choices_.end()) {
      now_ = static_cast<std::size_t>(unknown - choices_.begin());
      return;
    }
    const auto best = std::min_element(choices_.begin(), choices_.end(),
                                       [](const Choice& a, const Choice& b) { return a.seconds < b.seconds; });
    now_ = static_cast<std::size_t>(best - choices_.begin());
    if (now_ != best_) {  // the best has changed: try again soon
      best_ = now_;
      wait_ = kShortestWait;
    }
    // A choice that was much slower is tried again later.
    if (trial && seconds > 1.2 * best->seconds) wait_ = std::min(2 * wait_, kLongestWait);
    trial_ = kNone;
    if (++since_trial_ < wait_ || choices_.size() == 1) return;
    since_trial_ = 0;
    next_ = (next_ + 1) % choices_.size();
    if (next_ == now_) next_ = (next_ + 1) % choices_.size();
    trial_ = now_ = next_;
  }

 private:
  struct Choice {
    int threads;
    double seconds = 0;  // per step; 0: not tried
  };
  static constexpr std::size_t kShortestWait = 32, kLongestWait = 512, kNone = static_cast<std::size_t>(-1);
  std::vector<Choice> choices_;
  std::size_t now_ = 0, best_ = 0, next_ = 0, trial_ = kNone;  // indices in choices_
  std::size_t since_trial_ = 0, wait_ = kShortestWait;
  bool warm_ = false;
};

}  // namespace proxnet
