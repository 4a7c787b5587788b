// Active columns keep their order, and are packed and unpacked exactly; zero rows are found.
#include <doctest/doctest.h>

#include "ops/active_columns.h"
#include "ops/zero_rows.h"
#include "proxnet/error.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::ActiveColumns;
using proxnet::kPanel;
using proxnet::Panels;

// Fractions of active columns: none, few, half, nearly all, all.
constexpr std::uint64_t kShares[] = {0, 1, 8, 15, 16};  // of 16
constexpr std::size_t kWidths[] = {1, 7, 16, 31, 32, 33, 100, 300, 1030};

}  // namespace

TEST_CASE_TEMPLATE("active columns are packed into panels and unpacked", T, float, double) {
  Draws draws(41);  // seed 41
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t width : kWidths)
      for (const std::uint64_t share : kShares) {
        ActiveColumns<T> active(width, table->lanes);
        std::vector<bool> in(width);
        for (std::size_t j = 0; j < width; ++j) in[j] = draws.below(16) < share;
        active.select([&](std::size_t j) { return in[j]; });
        const auto where = [&](std::size_t j) { return text(table->isa, " ", width, " ", share, " column ", j); };

        std::size_t count = 0, previous = 0;
        for (std::size_t j = 0; j < width; ++j) {
          tally.expect(active.is_active(j) == in[j], [&] { return where(j); });
          tally.expect((active.pruned_lanes(j / kPanel<T>)[j % kPanel<T>] == 0) == in[j], [&] { return where(j); });
          if (!in[j]) continue;
          tally.expect(count == 0 || active.index(j) > previous, [&] { return where(j); });
          tally.expect(active.column_at(active.index(j)) == j, [&] { return where(j); });
          previous = active.index(j), ++count;
        }
        CHECK(active.count() == count);
        CHECK(active.all() == (count == width));
        CHECK(active.active_panels() <= active.panels());

        // Three rows of weights; the steps skip the middle one, which must not be read.
        constexpr std::size_t kRows = 3;
        Panels<T> w(kRows, width);
        std::vector<T> dense(kRows * width);
        for (T& x : dense) x = static_cast<T>(draws.uniform(1, 2));
        w.pack(dense.data(), width);
        const proxnet::GemmStep steps[] = {{0, 0}, {0, 2 * kPanel<T>}};
        for (std::size_t q = 0; q < active.active_panels(); ++q) {
          std::vector<T> panel(kRows * kPanel<T> + 16, T(-77));
          table->pick_columns(2, steps, active.gather_count(q), active.gather_moves(q), w.at(0, 0), kRows * kPanel<T>,
                              panel.data());
          for (const std::size_t row : {0, 2})
            for (std::size_t lane = 0; lane < active.width(q); ++lane)
              tally.expect(panel[row * kPanel<T> + lane] == dense[row * width + active.column_at(q * kPanel<T> + lane)],
                           [&] { return where(lane); });
        }
        // Unpacking: rows 0 and 1 of the active columns become rows 2 and 0 of a tile whose row 1 is pruned.
        constexpr std::size_t kRow = ActiveColumns<T>::kGroupColumns + 16;
        for (std::size_t p = 0; p < active.panels(); ++p) {
          const std::size_t first = active.group(p).active_first * kPanel<T>;
          std::vector<T> rows(2 * kRow + 16, T(-77)), tile(3 * kPanel<T>, T(-77));
          for (std::size_t j = 0; j < width; ++j)
            if (in[j] && &active.group(j / kPanel<T>) == &active.group(p)) {
              rows[active.index(j) - first] = static_cast<T>(j + 1);
              rows[kRow + active.index(j) - first] = static_cast<T>(2 * (j + 1));
            }
          const int source[] = {1, -1, 0};
          table->spread_columns(3, source, rows.data(), kRow, active.scatter_moves(p), tile.data());
          for (std::size_t lane = 0; lane < kPanel<T>; ++lane) {
            const std::size_t j = p * kPanel<T> + lane;
            const T value = j < width && in[j] ? static_cast<T>(j + 1) : T(0);
            tally.expect(same(tile[lane], 2 * value), [&] { return where(j); });
            tally.expect(same(tile[kPanel<T> + lane], T(0)), [&] { return where(j); });
            tally.expect(same(tile[2 * kPanel<T> + lane], value), [&] { return where(j); });
          }
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("zero rows are found and tracked, and so are weights in pruned columns", T, float, double) {
  Draws draws(42);  // seed 42
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t rows : {1, 5, 32, 33, 70})
      for (const std::size_t cols : {1, 32, 40}) {
        Panels<T> w(rows, cols);
        std::vector<T> dense(rows * cols);
        for (std::size_t i = 0; i < rows; ++i)
          if (draws.below(3) == 0) dense[i * cols + draws.below(cols)] = std::numeric_limits<T>::denorm_min();
        w.pack(dense.data(), cols);
        proxnet::ZeroRows<T> zeros(w);
        zeros.find(*table, w);
        std::size_t zero_rows = 0;
        const auto in_use = [&](std::size_t i) {
          return std::any_of(dense.begin() + static_cast<long>(i * cols),
                             dense.begin() + static_cast<long>((i + 1) * cols), [](T x) { return x != 0; });
        };
        for (std::size_t i = 0; i < rows; ++i) zero_rows += !in_use(i);
        CHECK(zeros.tracked() == (zero_rows * proxnet::kPruneRatio >= rows));
        const auto compare = [&] {
          for (std::size_t i = 0; zeros.tracked() && i < rows; ++i)
            tally.expect(zeros.in_use(i) == in_use(i), [&] { return text(table->isa, " row ", i, " of ", rows); });
        };
        compare();
        for (std::size_t i = 0; i < rows; i += 2) {
          const std::size_t j = draws.below(cols);
          dense[i * cols + j] = w.at(j / kPanel<T>, i)[j % kPanel<T>] = dense[i * cols + j] == 0 ? T(1) : T(0);
        }
        if (zeros.tracked())
          for (std::size_t p = 0; p < w.count(); ++p)
            for (std::size_t first = 0; first < rows; first += kPanel<T>)
              zeros.update(*table, w, p, first, std::min(kPanel<T>, rows - first));
        compare();

        typename proxnet::LaneMove<T>::Lane columns[kPanel<T>] = {};
        for (std::size_t lane = 0; lane < kPanel<T>; ++lane) columns[lane] = draws.below(8) == 0 ? -1 : 0;
        bool any = false;
        for (std::size_t i = 0; i < rows; ++i)
          for (std::size_t lane = 0; lane < kPanel<T>; ++lane) any |= columns[lane] && w.at(0, i)[lane] != 0;
        tally.expect(table->any_in_columns(rows, w.at(0, 0), columns) == any, [&] { return text(table->isa, rows); });
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
