// What operator new has given since the program began, in all threads: allocations.cpp stands in for the library's.
#pragma once

#include <cstddef>

namespace allocations {

std::size_t count();
std::size_t live_bytes();
std::size_t peak_bytes();  // since start_peak()
void start_peak();

// While one lives, no more than so many bytes can be live: operator new throws std::bad_alloc.
class Limit {
 public:
  explicit Limit(std::size_t live_bytes);
  ~Limit();
  Limit(const Limit&) = delete;
};

// While one lives, allocation number `index` from now on, in whatever thread, throws std::bad_alloc.
class Failure {
 public:
  explicit Failure(std::size_t index);
  ~Failure();
  Failure(const Failure&) = delete;
  bool happened() const;
};

}  // namespace allocations
