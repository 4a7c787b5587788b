// Huge pages: page-table walks are slow under virtualisation, and prefetchers stop at the end of a page.
#include "runtime/memory.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/team.h"
#include "runtime/threads.h"

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace proxnet {

namespace {

constexpr std::size_t kLine = 64, kHugePage = std::size_t{1} << 21;

// Huge pages from two of them on, so that little of the last one is wasted.
std::align_val_t alignment(std::size_t bytes) { return std::align_val_t{bytes >= 2 * kHugePage ? kHugePage : kLine}; }

// From this size on calloc() maps fresh pages, which the system zeroes at first touch: inside work that can be
// interrupted. Writing zeros here would take a second per gigabyte under virtualisation.
bool untouched(std::size_t bytes) { return bytes >= (std::size_t{1} << 26); }

// The pointer from calloc() is stored before the array.
void* allocate_untouched(std::size_t bytes) {
  void* given = bytes < SIZE_MAX / 2 ? std::calloc(bytes + kHugePage + sizeof(void*), 1) : nullptr;
  if (!given) throw std::bad_alloc();
  const auto after = reinterpret_cast<std::uintptr_t>(given) + sizeof(void*);
  void* array = static_cast<char*>(given) + sizeof(void*) + (kHugePage - after % kHugePage) % kHugePage;
  static_cast<void**>(array)[-1] = given;
  return array;
}

}  // namespace

void* allocate_array(std::size_t bytes) {
  void* array = untouched(bytes) ? allocate_untouched(bytes) : ::operator new(bytes, alignment(bytes));
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  if (alignment(bytes) == std::align_val_t{kHugePage}) madvise(array, bytes, MADV_HUGEPAGE);  // a hint
#endif
  if (!untouched(bytes)) std::memset(array, 0, bytes);
  return array;
}

void release_array(void* array, std::size_t bytes) noexcept {
  if (untouched(bytes))
    std::free(static_cast<void**>(array)[-1]);
  else
    ::operator delete(array, alignment(bytes));
}

void copy_array(void* to, const void* from, std::size_t bytes) noexcept {
  const auto copy = [&](std::size_t first, std::size_t last) {
    std::memcpy(static_cast<char*>(to) + first, static_cast<const char*>(from) + first, last - first);
  };
  try {
    parallel_for(team_threads(), bytes, kHugePage, copy);
  } catch (...) {  // no threads available
    copy(0, bytes);
  }
}

}  // namespace proxnet
