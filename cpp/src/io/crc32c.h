// CRC-32C (Castagnoli): detects every burst of up to 32 wrong bits.
#pragma once

#include <cstddef>
#include <cstdint>

namespace proxnet {

// The checksum after `size` more bytes; `before`: the checksum of the bytes before them.
std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t before = 0);

}  // namespace proxnet
