// Matrices with many zeros in a file: a bitmap of the numbers whose bits are not all zero, and these numbers in order.
// -0.0 and NaN are such numbers, so every bit survives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proxnet {

// Bit i % 8 of bitmap[i / 8] tells whether number i is in `values`; bits behind the last number are 0.
template <class T> struct PackedArray {
  std::vector<std::uint8_t> bitmap;
  std::vector<T> values;
};

inline std::size_t bitmap_size(std::size_t count) { return count / 8 + (count % 8 != 0); }

// Bytes of the packed form.
template <class T> std::size_t packed_size(const T* numbers, std::size_t count);
template <class T> PackedArray<T> pack(const T* numbers, std::size_t count);

// Whether they are the bitmap and the values of some array with `count` numbers.
template <class T>
bool is_packed(std::string_view bitmap, const T* values, std::size_t value_count, std::size_t count);
template <class T> void unpack(std::string_view bitmap, const T* values, T* numbers, std::size_t count);

}  // namespace proxnet
