// Kernels that only move numbers: packing and unpacking columns, finding zeros, transposition.
#include <benchmark/benchmark.h>

#include "roofline.h"

namespace roofline {
namespace {

using proxnet::GemmStep;
using proxnet::LaneMove;

// A panel with its columns in reverse order, one vector per move.
template <class T> std::vector<LaneMove<T>> reversed(std::size_t lanes) {
  std::vector<LaneMove<T>> moves(kPanel<T> / lanes);
  for (std::size_t v = 0; v < moves.size(); ++v) {
    moves[v].panel = 0;
    moves[v].from = static_cast<std::ptrdiff_t>((moves.size() - 1 - v) * lanes);
    moves[v].to = static_cast<std::ptrdiff_t>(v * lanes);
    for (std::size_t i = 0; i < lanes; ++i) moves[v].lane[i] = static_cast<typename LaneMove<T>::Lane>(lanes - 1 - i);
  }
  return moves;
}

template <class T> Call pick(const KernelTable<T>& k, std::size_t n) {
  const Buffer<T> from(n), to(n);
  const std::size_t rows = n / kPanel<T>;
  std::vector<GemmStep> steps;
  for (std::size_t r = 0; r < rows; ++r) steps.push_back({0, static_cast<std::ptrdiff_t>(r * kPanel<T>)});
  return [=, &k, moves = reversed<T>(k.lanes)] {
    k.pick_columns(rows, steps.data(), moves.size(), moves.data(), from.data(), 0, to.data());
  };
}

template <class T> Call spread(const KernelTable<T>& k, std::size_t n) {
  const Buffer<T> from(n), to(n);
  std::vector<int> source;
  for (std::size_t r = 0; r < n / kPanel<T>; ++r) source.push_back(static_cast<int>(r));
  return [=, &k, moves = reversed<T>(k.lanes)] {
    k.spread_columns(source.size(), source.data(), from.data(), kPanel<T>, moves.data(), to.data());
  };
}

}  // namespace

template <class T> void add_columns(Cases<T>& cases) {
  using K = KernelTable<T>;
  using Lane = typename LaneMove<T>::Lane;
  add_rows<T>(cases, {
                         {"pick_columns", 2, 0, pick<T>},
                         {"spread_columns", 2, 0, spread<T>},
                         {"rows_in_use", 1, 0,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> w(n);
                            auto in_use = std::make_shared<std::vector<Lane>>(n / kPanel<T> + kRowPad<T>);
                            return [=, &k] { k.rows_in_use(n / kPanel<T>, w.data(), in_use->data()); };
                          }},
                         {"any_in_columns", 1, 0,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> w(n);
                            const std::vector<Lane> columns(kPanel<T>, Lane(-1));
                            return [=, &k] {
                              benchmark::DoNotOptimize(k.any_in_columns(n / kPanel<T>, w.data(), columns.data()));
                            };
                          }},
                         {"spread_row", 2, 0,
                          [](const K& k, std::size_t n) -> Call {
                            const Buffer<T> from(n), to(n);
                            return [=, &k] { k.spread_row(n, from.data(), to.data(), kPanel<T>); };
                          }},
                         {"transpose", 2, 0,
                          [](const K& k, std::size_t n) -> Call {
                            constexpr std::size_t kCols = 64;
                            const Buffer<T> from(n), to(n);
                            const auto rows = static_cast<std::ptrdiff_t>(n / kCols);
                            return [=, &k] { k.transpose(n / kCols, kCols, from.data(), kCols, to.data(), rows); };
                          }},
                     });
}

template void add_columns(Cases<float>&);
template void add_columns(Cases<double>&);

}  // namespace roofline
