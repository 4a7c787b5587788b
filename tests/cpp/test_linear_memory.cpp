// The values of sparse X are not copied: bounds on the bytes that designs, predictions and paths allocate beside a copy
// of the indices, also with standardized columns.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "allocations.h"
#include "proxnet/linear.h"
#include "reference.h"

using namespace proxnet;

namespace {

constexpr std::size_t kLines = 1000, kEach = 800, kAcross = 4 * kEach;

template <class Index> struct Lines {
  std::vector<double> values = reference::Draws(3).vector<double>(kLines * kEach);
  std::vector<Index> indices, starts = {0};
  Lines() {
    for (std::size_t k = 0; k < kLines; ++k) {
      for (std::size_t e = 0; e < kEach; ++e) indices.push_back(static_cast<Index>(4 * e + (k + e) % 4));
      starts.push_back(static_cast<Index>(indices.size()));
    }
  }
  SparseView<double, Index> view(bool by_rows) const {
    const std::size_t rows = by_rows ? kLines : kAcross, cols = by_rows ? kAcross : kLines;
    return {rows, cols, values.size(), values.data(), indices.data(), starts.data(), starts.size(), by_rows};
  }
  std::size_t bytes() const { return values.size() * (sizeof(double) + sizeof(Index)); }
};

// Peak of the bytes allocated during `call`, beyond those allocated before it.
template <class F> std::size_t taken(F&& call) {
  const std::size_t before = allocations::live_bytes();
  allocations::start_peak();
  call();
  return allocations::peak_bytes() - before;
}

}  // namespace

TEST_CASE_TEMPLATE("values of sparse columns and rows are not copied", Index, std::int32_t, std::int64_t) {
  const Lines<Index> lines;
  const std::size_t few = lines.bytes() / 20;
  std::vector<double> y(kAcross), coef(kAcross, 0.5), out(kAcross);
  for (std::size_t i = 0; i < kAcross; ++i) y[i] = std::sin(static_cast<double>(i));
  PathOptions options;
  options.count = 2, options.eps = 0.9;
  for (const bool by_rows : {false, true}) {
    std::shared_ptr<const Design> x;
    CHECK(taken([&] {
            x = make_design(lines.view(by_rows));
            check_finite(*x);
            predict(*x, coef.data(), 1, out.data());
          }) < few + (lines.indices.size() + lines.starts.size()) * sizeof(Index));
    const std::size_t path = taken([&] { elastic_net_path(*x, y.data(), nullptr, {}, options); });
    if (by_rows) {
      CHECK(path > lines.bytes());  // the first path over CSR makes a column copy of X
      CHECK(path < lines.bytes() + 2 * few);
      CHECK(taken([&] { elastic_net_path(*x, y.data(), nullptr, {}, options); }) < 2 * few);
    } else {
      CHECK(path < 2 * few);
    }
  }
}

TEST_CASE("standardized columns: the grid starts at alpha_max, where all coefficients are zero") {
  const Lines<std::int32_t> lines;
  const auto x = make_design(lines.view(false));
  std::vector<double> y(kAcross);
  for (std::size_t i = 0; i < kAcross; ++i) y[i] = std::cos(static_cast<double>(i));
  ElasticNetPenalty penalty;
  penalty.standardize = true;
  PathOptions options;
  options.count = 3, options.eps = 0.5;
  const LinearPath path = elastic_net_path(*x, y.data(), nullptr, penalty, options);
  CHECK(path.alphas[0] == alpha_max(*x, y.data(), nullptr, penalty, true));
  const auto used = [&](std::size_t k) {
    std::size_t count = 0;
    for (std::size_t j = 0; j < kLines; ++j) count += path.coef[k * kLines + j] != 0;
    return count;
  };
  CHECK(used(0) == 0);
  CHECK(used(2) > 0);
}

TEST_CASE_TEMPLATE("overwriting the indices after a design was made changes nothing", Index, std::int32_t,
                   std::int64_t) {
  Lines<Index> lines;
  std::vector<double> coef(kAcross, 0.5), before(kAcross), after(kAcross);
  for (const bool by_rows : {false, true}) {
    Lines<Index> mine = lines;
    const auto x = make_design(mine.view(by_rows));
    predict(*x, coef.data(), 1, before.data());
    std::fill(mine.indices.begin(), mine.indices.end(), std::numeric_limits<Index>::max());
    std::fill(mine.starts.begin(), mine.starts.end(), std::numeric_limits<Index>::max());
    predict(*x, coef.data(), 1, after.data());
    CHECK(before == after);
    std::vector<double> y(kAcross, 1.0);
    y[0] = 2;
    PathOptions options;
    options.count = 3, options.eps = 0.5;
    const auto fresh = make_design(lines.view(by_rows));
    CHECK(elastic_net_path(*x, y.data(), nullptr, {}, options).coef ==
          elastic_net_path(*fresh, y.data(), nullptr, {}, options).coef);
  }
}
