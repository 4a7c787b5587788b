// Memory for large arrays.
#pragma once

#include <cstddef>

namespace proxnet {

// Zeroed, 64-byte aligned, on huge pages from a few megabytes on. Throws std::bad_alloc. release_array() takes the same
// size.
void* allocate_array(std::size_t bytes);
void release_array(void* array, std::size_t bytes) noexcept;
// memcpy on all threads.
void copy_array(void* to, const void* from, std::size_t bytes) noexcept;

}  // namespace proxnet
