// On how many threads a small piece of work, done over and over, goes fastest: found by trying, now and then anew, as a
// neighbour may take a core or leave it. The results of the work must not depend on it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace proxnet {

class TeamSize {
 public:
  // Tries `most`, its half, its quarter ... 1; or `most` alone where the work is too large to gain from fewer.
  TeamSize(int most, bool large) {
    for (int threads = most; threads >= 1; threads = large ? 0 : threads / 2) choices_.push_back({threads});
  }

  int threads() const { return choices_[now_].threads; }
  // How many steps to do before record(): some 2 ms of them, fewer while nothing is known.
  std::size_t steps() const {
    const double known = choices_[now_].seconds;
    return known > 0 ? static_cast<std::size_t>(std::clamp(2e-3 / known, 4.0, 1e5)) : 8;
  }

  // The same work begins again, and its first steps pay for threads and memory again.
  void resume() { warm_ = false; }

  // The time a step took since the last call.
  void record(double seconds) {
    if (!warm_) {  // the first steps pay for threads and memory that the later ones find in place
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
    if (now_ != home_) {  // something has changed: look again soon
      home_ = now_;
      wait_ = kShortestWait;
    }
    // A second look at the others comes the later, the further they were behind the last time.
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
    double seconds = 0;  // a step's, 0 for not tried yet
  };
  static constexpr std::size_t kShortestWait = 32, kLongestWait = 512, kNone = static_cast<std::size_t>(-1);
  std::vector<Choice> choices_;
  std::size_t now_ = 0, home_ = 0, next_ = 0, trial_ = kNone;  // places in choices_
  std::size_t since_trial_ = 0, wait_ = kShortestWait;
  bool warm_ = false;
};

}  // namespace proxnet
