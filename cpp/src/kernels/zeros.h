// Finding zeros in weights, and packing and unpacking active columns.
#pragma once

#include "kernel_table.h"
#include "transpose.h"
#include "vec.h"

namespace {

// Lane i of the result is lane move.lane[i] of v, or +0.0 if that is negative.
template <class T> PROXNET_INLINE Vec<T> permuted(Vec<T> v, const proxnet::LaneMove<T>& move) {
  IntVec<T> lane;
  __builtin_memcpy(&lane, move.lane, sizeof lane);
  return lane < IntVec<T>{} ? Vec<T>{} : lookup<T>(v, lane);
}

template <class T>
void pick_columns(std::size_t rows, const proxnet::GemmStep* steps, std::size_t count,
                  const proxnet::LaneMove<T>* moves, const T* src, std::ptrdiff_t src_panel, T* dst) {
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t m = 0; m < count; ++m)
      store(dst + steps[r].b + moves[m].to,
            permuted<T>(load(src + moves[m].panel * src_panel + steps[r].b + moves[m].from), moves[m]));
}

template <class T>
void spread_columns(std::size_t rows, const int* source, const T* src, std::ptrdiff_t src_row,
                    const proxnet::LaneMove<T>* moves, T* dst) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  for (std::size_t r = 0; r < rows; ++r, dst += proxnet::kPanel<T>)
    for (int v = 0; v < kVecs; ++v)
      store(dst + v * kLanes<T>,
            source[r] < 0 ? Vec<T>{} : permuted<T>(load(src + source[r] * src_row + moves[v].from), moves[v]));
}

// The bitwise or of the vectors of a row of weights.
template <class T> PROXNET_INLINE IntVec<T> row_bits(const T* w) {
  IntVec<T> bits = {};
  for (std::size_t i = 0; i < proxnet::kPanel<T>; i += kLanes<T>) bits |= (IntVec<T>)load(w + i);
  return bits;
}

// As a transposition, with a bitwise or of the two vectors that each round interleaves.
template <class T>
void rows_in_use(std::size_t rows, const T* w, typename proxnet::LaneMove<T>::Lane* in_use) {
  constexpr std::size_t kN = kLanes<T>;
  for (std::size_t first = 0; first < rows; first += kN) {
    IntVec<T> bits[kN];
#pragma GCC unroll 16
    for (std::size_t i = 0; i < kN; ++i)
      bits[i] = first + i < rows ? row_bits<T>(w + (first + i) * proxnet::kPanel<T>) : IntVec<T>{};
#pragma GCC unroll 4
    for (std::size_t half = kN / 2; half > 0; half /= 2)
#pragma GCC unroll 8
      for (std::size_t i = 0; i < half; ++i) {
        IntVec<T> low, high;
        interleave(bits[i], bits[i + half], low, high);
        bits[i] = low | high;
      }
    const std::size_t count = rows - first < kN ? rows - first : kN;
    __builtin_memcpy(in_use + first, &bits[0], count * sizeof in_use[0]);
  }
}

template <class T>
bool any_in_columns(std::size_t rows, const T* w, const typename proxnet::LaneMove<T>::Lane* columns) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  IntVec<T> bits[kVecs] = {}, any = {};
  for (std::size_t r = 0; r < rows; ++r)
    for (int v = 0; v < kVecs; ++v, w += kLanes<T>) bits[v] |= (IntVec<T>)load(w);
  for (int v = 0; v < kVecs; ++v) {
    IntVec<T> mask;
    __builtin_memcpy(&mask, columns + v * kLanes<T>, sizeof mask);
    any |= bits[v] & mask;
  }
  for (int i = 0; i < kLanes<T>; ++i)
    if (any[i] != 0) return true;
  return false;
}

}  // namespace
