// How much work is worth one more thread: forking and joining a team takes 1 to 5 us, a tenth of it at most.
#pragma once

#include <cstddef>

namespace proxnet {

constexpr std::size_t kThreadNumbers = std::size_t{1} << 17;   // read in order and multiplied: 10 to 20 us
constexpr std::size_t kThreadEntries = std::size_t{1} << 15;   // read by index: 30 us
constexpr std::size_t kThreadProducts = std::size_t{1} << 20;  // of columns that stay in a core's cache: 20 to 40 us

}  // namespace proxnet
