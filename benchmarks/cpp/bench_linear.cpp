// Columns of a design matrix, of float or double, against vectors of double: the kernels of the linear models.
#include <type_traits>

#include "roofline.h"

namespace roofline {
namespace {

constexpr std::size_t kColumns = 16;  // of a block

// A block of kColumns columns, one after another, and where each begins.
template <class T> struct Block {
  explicit Block(std::size_t n) : rows(n / kColumns), values(n) {
    for (std::size_t c = 0; c < kColumns; ++c) columns.push_back(values.data() + c * rows);
  }
  std::size_t rows;
  Buffer<T> values;
  std::vector<const T*> columns;
};

// A kernel over such a block: `vectors` doubles read or written per row, `flop` operations per number of the block.
template <class T, class F>
void add(Cases<T>& cases, const char* name, std::size_t blocks, std::size_t vectors, double flop, F make) {
  for (const std::size_t n : kSizes) {
    const double bytes = static_cast<double>(n * blocks * sizeof(T) + n / kColumns * vectors * sizeof(double));
    cases.push_back({name, n, bytes, flop * static_cast<double>(n), bytes, true,
                     [make, n](const KernelTable<T>& k) -> Call { return make(k, Block<T>(n)); }});
  }
}

template <class T> Call shift(const KernelTable<T>& k, const Block<T>& x, bool by_rows) {
  const Buffer<double> offset(x.rows), scale(x.rows), out(x.rows * kColumns);
  const std::ptrdiff_t col = by_rows ? 1 : static_cast<std::ptrdiff_t>(x.rows), row = by_rows ? kColumns : 1;
  return [=, &k] {
    k.shifted_block(x.rows, kColumns, x.values.data(), row, col, offset.data(), scale.data(), out.data(), kColumns);
  };
}

// out -= a' x with x of `depth` rows and n columns; doubles in both tables.
Call subtract(const KernelTable<double>& k, std::size_t n, std::size_t depth) {
  const std::size_t width = n + kColumns;
  const Buffer<double> x(depth * width), out(kColumns * n);
  return [=, &k] {
    k.subtract_products(n, depth, x.data(), x.data() + n, static_cast<std::ptrdiff_t>(width), kColumns, out.data(),
                        static_cast<std::ptrdiff_t>(n));
  };
}

// n rotations of rows of 2 kPanel numbers.
Call rotate(const KernelTable<double>& k, std::size_t n) {
  const Buffer<double> turns(2 * n);
  for (std::size_t e = 0; e < n; ++e) turns.data()[2 * e] = 0.8, turns.data()[2 * e + 1] = 0.6;
  const Buffer<double> rows((n + 1) * 2 * kPanel<double>);
  return [=, &k] { k.rotate_rows(n, turns.data(), rows.data()); };
}

// kColumns rows of n numbers and kPanel systems.
Call forms(const KernelTable<double>& k, std::size_t n) {
  const Buffer<double> x(kColumns * n), lower(n * kPanel<double>), inverse(lower), out(kColumns * kPanel<double>);
  return [=, &k] {
    k.inverse_forms(kColumns, n, x.data(), static_cast<std::ptrdiff_t>(n), lower.data(), inverse.data(), kPanel<double>,
                    out.data(), kPanel<double>);
  };
}

// How `make(table, n)` does on n numbers of `bytes` and `flop` each.
template <class F> void add_long(Cases<double>& cases, const char* name, std::size_t bytes, double flop, F make) {
  for (const std::size_t n : {std::size_t{64}, std::size_t{1024}}) {
    const double all = static_cast<double>(n * bytes);
    cases.push_back({name, n, all, flop * static_cast<double>(n), all, true,
                     [make, n](const KernelTable<double>& k) { return make(k, n); }});
  }
}

}  // namespace

template <class T> void add_linear(Cases<T>& cases) {
  using K = KernelTable<T>;
  add(cases, "dots", 1, 1, 2, [](const K& k, const Block<T>& x) {
    const Buffer<double> v(x.rows), out(kColumns);
    return [=, &k] { k.dots(x.rows, kColumns, x.columns.data(), v.data(), out.data()); };
  });
  add(cases, "pair_dots", 2, 0, 2.0 * kColumns, [](const K& k, const Block<T>& x) {
    const Block<T> y(x.rows * kColumns);
    const Buffer<double> out(kColumns * kColumns);
    return
        [=, &k] { k.pair_dots(x.rows, kColumns, x.columns.data(), kColumns, y.columns.data(), out.data(), kColumns); };
  });
  add(cases, "add_columns", 1, 2, 2, [](const K& k, const Block<T>& x) {
    const Buffer<double> a(kColumns), y(x.rows);
    return [=, &k] { k.add_columns(x.rows, kColumns, x.columns.data(), a.data(), y.data()); };
  });
  add(cases, "add_rows", 1, 1, 2, [](const K& k, const Block<T>& x) {
    const Buffer<double> v(x.rows), out(kColumns);
    return [=, &k] { k.add_rows(x.rows, kColumns, x.values.data(), kColumns, v.data(), out.data()); };
  });
  add(cases, "shifted_block/rows", 1, kColumns + 1, 2, [](const K& k, const Block<T>& x) { return shift(k, x, true); });
  add(cases, "shifted_block/columns", 1, kColumns + 1, 2,
      [](const K& k, const Block<T>& x) { return shift(k, x, false); });
  if constexpr (std::is_same_v<T, double>) {
    add_long(cases, "rotate_rows", 4 * kPanel<double> * sizeof(double), 12.0 * kPanel<double>, rotate);
    add_long(cases, "inverse_forms", (2 * kPanel<double> + kColumns) * sizeof(double), 5.0 * kColumns * kPanel<double>,
             forms);
    for (const std::size_t depth : {16, 128})
      for (const std::size_t n : {std::size_t{64}, std::size_t{1024}}) {
        const double bytes = static_cast<double>((depth * (n + kColumns) + 2 * kColumns * n) * sizeof(double));
        cases.push_back({"subtract_products/depth:" + std::to_string(depth), n, bytes,
                         2.0 * static_cast<double>(n * depth * kColumns), bytes, true,
                         [n, depth](const K& k) { return subtract(k, n, depth); }});
      }
  }
}

template void add_linear(Cases<float>&);
template void add_linear(Cases<double>&);

}  // namespace roofline
