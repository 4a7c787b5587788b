// Dropout: a pure function of key and position, equal on every table, with the statistics of independent coins.
#include <doctest/doctest.h>

#include "guarded.h"
#include "proxnet/error.h"
#include "proxnet/proxnet.h"
#include "reference.h"

using namespace reference;

namespace {

constexpr std::size_t kCount = 1 << 18;

// Which of the positions first .. first + count survive: those with a number of at most `last`.
template <class T>
std::vector<char> mask(const proxnet::KernelTable<T>& table, std::uint64_t key, std::uint64_t first, std::size_t count,
                       unsigned last) {
  const std::vector<T> ones(count, T(1));
  std::vector<T> out(count);
  table.dropout(count, key, first, last, T(1), ones.data(), out.data());
  std::vector<char> kept(count);
  for (std::size_t j = 0; j < count; ++j) kept[j] = out[j] != 0;
  return kept;
}

double agreement(const std::vector<char>& a, const std::vector<char>& b, std::size_t lag = 0) {
  std::size_t equal = 0;
  for (std::size_t j = 0; j + lag < a.size(); ++j) equal += a[j] == b[j + lag];
  return static_cast<double>(equal) / static_cast<double>(a.size() - lag);
}

}  // namespace

TEST_CASE_TEMPLATE("dropout depends on key and position alone, on every table", T, float, double) {
  Draws draws(31);  // seed 31
  const auto x = draws.vector<T>(1000);
  const Guarded<T> memory(1000), target(1000);
  const std::uint64_t key = 0x123456789abcdef0ULL, start = (std::uint64_t{1} << 32) - 500;  // across the 32-bit border
  std::vector<T> whole(1000);
  proxnet::supported_kernels<T>().front()->dropout(1000, key, start, 0x80000000U, T(2), x.data(), whole.data());
  for (const auto* table : proxnet::supported_kernels<T>())
    for (const std::size_t part : {1, 7, 16, 33, 100, 1000}) {
      std::vector<T> pieces(1000);
      for (std::size_t at = 0; at < 1000; at += part) {
        const std::size_t n = std::min(part, 1000 - at);
        T* from = memory.last(n);
        std::copy_n(x.data() + at, n, from);
        table->dropout(n, key, start + at, 0x80000000U, T(2), from, target.last(n));
        std::copy_n(target.last(n), n, pieces.data() + at);
      }
      CHECK_MESSAGE(same(whole, pieces), table->isa, " in parts of ", part);
    }
  for (std::size_t j = 0; j < 1000; ++j) CHECK((bits(whole[j]) == 0 || whole[j] == 2 * x[j]));  // +0.0, or scaled
}

TEST_CASE("dropout keeps the expected number of elements, within five standard deviations") {
  const auto& table = *proxnet::supported_kernels<float>().front();
  for (const double rate : {0.01, 0.1, 0.5, 0.9, 0.999})
    for (const std::uint64_t key : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
      const auto kept = mask(table, key, 0, kCount, static_cast<unsigned>((1 - rate) * 0x1p32));
      const double count = static_cast<double>(std::count(kept.begin(), kept.end(), 1)), n = kCount;
      CHECK_MESSAGE(std::fabs(count - n * (1 - rate)) <= 5 * std::sqrt(n * rate * (1 - rate)), "rate ", rate, " key ",
                    key);
    }
}

TEST_CASE_TEMPLATE("elements with a random number up to `last` survive: all of them, or one", T, float, double) {
  // The position whose number is the largest, found by search: seed-free, as the generator is a permutation.
  const auto& table = *proxnet::supported_kernels<T>().front();
  const auto kept = mask(table, 5, 0, 1 << 22, 0xffffffffU);
  CHECK(std::count(kept.begin(), kept.end(), 0) == 0);
  const auto few = mask(table, 5, 0, 1 << 22, 0xffU);  // 2^22 * 2^-24: one in four
  CHECK(std::count(few.begin(), few.end(), 1) <= 6);
}

TEST_CASE("masks of adjacent positions, keys and layers are uncorrelated") {
  const auto& table = *proxnet::supported_kernels<float>().front();
  // Agreement of fair coins is 1/2 with deviation 1 / (2 sqrt n); 150 comparisons, so five deviations.
  const double bound = 5 * 0.5 / std::sqrt(static_cast<double>(kCount));
  const std::uint64_t key = proxnet::Random(7, proxnet::kDropoutStream, 0).key();  // seed 7
  const auto base = mask(table, key, 0, kCount, 0x80000000U);
  for (std::size_t lag = 1; lag <= 130; ++lag) CHECK(std::fabs(agreement(base, base, lag) - 0.5) <= bound);
  for (std::uint64_t epoch = 1; epoch <= 10; ++epoch) {
    const std::uint64_t other = proxnet::Random(7, proxnet::kDropoutStream, epoch).key();
    CHECK(std::fabs(agreement(base, mask(table, other, 0, kCount, 0x80000000U)) - 0.5) <= bound);
    CHECK(std::fabs(agreement(base, mask(table, key + epoch, 0, kCount, 0x80000000U)) - 0.5) <= bound);
  }
}

TEST_CASE_TEMPLATE("Dropout is the identity in predict, and at rate 0 in training", T, float, double) {
  using namespace proxnet;
  Draws draws(32);  // seed 32
  const auto x = draws.vector<T>(64 * 5), y = draws.vector<T>(64);
  const DenseRows<T> rows({x.data(), 64, 5});
  const Data<T> data{&rows, {y.data(), 64, 1}};
  const auto trained = [&](std::vector<Layer> layers) {
    Network<T> network(5, layers, 3);
    network.compile(sgd(0.1), Loss::kMeanSquaredError);
    FitOptions<T> options;
    options.epochs = 2;
    fit(network, data, options);
    std::vector<T> out(64);
    network.predict(rows.view(), {out.data(), 64, 1});
    return out;
  };
  const Dense hidden{8, Activation::kTanh}, last{1};
  CHECK(same(trained({hidden, last}), trained({hidden, Dropout{0.0}, last})));
  CHECK(same(trained({hidden, last}), trained({Dropout{0.0}, hidden, last})));
  CHECK_FALSE(same(trained({hidden, last}), trained({hidden, Dropout{0.3}, last})));
}
