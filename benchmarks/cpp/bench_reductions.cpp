// Sums over arrays and over the rows of a block of 64 columns, and the column-wise maps of batch normalization.
#include <benchmark/benchmark.h>

#include "roofline.h"

namespace roofline {
namespace {

constexpr std::size_t kCols = 64;

}  // namespace

template <class T> void add_reductions(Cases<T>& cases) {
  using K = KernelTable<T>;
  add_rows<T>(cases, {
                         {"sum", 1, 1,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n);
                            return [=, &k] { benchmark::DoNotOptimize(k.sum(n, x.data())); };
                          },
                          true},
                         {"dot", 2, 2,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), y(n);
                            return [=, &k] { benchmark::DoNotOptimize(k.dot(n, x.data(), y.data())); };
                          },
                          true},
                         {"count_zeros", 1, 0,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n);
                            return [=, &k] { benchmark::DoNotOptimize(k.count_zeros(n, x.data())); };
                          }},
                         {"all_finite", 1, 2,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n);
                            return [=, &k] { benchmark::DoNotOptimize(k.all_finite(n, x.data())); };
                          }},
                         {"column_sums", 1, 1,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), out(kCols);
                            return [=, &k] { k.column_sums(n / kCols, kCols, x.data(), kCols, out.data()); };
                          }},
                         {"column_moments", 2, 4,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), mean(kCols), squares(kCols);
                            return [=, &k] {
                              k.column_moments(n / kCols, kCols, x.data(), kCols, mean.data(), squares.data());
                            };
                          },
                          1},
                         {"column_products", 3, 4,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), d(n), mean(kCols), sums(kCols), products(kCols);
                            return [=, &k] {
                              k.column_products(n / kCols, kCols, x.data(), kCols, mean.data(), d.data(), kCols,
                                                sums.data(), products.data());
                            };
                          },
                          1},
                         {"normalize", 2, 3,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), y(n), mean(kCols), scale(kCols), shift(kCols);
                            return [=, &k] {
                              k.normalize(n / kCols, kCols, mean.data(), scale.data(), shift.data(), x.data(), kCols,
                                          y.data(), kCols);
                            };
                          }},
                         {"normalize_backward", 3, 5,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> x(n), d(n), dx(n), mean(kCols), scale(kCols), slope(kCols), shift(kCols);
                            return [=, &k] {
                              k.normalize_backward(n / kCols, kCols, mean.data(), scale.data(), slope.data(),
                                                   shift.data(), x.data(), kCols, d.data(), kCols, dx.data(), kCols);
                            };
                          }},
                     });
}

template void add_reductions(Cases<float>&);
template void add_reductions(Cases<double>&);

}  // namespace roofline
