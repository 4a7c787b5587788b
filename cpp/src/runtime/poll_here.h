// The poll of an operation for code far below it, such as checksums and copies: a chance to ask it every megabyte or
// so.
#pragma once

#include <functional>

namespace proxnet {

// Asks the poll of this thread's innermost PollScope, which may throw; nothing outside one.
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
