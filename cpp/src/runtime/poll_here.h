// Polls from code far below an operation, such as checksums and copies, about once per megabyte.
#pragma once

#include <functional>

namespace proxnet {

// Calls the poll of this thread's innermost PollScope, which may throw. Does nothing without one.
void poll_here();

class PollScope {
 public:
  explicit PollScope(std::function<void()> poll);
  ~PollScope();
  PollScope(const PollScope&) = delete;
  PollScope& operator=(const PollScope&) = delete;

 private:
  friend void poll_here();
  const std::function<void()> poll_;
  const PollScope* const outer_;
};

}  // namespace proxnet
