// gemm_panel: every shape, stride and epilogue against scalar fma chains; no access out of bounds.
#include <doctest/doctest.h>

#include "guarded.h"
#include "proxnet/error.h"
#include "reference.h"

namespace {

using namespace reference;
using proxnet::GemmPanel;
using proxnet::KernelTable;
using proxnet::kPanel;

constexpr std::size_t kRows = 27, kDepth = 101;

std::vector<std::size_t> depths() {
  std::vector<std::size_t> all = {41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101};
  for (std::size_t d = 0; d <= 40; ++d) all.push_back(d);
  return all;
}

// A (rows, depth), B (depth, panel), the starting values and endings, and what every product of a part of them must be.
template <class T> struct Problem {
  std::vector<T> a, b, start, bias, mask;
  std::vector<std::vector<T>> from_zero, from_start;  // [r * panel + j][depth]
  std::vector<std::vector<double>> mass;              // sum of |a b| up to each depth, |start| included

  explicit Problem(std::uint64_t seed, bool specials) {
    Draws draws(seed);
    a = draws.vector<T>(kRows * kDepth);
    b = draws.vector<T>(kDepth * kPanel<T>);
    start = draws.vector<T>(kRows * kPanel<T>);
    bias = draws.vector<T>(kPanel<T>);
    mask = draws.vector<T>(kRows * kPanel<T>);
    if (specials)
      for (auto* array : {&a, &b, &start, &bias, &mask})
        for (T& x : *array)
          if (draws.below(60) == 0) x = special_values<T>()[draws.below(special_values<T>().size())];
    for (std::size_t r = 0; r < kRows; ++r)
      for (std::size_t j = 0; j < kPanel<T>; ++j) {
        std::vector<T> row(kDepth), column(kDepth);
        std::vector<double> sum = {std::fabs(static_cast<double>(start[r * kPanel<T> + j]))};
        for (std::size_t p = 0; p < kDepth; ++p) {
          row[p] = a[r * kDepth + p], column[p] = b[p * kPanel<T> + j];
          sum.push_back(sum.back() + std::fabs(static_cast<double>(row[p]) * static_cast<double>(column[p])));
        }
        from_zero.push_back(chain_prefixes(T(0), row, column));
        from_start.push_back(chain_prefixes(start[r * kPanel<T> + j], row, column));
        mass.push_back(sum);
      }
  }
};

// Where A(r, p) lies: in rows; rows side by side, as the transposed operand of a weight gradient has them; in panels of
// `chunk` columns; listed, backwards in memory, as is B then.
struct Form {
  std::size_t row, step, chunk, jump;
  bool listed = false;
  std::size_t at(std::size_t r, std::size_t p) const {
    return chunk ? r * row + p % chunk * step + p / chunk * jump : r * row + p * step;
  }
};
template <class T> constexpr Form kForms[] = {{kDepth + 2, 1, 0, 0},
                                              {1, kRows + 3, 0, 0},
                                              {kPanel<T>, 1, kPanel<T>, kRows * kPanel<T> + 4},
                                              {9, 1, 5, kRows * 9 + 1},
                                              {kDepth + 2, 1, 0, 0, true}};

struct Ending {
  bool resume, bias, relu, mask;
};
constexpr Ending kEndings[] = {{false, false, false, false}, {true, false, false, false}, {false, true, false, false},
                               {false, true, true, false},   {false, false, false, true}, {true, true, true, true}};

template <class T> T max_of(T x, T low) { return x < low ? low : x; }  // keeps a NaN x

// The arrays of one call, each as short as the contract allows and ending at a page that must not be touched.
template <class T> class Caller {
 public:
  Caller(const Problem<T>& problem, const KernelTable<T>& table, Tally& tally)
      : problem_(problem), table_(table), tally_(tally) {}

  void check(std::size_t rows, std::size_t cols, std::size_t depth, const Form& form, const Ending& e) {
    const std::size_t lanes = table_.lanes, width = (cols + lanes - 1) / lanes * lanes;
    GemmPanel<T> g = {};
    g.rows = rows, g.cols = cols, g.depth = depth;
    T* a = a_.last(rows && depth ? form.at(rows - 1, depth - 1) + 1 : 0);
    for (std::size_t r = 0; r < rows; ++r)
      for (std::size_t p = 0; p < depth; ++p) a[form.at(r, at(form, depth, p))] = problem_.a[r * kDepth + p];
    g.a = a, g.a_row = static_cast<std::ptrdiff_t>(form.row), g.a_step = static_cast<std::ptrdiff_t>(form.step);
    g.chunk = form.chunk, g.a_jump = static_cast<std::ptrdiff_t>(form.jump);
    const std::size_t step = kPanel<T> + (form.row == 1 ? 5 : 0);
    T* b = fill(b_, problem_.b, depth, step, width);
    g.b = b, g.b_step = static_cast<std::ptrdiff_t>(step);
    std::vector<proxnet::GemmStep> steps;
    for (std::size_t p = 0; form.listed && p < depth; ++p) {
      std::copy_n(problem_.b.data() + p * kPanel<T>, width, b + at(form, depth, p) * step);
      steps.push_back({static_cast<std::ptrdiff_t>(form.at(0, at(form, depth, p))),
                       static_cast<std::ptrdiff_t>(at(form, depth, p) * step)});
    }
    if (form.listed) g.steps = steps.data();
    if (e.bias) g.bias = fill(bias_, problem_.bias, 1, kPanel<T>, width);
    if (e.bias) g.floor = e.relu ? T(0) : -std::numeric_limits<T>::infinity();
    if (e.mask) g.mask = fill(mask_, problem_.mask, rows, kPanel<T> + 1, width), g.mask_row = kPanel<T> + 1;
    g.resume = e.resume;

    constexpr std::size_t kStep = kPanel<T> + 3;
    const T untouched = T(-77);
    std::vector<T> c(kRows * kStep + kStep, untouched);
    g.c = c.data() + 1, g.c_row = kStep;
    for (std::size_t r = 0; e.resume && r < rows; ++r)
      for (std::size_t j = 0; j < width; ++j) g.c[r * kStep + j] = problem_.start[r * kPanel<T> + j];
    table_.gemm_panel(g);

    for (std::size_t i = 0; i < c.size(); ++i) {
      const std::size_t r = (i - 1) / kStep, j = (i - 1) % kStep;
      const bool inside = i > 0 && r < rows && j < width;
      tally_.expect(inside ? good(c[i], r, j, depth, e) : c[i] == untouched, [&] {
        return text(table_.isa, " rows ", rows, " cols ", cols, " depth ", depth, " row step ", form.row, " listed ",
                    form.listed, " resume ", e.resume, " bias ", e.bias, " mask ", e.mask,
                    inside ? " wrong at " : " written outside at ", r, ", ", j, ": ", c[i]);
      });
    }
  }

 private:
  static std::size_t at(const Form& form, std::size_t depth, std::size_t p) { return form.listed ? depth - 1 - p : p; }
  static T* fill(const Guarded<T>& memory, const std::vector<T>& from, std::size_t rows, std::size_t step,
                 std::size_t width) {
    T* to = memory.last(rows ? (rows - 1) * step + width : 0);
    for (std::size_t r = 0; r < rows; ++r) std::copy_n(from.data() + r * kPanel<T>, width, to + r * step);
    return to;
  }

  bool good(T c, std::size_t r, std::size_t j, std::size_t depth, const Ending& e) const {
    const std::size_t at = r * kPanel<T> + j;
    T want = (e.resume ? problem_.from_start : problem_.from_zero)[at][depth];
    if (e.bias) want = max_of<T>(want + problem_.bias[j], e.relu ? T(0) : -std::numeric_limits<T>::infinity());
    if (e.mask && !(problem_.mask[at] > 0)) want = 0;
    if (fused(table_)) return same(c, want);
    // Both sides are within depth + 2 roundings of the exact sum; floor and mask move no value further.
    const double mass = problem_.mass[at][depth] + 1;
    return std::fabs(static_cast<double>(c) - static_cast<double>(want)) <=
           2 * static_cast<double>(depth + 2) * kRound<T> * mass;
  }

  const Problem<T>& problem_;
  const KernelTable<T>& table_;
  Tally& tally_;
  const Guarded<T> a_{kDepth * 3 * (kRows + 1)}, b_{kDepth * (kPanel<T> + 5)}, bias_{kPanel<T>},
      mask_{kRows * (kPanel<T> + 1)};
};

}  // namespace

