// Penalties: prox, value and gradient of each kind, and the passes over groups of weights.
#include "roofline.h"

namespace roofline {
namespace {

using proxnet::PenaltyKernel;

template <class T> struct Kind {
  const char* name;
  PenaltyKernel kernel;
  proxnet::PenaltyScalars<T> scalars;
  double prox_arrays, prox_flop, value_flop;  // a weight
};

// The metric is small enough for every weight's problem to be convex.
template <class T> const Kind<T> kKinds[] = {
    {"none", PenaltyKernel::kNone, {}, 2, 1, 0},
    {"l1", PenaltyKernel::kElasticNet, {T(0.5), 0}, 3, 4, 2},
    {"l1_l2", PenaltyKernel::kElasticNet, {T(0.5), T(0.1)}, 3, 8, 5},
    {"mcp", PenaltyKernel::kMcp, {0, 0, T(0.5), T(3)}, 3, 13, 5},
    {"scad", PenaltyKernel::kScad, {0, 0, T(0.5), T(3.7)}, 3, 16, 10},
    {"log_sum", PenaltyKernel::kLogSum, {0, 0, T(0.5), T(0.5)}, 3, 18, 4 + (Flop<T>::kLog1p + 3) / 8},
    {"l0", PenaltyKernel::kL0, {0, 0, T(0.5), 0}, 3, 5, 1},
};
static_assert(static_cast<int>(PenaltyKernel::kCount) == 6);

template <class T> Call prox(const KernelTable<T>& k, const Kind<T>& kind, std::size_t n) {
  const Buffer<T> point(n), metric(n, 5e-4, 1e-3), w(n);
  const auto kernel = k.prox[static_cast<int>(kind.kernel)];
  return [=, &kind] { kernel(n / kPanel<T>, kind.scalars, nullptr, point.data(), metric.data(), w.data()); };
}

template <class T> Call value(const KernelTable<T>& k, const Kind<T>& kind, std::size_t n) {
  const Buffer<T> w(n), sums(kPanel<T>);
  const auto kernel = k.penalty_value[static_cast<int>(kind.kernel)];
  return [=, &kind] { kernel(n / kPanel<T>, kind.scalars, nullptr, w.data(), sums.data()); };
}

// Tiles of kPanel rows whose groups, by row or by column, are sparse; so weak a penalty that no call changes them.
template <class T> struct Tiles {
  explicit Tiles(std::size_t n) : count(n), w(n), metric(n, 5e-4, 1e-3), weak(kPanel<T>, 1e-30, 2e-30) {
    for (int s = 0; s < 4; ++s) sums.emplace_back(kPanel<T>), out.push_back(sums.back().data());
  }
  template <class F> void each(bool by_row, F call) const {
    proxnet::GroupTile<T> tile = {};
    tile.rows = kPanel<T>, tile.by_row = by_row, tile.sparse = true;
    tile.l1 = tile.strength = weak.data(), tile.norm = norm.data();
    for (std::size_t i = 0; i < count; i += kPanel<T> * kPanel<T>) {
      tile.w = w.data() + i, tile.metric = metric.data() + i;
      call(tile);
    }
  }
  std::size_t count;
  Buffer<T> w, metric, weak, norm{kPanel<T>, 1, 2};
  std::vector<Buffer<T>> sums;
  std::vector<T*> out;
};

template <class T, class F> Row<T> group(const char* name, bool by_row, double arrays, double flop, F call,
                                         double again = 0) {
  return {std::string(name) + (by_row ? "/by_row" : "/by_column"), arrays, flop,
          [by_row, call](const KernelTable<T>& k, std::size_t n) -> Call {
            const Tiles<T> tiles(n);
            return [&k, tiles, by_row, call] {
              tiles.each(by_row, [&](const proxnet::GroupTile<T>& tile) { call(k, tile, tiles.out.data()); });
            };
          },
          again};
}

}  // namespace

template <class T> void add_penalties(Cases<T>& cases) {
  using K = KernelTable<T>;
  using Tile = proxnet::GroupTile<T>;
  std::vector<Row<T>> rows;
  for (const Kind<T>& kind : kKinds<T>) {
    rows.push_back({std::string("prox_") + kind.name, kind.prox_arrays, kind.prox_flop,
                    [&kind](const K& k, std::size_t n) { return prox(k, kind, n); }});
    if (kind.value_flop > 0)  // that of no penalty does nothing
      rows.push_back({std::string("penalty_value_") + kind.name, 1, kind.value_flop,
                      [&kind](const K& k, std::size_t n) { return value(k, kind, n); }});
  }
  rows.push_back({"penalty_gradient", 3, 3,
                  [](const K& k, std::size_t n) -> Call {
                    const Buffer<T> w(n), g(n);
                    const proxnet::PenaltyScalars<T> strengths{T(1e-4), T(1e-4)};
                    return [=, &k] { k.penalty_gradient(n / kPanel<T>, strengths, nullptr, w.data(), g.data()); };
                  },
                  1});
  for (const bool by_row : {true, false}) {
    rows.push_back(group<T>("group_norms", by_row, 1, 3, [](const K& k, const Tile& tile, T* const* out) {
      k.group_norms(tile.rows, tile.by_row, true, tile.w, out);
    }));
    rows.push_back(group<T>("group_moments", by_row, 2, 12,
                            [](const K& k, const Tile& tile, T* const* out) { k.group_moments(tile, out); }));
    rows.push_back(group<T>("group_newton", by_row, 2, 13,
                            [](const K& k, const Tile& tile, T* const* out) { k.group_newton(tile, out); }));
    rows.push_back(group<T>(
        "group_shrink", by_row, 3, 10, [](const K& k, const Tile& tile, T* const* out) { k.group_shrink(tile, out); },
        1));
  }
  add_rows(cases, rows);
}

template void add_penalties(Cases<float>&);
template void add_penalties(Cases<double>&);

}  // namespace roofline
