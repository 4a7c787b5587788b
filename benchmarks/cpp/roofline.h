// A row of the roofline: a kernel at a size, what one call moves and computes, and how to set it up.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kernels/kernel_table.h"

namespace roofline {

using proxnet::KernelTable;
using proxnet::kPanel;
using proxnet::kRowPad;

// Aligned as the library aligns its arrays, filled with numbers in [low, high) that repeat in step with nothing. Copies
// share the numbers.
template <class T> class Buffer {
 public:
  explicit Buffer(std::size_t count, double low = -2, double high = 2)
      : storage_(std::make_shared<std::vector<T>>(count + 128 / sizeof(T))) {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_->data());
    data_ = storage_->data() + (64 - address % 64) % 64 / sizeof(T);
    std::uint32_t state = 1;
    for (T& value : *storage_) {
      state = state * 1664525u + 1013904223u;
      value = static_cast<T>(low + (high - low) * 0x1p-24 * (state >> 8));
    }
  }
  T* data() const { return data_; }

 private:
  std::shared_ptr<std::vector<T>> storage_;
  T* data_;
};

using Call = std::function<void()>;

// Every read and every write of an array is counted, a fused multiply-add as two operations, any other operation on
// numbers (division, root, minimum) as one, as the kernel's source has them.
template <class T> struct Case {
  std::string name;  // without the type
  std::size_t size;  // the name's last part
  double bytes, flop;
  double span;     // bytes touched by consecutive calls, which decide the cache level
  bool in_double;  // computes in double whatever T is
  std::function<Call(const KernelTable<T>&)> make;
};
template <class T> using Cases = std::vector<Case<T>>;

// A kernel over n elements: how many it reads and writes of T, and computes, for each of them. `again` of the reads and
// writes are of an array that is counted already.
template <class T> struct Row {
  std::string name;
  double arrays, flop;
  std::function<Call(const KernelTable<T>&, std::size_t)> make;
  double again = 0;
  bool in_double = false;
};

// An array of floats has 4 KiB, 64 KiB and 4 MiB: first-level cache, second-level cache, beyond.
constexpr std::size_t kSizes[] = {1u << 10, 1u << 14, 1u << 20};

template <class T> void add_rows(Cases<T>& cases, const std::vector<Row<T>>& rows) {
  for (const std::size_t n : kSizes)
    for (const Row<T>& row : rows) {
      const double array = static_cast<double>(n * sizeof(T));
      cases.push_back({row.name, n, row.arrays * array, row.flop * static_cast<double>(n),
                       (row.arrays - row.again) * array, row.in_double,
                       [make = row.make, n](const KernelTable<T>& k) { return make(k, n); }});
    }
}

// Operations of the elementary functions (kernels/vmath.h, erf.h) per number.
template <class T> struct Flop {
  static constexpr bool kFloat = sizeof(T) == 4;
  static constexpr double kExp = kFloat ? 23 : 33, kExpm1 = kExp + 1, kSigmoid = kExp + 4;
  static constexpr double kTanh = kFloat ? 37 : 59, kLog = kFloat ? 27 : 49, kLog1p = kLog + 2;
  static constexpr double kErf = kFloat ? 68 : 112, kNormal = kFloat ? 78 : 122;
};

// One function a file bench_*.cpp.
template <class T> void add_products(Cases<T>& cases);
template <class T> void add_predictor(Cases<T>& cases);
template <class T> void add_columns(Cases<T>& cases);
template <class T> void add_functions(Cases<T>& cases);
template <class T> void add_activations(Cases<T>& cases);
template <class T> void add_losses(Cases<T>& cases);
template <class T> void add_updates(Cases<T>& cases);
template <class T> void add_penalties(Cases<T>& cases);
template <class T> void add_reductions(Cases<T>& cases);
template <class T> void add_linear(Cases<T>& cases);

}  // namespace roofline