TEST_CASE_TEMPLATE("gemm_panel is a chain of fma in every shape", T, float, double) {
  const Problem<T> problem(1, false);  // seed 1
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>()) {
    Caller<T> caller(problem, *table, tally);
    std::size_t turn = 0;
    for (std::size_t rows = 0; rows <= kRows; ++rows)
      for (std::size_t cols = 1; cols <= kPanel<T>; ++cols)
        for (const std::size_t depth : depths()) {
          // Epilogues alternate, so that each is combined with every form.
          for (const Form& form : kForms<T>)
            caller.check(rows, cols, depth, form, kEndings[turn++ % std::size(kEndings)]);
          turn += turn % 3;
        }
  }
  MESSAGE(tally.checked, " elements compared");
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("two panels at once have the bits of one after the other", T, float, double) {
  Draws draws(6);                                      // seed 6
  constexpr std::size_t kWide = kPanel<T>, kJump = 7;  // between a panel's end and the next
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t rows : {1, 2, 5, 6, 7, 8, 9, 12, 13, 27})
      for (const std::size_t depth : {0, 1, 4, 37})
        for (std::size_t more = 1; more <= kWide; more += more < kWide ? kWide / 8 : 1)
          for (const Form& form : kForms<T>)
            for (const Ending& e : kEndings) {
              const auto a = draws.vector<T>(kDepth * 3 * (kRows + 1));
              const std::size_t b_panel = depth * kWide + kJump, c_panel = rows * kWide + kJump;
              const auto b = draws.vector<T>(2 * b_panel + kWide), mask = draws.vector<T>(2 * c_panel);
              const auto bias = draws.vector<T>(2 * kWide), start = draws.vector<T>(2 * c_panel);
              std::vector<proxnet::GemmStep> steps;
              for (std::size_t p = 0; p < depth; ++p)
                steps.push_back({std::ptrdiff_t(form.at(0, depth - 1 - p)), std::ptrdiff_t((depth - 1 - p) * kWide)});
              GemmPanel<T> g = {};
              g.rows = rows, g.depth = depth, g.b_step = g.c_row = g.mask_row = kWide;
              g.a_row = std::ptrdiff_t(form.row), g.a_step = std::ptrdiff_t(form.step);
              g.chunk = form.chunk, g.a_jump = std::ptrdiff_t(form.jump), g.resume = e.resume;
              g.floor = e.relu ? T(0) : -std::numeric_limits<T>::infinity();
              if (form.listed) g.steps = steps.data();
              auto one_by_one = start, at_once = start;
              const auto run = [&](std::vector<T>& c, std::size_t panel, std::size_t cols) {
                g.cols = cols, g.a = a.data(), g.b = b.data() + panel * b_panel, g.c = c.data() + panel * c_panel;
                g.bias = e.bias ? bias.data() + panel * kWide : nullptr;
                g.mask = e.mask ? mask.data() + panel * c_panel : nullptr;
                table->gemm_panel(g);
              };
              run(one_by_one, 0, kWide), run(one_by_one, 1, more);
              g.b_panel = std::ptrdiff_t(b_panel), g.c_panel = g.mask_panel = std::ptrdiff_t(c_panel);
              const T* const prefetch[] = {a.data(), b.data()};
              std::copy(prefetch, prefetch + 2, g.prefetch);
              g.prefetch_rows = rows;
              run(at_once, 0, kWide + more);
              tally.expect(std::memcmp(one_by_one.data(), at_once.data(), at_once.size() * sizeof(T)) == 0, [&] {
                return text(table->isa, " rows ", rows, " cols ", kWide + more, " depth ", depth, " row step ",
                            form.row);
              });
            }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("gemm_panel carries NaN, infinities, zeros and denormals as a scalar chain does", T, float, double) {
  const Problem<T> problem(2, true);  // seed 2
  Tally tally;
  for (const auto* table : fused_tables<T>()) {
    Caller<T> caller(problem, *table, tally);
    for (std::size_t rows = 1; rows <= kRows; rows += 2)
      for (std::size_t cols = 1; cols <= kPanel<T>; cols += 3)
        for (const std::size_t depth : {1, 2, 7, 30})
          for (const Ending& ending : kEndings)
            for (const Form& form : kForms<T>) caller.check(rows, cols, depth, form, ending);
  }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}

