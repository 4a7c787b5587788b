// The kernels of linear models: the documented order of summation, the same bits in every kernel table with a fused
// multiply-add, and no reads past the end of a column.
#include <doctest/doctest.h>

#include <deque>

#include "guarded.h"
#include "proxnet/error.h"
#include "reference.h"

using namespace reference;

namespace {

double mul_add(double a, double b, double c) { return std::fma(a, b, c); }

// Element k is summed in lane k mod `lanes`; the upper half of the lanes is then added to the lower half until one is
// left.
template <class T> double lane_dot(std::size_t lanes, std::size_t n, const T* x, const double* v) {
  std::vector<double> lane(lanes);
  for (std::size_t k = 0; k < n; ++k) lane[k % lanes] = mul_add(static_cast<double>(x[k]), v[k], lane[k % lanes]);
  return fold(lane);
}

template <class T> struct Matrix {
  Matrix(Draws& draws, std::size_t n, std::size_t count) {
    for (std::size_t c = 0; c < count; ++c) {
      memory.emplace_back(std::max<std::size_t>(n, 1));
      const auto values = draws.template vector<T>(n);
      columns.push_back(std::copy(values.begin(), values.end(), memory.back().last(n)) - n);
    }
  }
  std::deque<Guarded<T>> memory;
  std::vector<const T*> columns;
};

constexpr std::size_t kLengths[] = {0, 1, 7, 8, 9, 31, 32, 33, 40, 63, 64, 65, 200, 1003};

}  // namespace

