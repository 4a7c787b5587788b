// Losses with their gradients, on rows of ten outputs; two of them on a single output too.
#include <iterator>

#include "roofline.h"

namespace roofline {
namespace {

using proxnet::LossKernel;

template <class T> struct Kind {
  const char* name;
  double flop;  // a number
};
template <class T> using F = Flop<T>;

// In the order of LossKernel.
template <class T> const Kind<T> kKinds[] = {
    {"squared_error", 6},
    {"absolute_error", 5},
    {"percentage_error", 9},
    {"logarithmic_error", 10 + 2 * F<T>::kLog1p},
    {"huber", 10},
    {"log_cosh", 15 + F<T>::kExp + F<T>::kExpm1 + 2 * F<T>::kLog1p + F<T>::kTanh},
    {"quantile", 7},
    {"poisson", 8 + F<T>::kLog},
    {"cosine_similarity", 10},
    {"hinge", 6},
    {"squared_hinge", 9},
    {"categorical_hinge", 7},
    {"kl_divergence", 10 + F<T>::kLog},
    {"binary_crossentropy", 15 + 2 * F<T>::kLog},
    {"binary_focal", 35 + F<T>::kExp + 3 * F<T>::kLog},
    {"categorical_crossentropy", 14 + F<T>::kLog},
    {"sparse_categorical_crossentropy", 12 + F<T>::kLog},
    {"categorical_focal", 24 + F<T>::kExp + 2 * F<T>::kLog},
    {"sigmoid_binary", 15 + F<T>::kExp + F<T>::kLog1p},
    {"sigmoid_focal", 34 + 2 * F<T>::kExp + F<T>::kLog + F<T>::kLog1p},
    {"softmax_categorical", 16 + F<T>::kExp},
    {"softmax_sparse", 5 + F<T>::kExp},
    {"softmax_focal", 40 + 5 * F<T>::kExp + 2 * F<T>::kExpm1 + 2 * F<T>::kLog},
};
static_assert(std::size(kKinds<float>) == static_cast<std::size_t>(LossKernel::kCount));

bool sparse(LossKernel kind) {
  return kind == LossKernel::kSparseCategoricalCrossentropy || kind == LossKernel::kSoftmaxSparse;
}

template <class T> Call lose(const KernelTable<T>& k, LossKernel kind, std::size_t rows, std::size_t cols) {
  const std::size_t width = (cols + kRowPad<T> - 1) / kRowPad<T> * kRowPad<T>, targets = sparse(kind) ? 1 : cols;
  const Buffer<T> h(rows * width, 0.05, 0.95), y(rows * targets, 0, 1), scale(rows), d(rows * width), loss(rows);
  if (sparse(kind)) std::fill_n(y.data(), rows, T(3));
  proxnet::LossRows<T> block{};
  block.rows = rows, block.cols = cols;
  block.h = h.data(), block.d = d.data(), block.h_row = block.d_row = static_cast<std::ptrdiff_t>(width);
  block.y = y.data(), block.y_row = static_cast<std::ptrdiff_t>(targets);
  block.row_scale = scale.data(), block.row_loss = loss.data();
  block.scalars.parameter = T(0.5), block.scalars.alpha = T(0.25);
  const auto kernel = k.loss[static_cast<int>(kind)];
  return [=] {
    kernel(block);
    (void)h, (void)y, (void)scale, (void)d, (void)loss;
  };
}

template <class T> void add(Cases<T>& cases, LossKernel kind, std::size_t cols, const char* suffix) {
  for (const std::size_t n : kSizes) {
    // n numbers with the padding that h and d have.
    const std::size_t width = (cols + kRowPad<T> - 1) / kRowPad<T> * kRowPad<T>, rows = n / width;
    const bool fused = kind >= LossKernel::kSigmoidBinary;
    const std::size_t a_row = 2 * width + (sparse(kind) ? 1 : cols) + 2, again = fused ? width : 0;
    const Kind<T>& about = kKinds<T>[static_cast<std::size_t>(kind)];
    cases.push_back({std::string("loss_") + about.name + suffix, n,
                     static_cast<double>(rows * (a_row + again) * sizeof(T)),
                     about.flop * static_cast<double>(rows * cols), static_cast<double>(rows * a_row * sizeof(T)),
                     false, [kind, rows, cols](const KernelTable<T>& k) { return lose(k, kind, rows, cols); }});
  }
}

}  // namespace

template <class T> void add_losses(Cases<T>& cases) {
  for (std::size_t kind = 0; kind < std::size(kKinds<T>); ++kind) add(cases, static_cast<LossKernel>(kind), 10, "");
  for (const LossKernel kind : {LossKernel::kSquaredError, LossKernel::kSigmoidBinary}) add(cases, kind, 1, "_single");
}

template void add_losses(Cases<float>&);
template void add_losses(Cases<double>&);

}  // namespace roofline
