// What operator new has given since the program began, in all threads: allocations.cpp stands in for the library's.
#pragma once

#include <cstddef>

namespace allocations {

std::size_t count();
std::size_t live_bytes();
std::size_t peak_bytes();  // since start_peak()
void start_peak();

}  // namespace allocations
