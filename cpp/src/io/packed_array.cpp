// Packing and unpacking number by number.
#include "io/packed_array.h"

#include <bit>
#include <type_traits>

namespace proxnet {

namespace {

template <class T> bool has_bits(T number) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  return std::bit_cast<Bits>(number) != 0;
}

bool bit_of(std::string_view bitmap, std::size_t i) { return static_cast<unsigned char>(bitmap[i / 8]) >> i % 8 & 1; }

}  // namespace

template <class T> std::size_t packed_size(const T* numbers, std::size_t count) {
  std::size_t values = 0;
  for (std::size_t i = 0; i < count; ++i) values += has_bits(numbers[i]);
  return bitmap_size(count) + values * sizeof(T);
}

template <class T> PackedArray<T> pack(const T* numbers, std::size_t count) {
  PackedArray<T> packed{std::vector<std::uint8_t>(bitmap_size(count)), {}};
  for (std::size_t i = 0; i < count; ++i) {
    if (!has_bits(numbers[i])) continue;
    packed.bitmap[i / 8] = static_cast<std::uint8_t>(packed.bitmap[i / 8] | 1u << i % 8);
    packed.values.push_back(numbers[i]);
  }
  return packed;
}

template <class T>
bool is_packed(std::string_view bitmap, const T* values, std::size_t value_count, std::size_t count) {
  if (bitmap.size() != bitmap_size(count)) return false;
  std::size_t bits = 0;
  for (const char byte : bitmap) bits += static_cast<std::size_t>(std::popcount(static_cast<unsigned char>(byte)));
  if (bits != value_count) return false;
  for (std::size_t i = count; i < 8 * bitmap.size(); ++i)
    if (bit_of(bitmap, i)) return false;
  for (std::size_t i = 0; i < value_count; ++i)
    if (!has_bits(values[i])) return false;
  return true;
}

template <class T> void unpack(std::string_view bitmap, const T* values, T* numbers, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) numbers[i] = bit_of(bitmap, i) ? *values++ : T(0);
}

#define PROXNET_INSTANTIATE(T)                                                   \
  template std::size_t packed_size(const T*, std::size_t);                       \
  template PackedArray<T> pack(const T*, std::size_t);                           \
  template bool is_packed(std::string_view, const T*, std::size_t, std::size_t); \
  template void unpack(std::string_view, const T*, T*, std::size_t);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
