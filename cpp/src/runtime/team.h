// All multithreading: a team of threads in one parallel region, and parallel_for() on top of it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <type_traits>

namespace proxnet {

class Team;

// One thread of a team. Rank 0 is the calling thread.
class Member {
 public:
  Member(Team& team, int r, int n) : rank(r), size(n), team_(team) {}
  const int rank, size;

  // Waits for all members. Throws if any member has thrown.
  void barrier();
  // Throws if any member has thrown. Cheap, for long work between barriers.
  void checkpoint() const;
  // This member's part [begin, end) of `count` items: contiguous, of equal size up to one.
  std::size_t begin(std::size_t count) const {
    return count * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
  }
  std::size_t end(std::size_t count) const {
    return count * static_cast<std::size_t>(rank + 1) / static_cast<std::size_t>(size);
  }

 private:
  Team& team_;
};

// Runs body(context, member) on at most `threads` threads (member.size is the actual number). Rethrows the exception of
// the lowest rank.
void run_team(int threads, void (*body)(void*, Member&), void* context);

template <class F> void run_team(int threads, F&& f) {
  using Body = std::remove_reference_t<F>;
  run_team(
      threads, [](void* context, Member& member) { (*static_cast<Body*>(context))(member); },
      const_cast<void*>(static_cast<const void*>(&f)));
}

// f(first, last) on contiguous parts of [0, count), one per thread, of at least `grain`. Always starts all threads:
// libgomp destroys the threads that a smaller team leaves over, and would have to create them again.
template <class F> void parallel_for(int threads, std::size_t count, std::size_t grain, F&& f) {
  const std::size_t parts = grain ? count / grain : count;
  if (parts <= 1 || threads <= 1) return count ? f(std::size_t{0}, count) : void();
  run_team(threads, [&](Member& member) {
    const std::size_t working = std::min(parts, static_cast<std::size_t>(member.size));
    const auto rank = static_cast<std::size_t>(member.rank);
    const std::size_t first = std::min(rank, working) * count / working;
    const std::size_t last = std::min(rank + 1, working) * count / working;
    if (first < last) f(first, last);
  });
}

}  // namespace proxnet
