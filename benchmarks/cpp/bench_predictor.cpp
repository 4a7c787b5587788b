// The products of frozen layers: one row through dense weights, and through sparse ones in windows, by output and by
// input; groups of rows through sparse weights. `size` is the number of outputs; 90 % of the sparse weights are zero.
#include "ops/panels.h"
#include "predictor/sparse_weights.h"
#include "roofline.h"

namespace roofline {
namespace {

using proxnet::kRowGroup;

// Ten percent of the weights at random places.
template <class T> struct Sparse {
  Sparse(std::size_t inputs, std::size_t outputs, std::size_t lanes)
      : weights(random(inputs, outputs), lanes), bias(outputs), x(inputs * kRowGroup<T>), out(outputs * kRowGroup<T>) {
    for (std::size_t k = 0; k < inputs; ++k) listed.push_back(static_cast<unsigned>(k));
  }
  static proxnet::Panels<T> random(std::size_t inputs, std::size_t outputs) {
    proxnet::Panels<T> w(inputs, outputs);
    std::uint32_t state = 1;
    for (std::size_t k = 0; k < inputs; ++k)
      for (std::size_t j = 0; j < outputs; ++j) {
        state = state * 1664525u + 1013904223u;
        w.at(j / kPanel<T>, k)[j % kPanel<T>] = (state >> 8) % 10 ? T(0) : T(0.5);
      }
    return w;
  }

  proxnet::SparseWeights<T> weights;
  Buffer<T> bias, x, out;
  std::vector<unsigned> listed;
};

}  // namespace

template <class T> void add_predictor(Cases<T>& cases) {
  constexpr std::size_t kInputs = 800;
  const double number = sizeof(T), index = sizeof(unsigned);
  for (const std::size_t outputs : {64, 320}) {
    const double weights = static_cast<double>(kInputs * outputs), some = weights / 10;
    const auto add = [&](const char* name, double bytes, double flop, std::function<Call(const KernelTable<T>&)> make) {
      cases.push_back({name, outputs, bytes, flop, bytes, false, std::move(make)});
    };
    // run(kernels, sparse weights): a call.
    const auto add_sparse = [&](const char* name, double bytes, double flop, auto run) {
      add(name, bytes, flop, [outputs, run](const KernelTable<T>& k) {
        const auto s = std::make_shared<Sparse<T>>(std::size_t{kInputs}, outputs, k.lanes);
        return Call([&k, run, s] { run(k, *s); });
      });
    };
    add("row_product", weights * number, 2 * weights, [outputs](const KernelTable<T>& k) {
      const Buffer<T> w(kInputs * outputs), x(kInputs), bias(outputs), out(outputs);
      return Call([=, &k] {
        k.row_product({kInputs, x.data(), nullptr, w.data(), outputs / kPanel<T>, kInputs * kPanel<T>, bias.data(),
                       T(0), out.data()});
      });
    });
    add_sparse("list_nonzeros", kInputs * (2 * number + index), kInputs, [](const KernelTable<T>& k, Sparse<T>& s) {
      k.list_nonzeros(kInputs, s.x.data(), s.listed.data(), s.out.data());
    });
    add_sparse("windowed_row", some * (number + index), 2 * some, [](const KernelTable<T>& k, Sparse<T>& s) {
      if (s.weights.has_windows()) k.windowed_row(s.weights.in_windows(s.bias.data()), T(0), s.x.data(), s.out.data());
    });
    add_sparse("sliced_row", some * (number + index), 2 * some, [](const KernelTable<T>& k, Sparse<T>& s) {
      k.sliced_row(s.weights.by_output(s.bias.data()), T(0), s.x.data(), s.out.data());
    });
    add_sparse("listed_row", some * (number + index), 2 * some, [](const KernelTable<T>& k, Sparse<T>& s) {
      k.listed_row(s.weights.by_input(s.bias.data()), T(0), kInputs, s.listed.data(), s.x.data(), s.out.data());
    });
    add_sparse("sliced_block", some * (number + index) + kInputs * kRowGroup<T> * number, 2 * some * kRowGroup<T>,
               [](const KernelTable<T>& k, Sparse<T>& s) {
                 k.sliced_block(s.weights.by_output(s.bias.data()), T(0), s.x.data(), s.out.data());
               });
  }
}

template void add_predictor(Cases<float>&);
template void add_predictor(Cases<double>&);

}  // namespace roofline
