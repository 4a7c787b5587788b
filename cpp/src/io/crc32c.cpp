// Slicing by eight: eight bytes per step, from eight tables.
#include "io/crc32c.h"

#include <array>
#include <bit>
#include <cstring>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

constexpr std::uint32_t kPolynomial = 0x82F63B78;  // reversed bits

using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) sum = sum >> 1 ^ (sum & 1 ? kPolynomial : 0);
    tables[0][byte] = sum;
  }
  for (std::size_t t = 1; t < 8; ++t)
    for (std::size_t byte = 0; byte < 256; ++byte)
      tables[t][byte] = tables[t - 1][byte] >> 8 ^ tables[0][tables[t - 1][byte] & 255];
  return tables;
}

constexpr Tables kTables = make_tables();

}  // namespace

std::uint32_t crc32c(const void* data, std::size_t size, std::uint32_t before) {
  static_assert(std::endian::native == std::endian::little);
  const unsigned char* p = static_cast<const unsigned char*>(data);
  constexpr std::size_t kPiece = std::size_t{1} << 20;
  for (; size > kPiece; size -= kPiece, p += kPiece) before = crc32c(p, kPiece, before), poll_here();
  std::uint32_t sum = ~before;
  for (; size >= 8; size -= 8, p += 8) {
    std::uint64_t word;
    std::memcpy(&word, p, 8);
    word ^= sum;
    sum = 0;
    for (std::size_t byte = 0; byte < 8; ++byte) sum ^= kTables[7 - byte][word >> 8 * byte & 255];
  }
  for (; size; --size, ++p) sum = sum >> 8 ^ kTables[0][(sum ^ *p) & 255];
  return ~sum;
}

}  // namespace proxnet
