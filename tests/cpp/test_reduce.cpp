// Reductions: the bits of the documented lane order on every table, exact counts, and no reading past the end.
#include <doctest/doctest.h>

#include "guarded.h"
#include "proxnet/error.h"
#include "reference.h"

using namespace reference;

namespace {

std::vector<std::size_t> lengths() {
  std::vector<std::size_t> all = {127, 251, 1009, 4099};
  for (std::size_t n = 0; n <= 67; ++n) all.push_back(n);  // 4 W + 3 for the widest vector
  return all;
}

template <class T> T* place(const Guarded<T>& memory, const std::vector<T>& values) {
  return std::copy(values.begin(), values.end(), memory.last(values.size())) -
         static_cast<std::ptrdiff_t>(values.size());
}

}  // namespace

TEST_CASE_TEMPLATE("sum and dot have the bits of the documented lane order", T, float, double) {
  Draws draws(21);  // seed 21
  const Guarded<T> memory_x(5000), memory_y(5000);
  for (const std::size_t n : lengths()) {
    const auto x = draws.vector<T>(n, -1e3, 1e3), y = draws.vector<T>(n);
    const T *px = place(memory_x, x), *py = place(memory_y, y);
    for (const auto* table : proxnet::supported_kernels<T>()) {
      CAPTURE(table->isa);
      CAPTURE(n);
      CHECK(same(table->sum(n, px), lane_sum(x)));
      // The product of two floats is exact in double, so the baseline too has the bits there.
      if (fused(*table) || sizeof(T) == 4) CHECK(same(table->dot(n, px, py), lane_dot(x, y)));
      double exact = 0, mass = 0;
      for (std::size_t k = 0; k < n; ++k) {
        const double term = static_cast<double>(x[k]) * static_cast<double>(y[k]);
        exact += term, mass += std::fabs(term);
      }
      CHECK(std::fabs(table->dot(n, px, py) - exact) <= static_cast<double>(n + 8) * 0x1p-52 * mass);
    }
  }
}

TEST_CASE_TEMPLATE("column_sums adds rows in lanes and stores whole vectors only", T, float, double) {
  Draws draws(22);  // seed 22
  Tally tally;
  for (std::size_t rows = 0; rows <= 67; ++rows)
    for (const std::size_t cols : {1, 3, 8, 15, 16, 17, 33}) {
      const std::size_t step = 48 + 7;
      const auto x = draws.vector<T>(std::max<std::size_t>(rows, 1) * step);
      for (const auto* table : proxnet::supported_kernels<T>()) {
        const std::size_t width = (cols + table->lanes - 1) / table->lanes * table->lanes;
        const Guarded<T> memory(68 * step);
        T* p = memory.last(rows ? (rows - 1) * step + width : 0);
        for (std::size_t r = 0; r < rows; ++r) std::copy_n(x.data() + r * step, width, p + r * step);
        std::vector<T> out(width + 2, T(-77));
        table->column_sums(rows, cols, p, static_cast<std::ptrdiff_t>(step), out.data() + 1);
        for (std::size_t j = 0; j < width; ++j) {
          std::vector<T> lane(kLaneCount<T>);
          for (std::size_t r = 0; r < rows; ++r) lane[r % kLaneCount<T>] += x[r * step + j];
          tally.expect(same(out[j + 1], fold(lane)), [&] { return text(table->isa, " rows ", rows, " cols ", cols); });
        }
        tally.expect(out.front() == T(-77) && out.back() == T(-77), [&] { return text(table->isa, " wrote outside"); });
      }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("zeros are counted and non-finite numbers found in every lane", T, float, double) {
  const Guarded<T> memory(5000);
  Tally tally;
  for (const std::size_t n : lengths()) {
    if (n > 300) continue;
    std::vector<T> x(n, T(1));
    for (const auto* table : proxnet::supported_kernels<T>()) {
      tally.expect(table->count_zeros(n, place(memory, x)) == 0, [&] { return text(table->isa, " ", n); });
      tally.expect(table->all_finite(n, place(memory, x)), [&] { return text(table->isa, " ", n); });
      for (std::size_t lane = 0; lane < n; ++lane)
        for (const T special : special_values<T>()) {
          auto changed = x;
          changed[lane] = special;
          const T* p = place(memory, changed);
          tally.expect(table->count_zeros(n, p) == (special == 0 ? 1 : 0), [&] { return text(table->isa, special); });
          tally.expect(table->all_finite(n, p) == std::isfinite(special), [&] { return text(table->isa, special); });
        }
      // As many as can be of the largest: they must not overflow into a false alarm.
      const std::vector<T> large(n, std::numeric_limits<T>::max());
      tally.expect(table->all_finite(n, place(memory, large)), [&] { return text(table->isa, " FLT_MAX"); });
    }
  }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