TEST_CASE_TEMPLATE("dots and pair_dots have the bits of their lanes", T, float, double) {
  Draws draws(31);  // seed 31
  Tally tally;
  for (const std::size_t n : kLengths) {
    const Matrix<T> a(draws, n, 9);
    const Matrix<double> v(draws, n, 1);
    for (const auto* table : proxnet::supported_kernels<T>()) {
      for (std::size_t count = 0; count <= 9; ++count) {
        std::vector<double> out(10, -7.0);
        table->dots(n, count, a.columns.data(), v.columns[0], out.data());
        for (std::size_t c = 0; c < 10; ++c) {
          const double expected = c < count ? lane_dot(32, n, a.columns[c], v.columns[0]) : -7.0;
          const bool right = fused(*table) || c >= count ? same(out[c], expected)
                                                         : std::fabs(out[c] - expected) <= 1e-13 * double(n + 1);
          tally.expect(right, [&] { return text(table->isa, " dots n ", n, " count ", count, " column ", c); });
        }
        std::vector<double> pairs(9 * 12, -7.0);
        table->pair_dots(n, count, a.columns.data(), 9 - count, a.columns.data() + count, pairs.data(), 12);
        for (std::size_t p = 0; p < 9; ++p)
          for (std::size_t q = 0; q < 12; ++q) {
            const bool inside = p < count && q < 9 - count;
            std::vector<double> right_column(n);
            if (inside) std::copy_n(a.columns[count + q], n, right_column.data());
            const double expected = inside ? lane_dot(8, n, a.columns[p], right_column.data()) : -7.0;
            const double found = pairs[p * 12 + q];
            const bool right =
                fused(*table) || !inside ? same(found, expected) : std::fabs(found - expected) <= 1e-13 * double(n + 1);
            tally.expect(right, [&] { return text(table->isa, " pairs n ", n, " count ", count, " at ", p, ",", q); });
          }
      }
    }
  }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("add_columns and add_rows are chains", T, float, double) {
  Draws draws(32);  // seed 32
  Tally tally;
  for (const std::size_t n : kLengths)
    for (const std::size_t terms : {0, 1, 7, 8, 9, 17}) {
      const Matrix<T> x(draws, n, terms);
      const auto factor = draws.vector<double>(terms), start = draws.vector<double>(n);
      std::vector<double> expected = start;
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t t = 0; t < terms; ++t)
          expected[i] = mul_add(static_cast<double>(x.columns[t][i]), factor[t], expected[i]);
      const Guarded<T> rows(std::max<std::size_t>(1, n * terms));
      T* matrix = rows.last(n * terms);
      for (std::size_t t = 0; t < terms; ++t) std::copy_n(x.columns[t], n, matrix + t * n);
      for (const auto* table : proxnet::supported_kernels<T>()) {
        const Guarded<double> y(std::max<std::size_t>(n, 1));
        const auto check = [&](const char* what) {
          for (std::size_t i = 0; i < n; ++i) {
            const double found = y.last(n)[i];
            const bool right = fused(*table) ? same(found, expected[i]) : std::fabs(found - expected[i]) <= 1e-13;
            tally.expect(right, [&] { return text(table->isa, " ", what, " n ", n, " terms ", terms, " at ", i); });
          }
        };
        std::copy(start.begin(), start.end(), y.last(n));
        table->add_columns(n, terms, x.columns.data(), factor.data(), y.last(n));
        check("add_columns");
        std::copy(start.begin(), start.end(), y.last(n));
        table->add_rows(terms, n, matrix, static_cast<std::ptrdiff_t>(n), factor.data(), y.last(n));
        check("add_rows");
      }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE("subtract_products is a chain") {
  Draws draws(33);  // seed 33
  Tally tally;
  for (const std::size_t n : kLengths)
    for (const std::size_t depth : {0, 1, 5})
      for (const std::size_t count : {1, 3, 4, 9}) {
        const std::size_t step = n + 3, rows = std::max<std::size_t>(1, n + count);
        const auto x = draws.vector<double>(depth * step + rows), a = draws.vector<double>(depth * step + rows);
        const auto start = draws.vector<double>(count * step);
        for (const auto* table : proxnet::supported_kernels<double>()) {
          std::vector<double> out = start;
          table->subtract_products(n, depth, x.data(), a.data(), static_cast<std::ptrdiff_t>(step), count, out.data(),
                                   static_cast<std::ptrdiff_t>(step));
          for (std::size_t c = 0; c < count; ++c)
            for (std::size_t i = 0; i < step; ++i) {
              double expected = start[c * step + i];
              for (std::size_t t = 0; t < depth && i < n; ++t)
                expected = mul_add(x[t * step + i], -a[t * step + c], expected);
              const double found = out[c * step + i];
              const bool right = fused(*table) ? same(found, expected) : std::fabs(found - expected) <= 1e-13;
              tally.expect(right, [&] { return text(table->isa, " n ", n, " depth ", depth, " at ", c, ",", i); });
            }
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE("rotate_rows turns neighbouring rows from the last to the first") {
  Draws draws(34);  // seed 34
  constexpr std::size_t kWide = 2 * proxnet::kPanel<double>;
  Tally tally;
  for (const std::size_t count : {0, 1, 2, 7, 30}) {
    std::vector<double> turns(2 * count), rows = draws.vector<double>((count + 1) * kWide);
    for (std::size_t k = 0; k < count; ++k) {
      const double angle = draws.vector<double>(1)[0];
      turns[2 * k] = std::cos(angle), turns[2 * k + 1] = std::sin(angle);
    }
    std::vector<double> expected = rows;
    for (std::size_t k = count; k-- > 0;)
      for (std::size_t j = 0; j < kWide; ++j) {
        const double c = turns[2 * k], s = turns[2 * k + 1];
        double &upper = expected[k * kWide + j], &lower = expected[(k + 1) * kWide + j];
        const double next = mul_add(c, upper, -(s * lower));
        lower = mul_add(s, upper, c * lower), upper = next;
      }
    for (const auto* table : proxnet::supported_kernels<double>()) {
      Guarded<double> memory(rows.size());
      double* found = std::copy(rows.begin(), rows.end(), memory.last(rows.size())) - rows.size();
      table->rotate_rows(count, turns.data(), found);
      for (std::size_t e = 0; e < rows.size(); ++e) {
        const bool right =
            fused(*table) ? same(found[e], expected[e]) : std::fabs(found[e] - expected[e]) <= 1e-14 * double(count);
        tally.expect(right, [&] { return text(table->isa, " count ", count, " element ", e); });
      }
    }
  }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE("inverse_forms are products with inverses of three diagonals") {
  Draws draws(35);  // seed 35
  constexpr std::size_t kWide = proxnet::kPanel<double>;
  Tally tally;
  for (const std::size_t n : {1, 2, 9, 40})
    for (const std::size_t rows : {1, 2, 3, 4, 5, 9}) {
      const auto x = draws.vector<double>(rows * n), lower = draws.vector<double>(n * kWide);
      const auto inverse = draws.vector<double>(n * kWide);
      for (const auto* table : proxnet::supported_kernels<double>()) {
        Guarded<double> of_x(x.size()), of_lower(lower.size()), of_inverse(lower.size());
        const double* x_at = std::copy(x.begin(), x.end(), of_x.last(x.size())) - x.size();
        const double* lower_at = std::copy(lower.begin(), lower.end(), of_lower.last(lower.size())) - lower.size();
        const double* inverse_at =
            std::copy(inverse.begin(), inverse.end(), of_inverse.last(lower.size())) - lower.size();
        std::vector<double> out(rows * kWide);
        table->inverse_forms(rows, n, x_at, static_cast<std::ptrdiff_t>(n), lower_at, inverse_at, kWide, out.data(),
                             kWide);
        for (std::size_t r = 0; r < rows; ++r)
          for (std::size_t s = 0; s < kWide; ++s) {
            double z = 0, sum = 0, size = 0;
            for (std::size_t k = 0; k < n; ++k) {
              z = mul_add(-lower[k * kWide + s], z, x[r * n + k]);
              sum = mul_add(z, z * inverse[k * kWide + s], sum), size += std::fabs(z * z * inverse[k * kWide + s]);
            }
            const double found = out[r * kWide + s];
            const bool right = fused(*table) ? same(found, sum) : std::fabs(found - sum) <= 1e-11 * size;
            tally.expect(right, [&] { return text(table->isa, " rows ", rows, " n ", n, " row ", r, " system ", s); });
          }
      }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("shifted_block is the same block from rows and from columns", T, float, double) {
  Draws draws(34);  // seed 34
  Tally tally;
  for (const std::size_t rows : {0, 1, 7, 8, 9, 24, 33})
    for (const std::size_t cols : {1, 3, 8, 16, 19}) {
      const auto values = draws.vector<T>(rows * cols);
      const auto shift = draws.vector<double>(cols), scale = draws.vector<double>(rows);
      const Guarded<T> by_rows(rows * cols + 1), by_columns(rows * cols + 1);
      T *along = by_rows.last(rows * cols), *down = by_columns.last(rows * cols);
      for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < cols; ++c) along[r * cols + c] = down[c * rows + r] = values[r * cols + c];
      const Guarded<double> out(rows * cols + 1);
      for (const auto* table : proxnet::supported_kernels<T>())
        for (const bool columns : {false, true})
          for (const double* factor : {static_cast<const double*>(nullptr), scale.data()}) {
            const std::ptrdiff_t row = columns ? 1 : std::ptrdiff_t(cols), col = columns ? std::ptrdiff_t(rows) : 1;
            table->shifted_block(rows, cols, columns ? down : along, row, col, shift.data(), factor,
                                 out.last(rows * cols), std::ptrdiff_t(cols));
            for (std::size_t r = 0; r < rows; ++r)
              for (std::size_t c = 0; c < cols; ++c) {
                const double moved = static_cast<double>(values[r * cols + c]) - shift[c];
                const bool right = same(out.last(rows * cols)[r * cols + c], factor ? factor[r] * moved : moved);
                tally.expect(right, [&] { return text(table->isa, " ", rows, " x ", cols, " at ", r, ",", c); });
              }
          }
    }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
