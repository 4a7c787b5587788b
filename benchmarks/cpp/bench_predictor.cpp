// The products of frozen layers: one row through dense weights, and through sparse ones by output and by input; groups
// of rows through sparse weights. `size` is the number of outputs; zeros: 90 % of the sparse weights.
#include "roofline.h"

namespace roofline {
namespace {

using proxnet::kRowGroup;
using proxnet::kSlice;

// Ten percent of the weights of `outputs` outputs, every tenth input from another start for each output.
template <class T> struct Sparse {
  Sparse(std::size_t inputs, std::size_t outputs)
      : each(inputs / 10), value(each * outputs), bias(outputs), x(inputs * kRowGroup<T>), out(outputs * kRowGroup<T>) {
    for (std::size_t s = 0; s <= outputs / kSlice; ++s) slices.push_back(s * kSlice * each);
    for (std::size_t s = 0; s < outputs / kSlice; ++s)
      for (std::size_t t = 0; t < each; ++t)
        for (std::size_t i = 0; i < kSlice; ++i) input.push_back(static_cast<unsigned>(10 * t + (s + i) % 10));
    for (std::size_t k = 0; k <= inputs; ++k) inputs_begin.push_back(k * outputs / 10);
    for (std::size_t e = 0; e < each * outputs; ++e) output.push_back(static_cast<unsigned>(e * 7 % outputs));
    for (std::size_t k = 0; k < inputs; ++k) listed.push_back(static_cast<unsigned>(k));
    for (std::size_t j = 0; j < outputs; ++j) order.push_back(static_cast<unsigned>(j));
  }
  std::size_t each;
  std::vector<std::size_t> slices, inputs_begin;
  std::vector<unsigned> input, order, output, listed;
  Buffer<T> value, bias, x, out;

  proxnet::SlicedWeights<T> by_output() const {
    return {order.size() / kSlice, order.size(), slices.data(), input.data(), order.data(), value.data(), bias.data()};
  }
  proxnet::ListedWeights<T> by_input() const {
    return {order.size(), inputs_begin.data(), output.data(), value.data(), bias.data()};
  }
};

}  // namespace

template <class T> void add_predictor(Cases<T>& cases) {
  constexpr std::size_t kInputs = 800;
  const double number = sizeof(T), index = sizeof(unsigned);
  for (const std::size_t outputs : {64, 320}) {
    const double weights = static_cast<double>(kInputs * outputs), some = weights / 10;
    const auto sparse = std::make_shared<Sparse<T>>(kInputs, outputs);
    const auto add = [&](const char* name, double bytes, double flop, std::function<Call(const KernelTable<T>&)> make) {
      cases.push_back({name, outputs, bytes, flop, bytes, false, std::move(make)});
    };
    add("row_product", weights * number, 2 * weights, [outputs](const KernelTable<T>& k) {
      const Buffer<T> w(kInputs * outputs), x(kInputs), bias(outputs), out(outputs);
      return Call([=, &k] {
        k.row_product({kInputs, x.data(), nullptr, w.data(), outputs / kPanel<T>, kInputs * kPanel<T>, bias.data(),
                       T(0), out.data()});
      });
    });
    add("list_nonzeros", kInputs * (2 * number + index), kInputs, [sparse](const KernelTable<T>& k) {
      return Call(
          [sparse, &k] { k.list_nonzeros(kInputs, sparse->x.data(), sparse->listed.data(), sparse->out.data()); });
    });
    add("sliced_row", some * (number + index), 2 * some, [sparse](const KernelTable<T>& k) {
      return Call([sparse, &k] { k.sliced_row(sparse->by_output(), T(0), sparse->x.data(), sparse->out.data()); });
    });
    add("listed_row", some * (number + index), 2 * some, [sparse](const KernelTable<T>& k) {
      return Call([sparse, &k] {
        k.listed_row(sparse->by_input(), T(0), kInputs, sparse->listed.data(), sparse->x.data(), sparse->out.data());
      });
    });
    add("sliced_block", some * (number + index) + kInputs * kRowGroup<T> * number, 2 * some * kRowGroup<T>,
        [sparse](const KernelTable<T>& k) {
          return Call(
              [sparse, &k] { k.sliced_block(sparse->by_output(), T(0), sparse->x.data(), sparse->out.data()); });
        });
  }
}

template void add_predictor(Cases<float>&);
template void add_predictor(Cases<double>&);

}  // namespace roofline
