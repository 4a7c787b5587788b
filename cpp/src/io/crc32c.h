// CRC-32C (Castagnoli): finds every error of up to 32 neighbouring bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proxnet {

// Of `size` bytes that follow those whose sum is `before`.
std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t before = 0);

}  // namespace proxnet
