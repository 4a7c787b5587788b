// Allocations by operator new since the start of the program, in all threads. allocations.cpp replaces the library's.
#pragma once

#include <cstddef>

namespace allocations {

std::size_t count();
std::size_t live_bytes();
std::size_t peak_bytes();  // since start_peak()
void start_peak();

// During its lifetime operator new throws std::bad_alloc beyond a number of live bytes.
class Limit {
 public:
  explicit Limit(std::size_t live_bytes);
  ~Limit();
  Limit(const Limit&) = delete;
};

// During its lifetime allocation number `index` from now on, in any thread, throws std::bad_alloc.
class Failure {
 public:
  explicit Failure(std::size_t index);
  ~Failure();
  Failure(const Failure&) = delete;
  bool happened() const;
};

}  // namespace allocations
