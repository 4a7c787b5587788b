// Work that pays for one more thread: fork and join of a team take 1 to 5 us, at most a tenth of it.
#pragma once

#include <cstddef>

namespace proxnet {

constexpr std::size_t kThreadNumbers = std::size_t{1} << 17;   // elements read in order and multiplied: 10 to 20 us
constexpr std::size_t kThreadEntries = std::size_t{1} << 15;   // elements read by index: 30 us
constexpr std::size_t kThreadProducts = std::size_t{1} << 20;  // products of cached columns: 20 to 40 us

}  // namespace proxnet
