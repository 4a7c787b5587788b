// operator new and delete on top of malloc, counted.
#include "allocations.h"

#include <malloc.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

constexpr std::size_t kNoLimit = ~std::size_t{0};
std::atomic<std::size_t> calls{0}, live{0}, peak{0}, limit{kNoLimit};

std::atomic<std::size_t> until_failure{kNoLimit};

void* counted(void* p) {
  if (until_failure.load(std::memory_order_relaxed) != kNoLimit && until_failure.fetch_sub(1) == 0) {
    std::free(p);
    throw std::bad_alloc();
  }
  if (p && live.load(std::memory_order_relaxed) + malloc_usable_size(p) > limit.load(std::memory_order_relaxed)) {
    std::free(p);
    p = nullptr;
  }
  if (!p) throw std::bad_alloc();
  calls.fetch_add(1, std::memory_order_relaxed);
  const std::size_t size = malloc_usable_size(p), now = live.fetch_add(size, std::memory_order_relaxed) + size;
  for (std::size_t top = peak.load(); now > top && !peak.compare_exchange_weak(top, now);) {
  }
  return p;
}

void release(void* p) noexcept {
  if (p) live.fetch_sub(malloc_usable_size(p), std::memory_order_relaxed);
  std::free(p);
}

}  // namespace

namespace allocations {

std::size_t count() { return calls; }
std::size_t live_bytes() { return live; }
std::size_t peak_bytes() { return peak; }
void start_peak() { peak = live.load(); }
Limit::Limit(std::size_t live_bytes) { limit = live_bytes; }
Limit::~Limit() { limit = kNoLimit; }
Failure::Failure(std::size_t index) { until_failure = index; }
Failure::~Failure() { until_failure = kNoLimit; }
bool Failure::happened() const { return until_failure > kNoLimit / 2; }

}  // namespace allocations

void* operator new(std::size_t size) { return counted(std::malloc(size ? size : 1)); }
void* operator new(std::size_t size, std::align_val_t align) {
  const std::size_t a = static_cast<std::size_t>(align);
  return counted(std::aligned_alloc(a, (size + a) / a * a));
}
// As the standard library's own, which AddressSanitizer replaces by one that does not come here.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  try {
    return ::operator new(size);
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete(void* p, std::align_val_t) noexcept { release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { release(p); }
