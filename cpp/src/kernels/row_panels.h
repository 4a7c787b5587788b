// A row into panels.
#pragma once

#include "kernel_table.h"
#include "vec.h"

namespace {

// Panel p of `panels` whole ones takes row[p * kPanel ...] at out + p * panel_step.
template <class T>
void spread_row(std::size_t panels, const T* row, T* out, std::ptrdiff_t panel_step) {
  constexpr int kVecs = static_cast<int>(proxnet::kPanel<T>) / kLanes<T>;
  for (std::size_t p = 0; p < panels; ++p, row += proxnet::kPanel<T>, out += panel_step) {
    Vec<T> v[kVecs];
#pragma GCC unroll 8
    for (int i = 0; i < kVecs; ++i) v[i] = load(row + i * kLanes<T>);
#pragma GCC unroll 8
    for (int i = 0; i < kVecs; ++i) store(out + i * kLanes<T>, v[i]);
  }
}

}  // namespace
