// Unpenalized columns: every product with the projected design agrees with the explicit projection, and the unpenalized
// coefficients complete the fit.
#include <doctest/doctest.h>

#include <cmath>
#include <numeric>

#include "linear/design/centered_design.h"
#include "reference.h"

using namespace proxnet;
using reference::Draws;

namespace {

constexpr std::size_t kRows = 50, kCols = 12;
const Columns kFree = {2, 7, 4, 9};  // column 9 = column 2 + column 7

struct Data {
  std::vector<double> x, y, weight, values;
  std::vector<std::int32_t> indices, starts = {0};
  Data() {
    Draws draws(77);  // seed 77
    x = draws.vector<double>(kRows * kCols), y = draws.vector<double>(kRows), weight.assign(kRows, 1.0);
    for (std::size_t i = 0; i < kRows; ++i) {
      double* row = x.data() + i * kCols;
      row[1] = 0, row[5] += 100, row[9] = row[2] - 3 * row[7], row[10] = 2 * row[4] + 1;
      weight[i] = i % 7 == 0 ? 0 : 1 + static_cast<double>(i % 3);
    }
    for (std::size_t i = 0; i < kRows; ++i) {
      for (std::size_t j = 0; j < kCols; ++j)
        if (x[i * kCols + j] != 0) values.push_back(x[i * kCols + j]), indices.push_back(static_cast<std::int32_t>(j));
      starts.push_back(static_cast<std::int32_t>(values.size()));
    }
  }
  std::shared_ptr<const Design> design(bool dense) const {
    if (dense) return make_design(DenseView<double>{x.data(), kRows, kCols, kCols, 1});
    SparseView<double, std::int32_t> v;
    v.rows = kRows, v.cols = kCols, v.entries = values.size(), v.by_rows = true;
    v.values = values.data(), v.indices = indices.data(), v.starts = starts.data(), v.starts_count = starts.size();
    return make_design(v);
  }
};

double dot(const double* a, const double* b) { return std::inner_product(a, a + kRows, b, 0.0); }

}  // namespace

TEST_CASE("all products with the projected columns agree") {
  const Data data;
  const std::function<bool()> never;
  Poller poll(never, "[test]");
  for (const bool dense : {false, true})
    for (const bool standardize : {false, true}) {
      CAPTURE(dense);
      CAPTURE(standardize);
      const auto x = data.design(dense);
      const CenteredDesign left(*x, data.y.data(), data.weight.data(), true, poll, standardize, kFree);
      const CenteredDesign raw(*x, data.y.data(), data.weight.data(), true, poll, standardize);
      CHECK(left.unpenalized.size() == 3);
      for (std::size_t a = 0; a < 3; ++a)
        for (std::size_t b = 0; b < 3; ++b)
          CHECK(std::fabs(dot(left.unpenalized.vector(a), left.unpenalized.vector(b)) - (a == b)) < 1e-14);

      Columns every(kCols);
      std::iota(every.begin(), every.end(), std::size_t{0});
      std::vector<double> columns(kCols * kRows), block(kRows * kCols), plain(kCols * kRows), dots(kCols), some(kCols);
      left.gather(every, columns.data(), kRows), raw.gather(every, plain.data(), kRows);
      left.read_block(0, kRows, 0, 5, block.data(), kCols), left.read_block(0, 20, 5, kCols, block.data(), kCols);
      left.read_block(20, kRows, 5, kCols, block.data() + 20 * kCols, kCols);
      const std::vector<double> r = Draws(5).vector<double>(kRows), squares = left.squares(poll);
      left.all_dots(r.data(), dots.data(), poll), left.some_dots(every, r.data(), some.data(), poll);
      for (std::size_t j = 0; j < kCols; ++j) {
        const double* column = columns.data() + j * kRows;
        const double size = std::sqrt(dot(plain.data() + j * kRows, plain.data() + j * kRows));
        for (std::size_t a = 0; a < 3; ++a)
          CHECK(std::fabs(dot(column, left.unpenalized.vector(a))) < 1e-13 * (1 + size));
        for (std::size_t i = 0; i < kRows; ++i) CHECK(std::fabs(block[i * kCols + j] - column[i]) < 1e-13 * (1 + size));
        CHECK(std::fabs(dots[j] - dot(column, r.data())) < 1e-12 * (1 + size));
        CHECK(std::fabs(some[j] - dots[j]) < 1e-12 * (1 + size));
        CHECK(std::fabs(squares[j] - dot(column, column)) < 1e-10 * (1 + size * size));
        const bool gone = left.is_eliminated(j) || j == 1 || j == 10;
        CHECK((dot(column, column) == 0) == gone);
        if (left.is_eliminated(j)) CHECK(dots[j] == 0);
      }
      CHECK(std::fabs(left.target_square - dot(left.target.data(), left.target.data())) < 1e-12);

      // y - X_rest w - X_free v, v completed from any w, equals the residual of the projected problem.
      std::vector<double> coef = Draws(6).vector<double>(kCols), seen = left.target, whole = raw.target;
      for (const std::size_t j : kFree) coef[j] = 0;
      left.subtract(every, coef.data(), seen.data(), poll);
      left.complete(left.target_projection, coef.data());
      raw.subtract(every, coef.data(), whole.data(), poll);
      CHECK(coef[9] == 0);
      CHECK(coef[2] != 0);
      for (std::size_t i = 0; i < kRows; ++i) CHECK(std::fabs(seen[i] - whole[i]) < 1e-11);
    }
}

TEST_CASE("a target in the span of the unpenalized columns has projected target zero") {
  const Data data;
  const std::function<bool()> never;
  Poller poll(never, "[test]");
  std::vector<double> y(kRows);
  for (std::size_t i = 0; i < kRows; ++i) y[i] = 3 * data.x[i * kCols + 2] - data.x[i * kCols + 7] + 5;
  const auto x = data.design(true);
  const CenteredDesign left(*x, y.data(), nullptr, true, poll, false, kFree);
  CHECK(left.target_square == 0);
  std::vector<double> coef(kCols);
  left.complete(left.target_projection, coef.data());
  CHECK(coef[2] == doctest::Approx(3));
  CHECK(coef[7] == doctest::Approx(-1));
  CHECK(left.intercept(coef.data()) == doctest::Approx(5));
}