TEST_CASE_TEMPLATE("resuming a product gives the bits of doing it at once", T, float, double) {
  Draws draws(3);  // seed 3
  constexpr std::size_t kLong = 200;
  const auto a = draws.vector<T>(kRows * kLong), b = draws.vector<T>(kLong * kPanel<T>);
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t cut : {0, 1, 64, 199, 200}) {
      std::vector<T> whole(kRows * kPanel<T>), parts(whole.size());
      GemmPanel<T> g = {kRows, kPanel<T>, kLong, a.data(), kLong, 1, b.data(), kPanel<T>, whole.data(), kPanel<T>};
      table->gemm_panel(g);
      g.c = parts.data(), g.depth = cut;
      table->gemm_panel(g);
      g.a += cut, g.b += cut * kPanel<T>, g.depth = kLong - cut, g.resume = true;
      table->gemm_panel(g);
      CHECK_MESSAGE(same(whole, parts), table->isa, " cut at ", cut);
    }
}

TEST_CASE_TEMPLATE("transpose moves every element and writes nothing else", T, float, double) {
  Draws draws(4);  // seed 4
  const auto source = draws.vector<T>(50 * 60);
  const Guarded<T> from(50 * 60), to(60 * 60);
  Tally tally;
  for (const auto* table : proxnet::supported_kernels<T>())
    for (std::size_t rows : {0, 1, 3, 15, 16, 17, 31, 32, 33, 50})
      for (std::size_t cols : {0, 1, 2, 15, 16, 17, 32, 47}) {
        const std::size_t row = cols + 3, back = rows + 2;
        T* src = from.last(rows && cols ? (rows - 1) * row + cols : 0);
        for (std::size_t i = 0; i < rows; ++i) std::copy_n(source.data() + i * 60, cols, src + i * row);
        T* dst = to.last(rows && cols ? (cols - 1) * back + rows : 0);
        for (std::size_t j = 0; rows && j + 1 < cols; ++j) dst[j * back + rows] = dst[j * back + rows + 1] = T(-77);
        table->transpose(rows, cols, src, static_cast<std::ptrdiff_t>(row), dst, static_cast<std::ptrdiff_t>(back));
        for (std::size_t j = 0; rows && j < cols; ++j) {
          for (std::size_t i = 0; i < rows; ++i)
            tally.expect(dst[j * back + i] == source[i * 60 + j],
                         [&] { return text(table->isa, " ", rows, " ", cols); });
          tally.expect(j + 1 == cols || (dst[j * back + rows] == T(-77) && dst[j * back + rows + 1] == T(-77)),
                       [&] { return text(table->isa, " wrote beyond a row of ", rows); });
        }
      }
  CHECK_MESSAGE(tally.wrong == 0, tally.first);
}
