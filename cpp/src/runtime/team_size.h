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

  // The time a step took since the last call.
  void record(double seconds) {
    Choice& tried = choices_[now_];
    tried.seconds = tried.seconds > 0 ? (tried.seconds + seconds) / 2 : seconds;
    const auto unknown = std::find_if(choices_.begin(), choices_.end(), [](const Choice& c) { return c.seconds == 0; });
    if (unknown != choices_.end()) {
      now_ = static_cast<std::size_t>(unknown - choices_.begin());
      return;
    }
    const auto best = std::min_element(choices_.begin(), choices_.end(),
                                       [](const Choice& a, const Choice& b) { return a.seconds < b.seconds; });
    // A second look at the others comes the later, the further they were behind the last time.
    if (now_ == trial_ && seconds > 1.2 * best->seconds) wait_ = std::min(2 * wait_, kLongestWait);
    now_ = static_cast<std::size_t>(best - choices_.begin());
    trial_ = choices_.size();
    if (++since_trial_ < wait_ || choices_.size() == 1) return;
    since_trial_ = 0;
    next_ = (next_ + 1) % choices_.size();
    trial_ = now_ = next_;
  }

 private:
  struct Choice {
    int threads;
    double seconds = 0;  // a step's, 0 for not tried yet
  };
  static constexpr std::size_t kLongestWait = 512;
  std::vector<Choice> choices_;
  std::size_t now_ = 0, next_ = 0, trial_ = static_cast<std::size_t>(-1);
  std::size_t since_trial_ = 0, wait_ = 32;
};

}  // namespace proxnet
