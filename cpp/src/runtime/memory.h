// Memory for large arrays of numbers.
#pragma once

#include <cstddef>

namespace proxnet {

// Zeroed, aligned to cache lines; from a few megabytes up on huge pages where the system gives them. Throws
// std::bad_alloc. To be given back by release_array with the same size.
void* allocate_array(std::size_t bytes);
void release_array(void* array, std::size_t bytes) noexcept;
// Shared by threads where it is long.
void copy_array(void* to, const void* from, std::size_t bytes) noexcept;

}  // namespace proxnet
