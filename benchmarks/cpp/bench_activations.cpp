// Activations and their derivatives in place. A call first copies the array that it overwrites, which counts as
// traffic.
#include <cstring>
#include <iterator>

#include "roofline.h"

namespace roofline {
namespace {

using proxnet::ActivationKernel;

template <class T> struct Kind {
  const char* name;
  double forward, backward;  // operations a number
};
template <class T> using F = Flop<T>;

// In the order of ActivationKernel.
template <class T> const Kind<T> kKinds[] = {
    {"linear", 0, 0},
    {"relu", 1, 0},
    {"sigmoid", F<T>::kSigmoid, 3},
    {"tanh", F<T>::kTanh, 3},
    {"softmax", F<T>::kExp + 4, 4},
    {"leaky_relu", 1, 1},
    {"clipped_relu", 3, 1},
    {"elu", F<T>::kExpm1 + 3, 2},
    {"selu", F<T>::kExpm1 + 3, 2},
    {"softplus", F<T>::kExp + F<T>::kLog1p + 2, F<T>::kExpm1 + 1},
    {"softsign", 2, 3},
    {"hard_sigmoid", 4, 1},
    {"exponential", F<T>::kExp, 1},
    {"log_softmax", F<T>::kExp + 6, F<T>::kExp + 3},
    {"gelu", F<T>::kNormal + 6, 1},
    {"gelu_tanh", F<T>::kSigmoid + 14, 1},
    {"silu", F<T>::kSigmoid + 7, 1},
    {"mish", F<T>::kExp + 14, 1},
};
static_assert(std::size(kKinds<float>) == static_cast<std::size_t>(ActivationKernel::kCount));

template <class T> Call activate(const KernelTable<T>& k, std::size_t kind, bool backward, std::size_t n) {
  constexpr std::size_t kCols = 64;
  const Buffer<T> from(n), h(n, 0.05, 0.95), d(n), slope(n);
  proxnet::ActivationRows<T> rows = {};
  rows.rows = n / kCols, rows.cols = kCols;
  rows.h = h.data(), rows.d = d.data(), rows.slope = slope.data();
  rows.h_row = rows.d_row = rows.slope_row = kCols;
  rows.parameter = T(0.3), rows.ceiling = 1;
  const auto kernel = backward ? k.activate_backward[kind] : k.activate[kind];
  T* const to = backward ? d.data() : h.data();
  return [=] {
    std::memcpy(to, from.data(), n * sizeof(T));
    kernel(rows);
    (void)h, (void)d, (void)slope;
  };
}

}  // namespace

template <class T> void add_activations(Cases<T>& cases) {
  std::vector<Row<T>> rows;
  for (std::size_t kind = 1; kind < std::size(kKinds<T>); ++kind) {  // a linear one does nothing
    const bool sloped = kind >= static_cast<std::size_t>(ActivationKernel::kGelu);
    const std::string name = kKinds<T>[kind].name;
    rows.push_back({"activate_" + name, sloped ? 5.0 : 4.0, kKinds<T>[kind].forward,
                    [kind](const KernelTable<T>& k, std::size_t n) { return activate(k, kind, false, n); }, 2});
    rows.push_back({"activate_backward_" + name, 5, kKinds<T>[kind].backward,
                    [kind](const KernelTable<T>& k, std::size_t n) { return activate(k, kind, true, n); }, 2});
  }
  add_rows(cases, rows);
}

template void add_activations(Cases<float>&);
template void add_activations(Cases<double>&);

}  // namespace roofline
