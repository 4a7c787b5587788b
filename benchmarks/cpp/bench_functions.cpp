// Elementary functions of arrays, and dropout.
#include "roofline.h"

namespace roofline {
namespace {

template <class T> Row<T> map(const char* name, void (*KernelTable<T>::*f)(std::size_t, const T*, T*), double flop,
                              double low) {
  return {name, 2, flop, [f, low](const KernelTable<T>& k, std::size_t n) -> Call {
            const Buffer<T> x(n, low, 2), y(n);
            return [&k, f, n, x, y] { (k.*f)(n, x.data(), y.data()); };
          }};
}

}  // namespace

template <class T> void add_functions(Cases<T>& cases) {
  using K = KernelTable<T>;
  using F = Flop<T>;
  add_rows<T>(cases, {map<T>("exp", &K::exp, F::kExp, -2), map<T>("log", &K::log, F::kLog, 1e-3),
                      map<T>("log1p", &K::log1p, F::kLog1p, -0.9), map<T>("tanh", &K::tanh, F::kTanh, -2),
                      map<T>("sigmoid", &K::sigmoid, F::kSigmoid, -2), map<T>("expm1", &K::expm1, F::kExpm1, -2),
                      map<T>("erf", &K::erf, F::kErf, -2), map<T>("normal_cdf", &K::normal_cdf, F::kNormal, -2)});
  add_rows<T>(cases, {{"dropout", 2, 1, [](const K& k, std::size_t n) -> Call {
                         const Buffer<T> x(n), y(n);
                         return [&k, n, x, y] { k.dropout(n, 1, 0, 1u << 31, T(2), x.data(), y.data()); };
                       }}});
}

template void add_functions(Cases<float>&);
template void add_functions(Cases<double>&);

}  // namespace roofline
