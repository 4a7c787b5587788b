// The only way to more than one thread: a Team inside one parallel region, and parallel_for on top of it.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <type_traits>

namespace proxnet {

class Team;

// One thread of a team. rank 0 is the thread that called.
class Member {
 public:
  Member(Team& team, int r, int n) : rank(r), size(n), team_(team) {}
  const int rank, size;

  // Waits for all. Leaves by an exception if any member has thrown.
  void barrier();
  // Cheap: leaves by an exception if any member has thrown. For long work between barriers.
  void checkpoint() const;
  // This member's share of `count` things, contiguous and as even as can be.
  std::size_t begin(std::size_t count) const {
    return count * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size);
  }
  std::size_t end(std::size_t count) const {
    return count * static_cast<std::size_t>(rank + 1) / static_cast<std::size_t>(size);
  }

 private:
  Team& team_;
};

// Runs body(context, member) on up to `threads` threads (the team that really started is member.size) and rethrows the
// first exception thrown by the member of the lowest rank.
void run_team(int threads, void (*body)(void*, Member&), void* context);

template <class F> void run_team(int threads, F&& f) {
  using Body = std::remove_reference_t<F>;
  run_team(
      threads, [](void* context, Member& member) { (*static_cast<Body*>(context))(member); },
      const_cast<void*>(static_cast<const void*>(&f)));
}

// f(first, last) on contiguous parts of [0, count) of at least `grain`, one a thread. The team is the whole one even
// where only some have work: libgomp lets the threads go that a smaller team leaves over, and has to make them anew.
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
