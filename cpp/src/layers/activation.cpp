// Kernels of the activations, panel by panel or on whole rows.
#include "proxnet/activation.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "layers/activation_rows.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

// By Activation::Kind.
constexpr std::string_view kNames[] = {
    "linear",   "relu",     "sigmoid",      "tanh",        "softmax",     "leaky_relu", "clipped_relu", "elu",  "selu",
    "softplus", "softsign", "hard_sigmoid", "exponential", "log_softmax", "gelu",       "gelu_tanh",    "silu", "mish"};
static_assert(std::size(kNames) == Activation::kMish + 1);

}  // namespace

std::span<const std::string_view> activation_names() { return kNames; }

std::optional<Activation::Kind> activation_kind(std::string_view name) {
  const auto found = std::find(std::begin(kNames), std::end(kNames), name);
  if (found == std::end(kNames)) return {};
  return static_cast<Activation::Kind>(found - std::begin(kNames));
}

void check_activation(const Activation& a, std::size_t units, const char* operation) {
  check(!is_row_wise(a) || units > 1, operation, a == Activation::kSoftmax ? " softmax" : " log_softmax",
        " needs at least 2 units: with 1 its output is constant");
  const char* name = a == Activation::kElu ? " alpha" : " negative_slope";
  check(std::isfinite(a.parameter) && a.parameter >= 0, operation, name, " must be finite and not negative, got ",
        a.parameter);
  check(a.kind != Activation::kClippedRelu || (std::isfinite(a.ceiling) && a.ceiling > 0), operation,
        " max_value must be finite and positive, got ", a.ceiling);
}

ActivationKernel activation_kernel(const Activation& activation) {
  switch (activation.kind) {
    case Activation::kLinear:
      return ActivationKernel::kLinear;
    case Activation::kRelu:
      return ActivationKernel::kRelu;
    case Activation::kSigmoid:
      return ActivationKernel::kSigmoid;
    case Activation::kTanh:
      return ActivationKernel::kTanh;
    case Activation::kSoftmax:
      return ActivationKernel::kSoftmax;
    case Activation::kLeakyRelu:  // its kernel takes the input's sign from the output
      return activation.parameter == 0 ? ActivationKernel::kRelu : ActivationKernel::kLeakyRelu;
    case Activation::kClippedRelu:
      return ActivationKernel::kClippedRelu;
    case Activation::kElu:
      return activation.parameter == 0 ? ActivationKernel::kRelu : ActivationKernel::kElu;
    case Activation::kSelu:
      return ActivationKernel::kSelu;
    case Activation::kSoftplus:
      return ActivationKernel::kSoftplus;
    case Activation::kSoftsign:
      return ActivationKernel::kSoftsign;
    case Activation::kHardSigmoid:
      return ActivationKernel::kHardSigmoid;
    case Activation::kExponential:
      return ActivationKernel::kExponential;
    case Activation::kLogSoftmax:
      return ActivationKernel::kLogSoftmax;
    case Activation::kGelu:
      return ActivationKernel::kGelu;
    case Activation::kGeluTanh:
      return ActivationKernel::kGeluTanh;
    case Activation::kSilu:
      return ActivationKernel::kSilu;
    case Activation::kMish:
      break;
  }
  return ActivationKernel::kMish;
}

namespace {

// kernel(block) for all columns at once in Layout::kRows, else panel by panel.
template <class T, class Kernel>
void for_blocks(const Activation& activation, std::size_t rows, std::size_t cols, RowPanels<T> h,
                const RowPanels<T>* slope, const RowPanels<T>* d, Kernel kernel) {
  const bool contiguous = h.panel_step == kPanel<T>;
  ActivationRows<T> a = {};
  a.rows = rows, a.h_row = static_cast<std::ptrdiff_t>(h.row_step);
  a.parameter = static_cast<T>(activation.parameter), a.ceiling = static_cast<T>(activation.ceiling);
  for (std::size_t first = 0, panel = 0; first < cols; ++panel) {
    a.cols = contiguous ? cols : std::min(kPanel<T>, cols - first);
    a.h = h.at(panel, 0);
    if (slope) a.slope = slope->at(panel, 0), a.slope_row = static_cast<std::ptrdiff_t>(slope->row_step);
    if (d) a.d = d->at(panel, 0), a.d_row = static_cast<std::ptrdiff_t>(d->row_step);
    kernel(a);
    first += a.cols;
  }
}

}  // namespace

template <class T>
void activate(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols, RowPanels<T> h,
              const RowPanels<T>* slope) {
  for_blocks<T>(activation, rows, cols, h, slope, nullptr, k.activate[static_cast<int>(activation_kernel(activation))]);
}

template <class T>
void activate_backward(const KernelTable<T>& k, const Activation& activation, std::size_t rows, std::size_t cols,
                       RowPanels<T> h, const RowPanels<T>* slope, RowPanels<T> d) {
  for_blocks<T>(activation, rows, cols, h, slope, &d,
                k.activate_backward[static_cast<int>(activation_kernel(activation))]);
}

template <class T> void apply(const Activation& activation, ConstMatrixView<T> x, MatrixView<T> out) {
  check_activation(activation, x.cols, "[apply]");
  check(x.rows == out.rows && x.cols == out.cols, "[apply] out must have shape (", x.rows, ", ", x.cols, "), got (",
        out.rows, ", ", out.cols, ")");
  Activations<T> row(1, x.cols, Layout::kRows);
  for (std::size_t r = 0; r < x.rows; ++r) {
    std::memcpy(row.row(0), x.row(r), x.cols * sizeof(T));
    activate<T>(kernels<T>(), activation, 1, x.cols, row.view(), nullptr);
    std::memcpy(out.row(r), row.row(0), x.cols * sizeof(T));
  }
}

template void activate(const KernelTable<float>&, const Activation&, std::size_t, std::size_t, RowPanels<float>,
                       const RowPanels<float>*);
template void activate(const KernelTable<double>&, const Activation&, std::size_t, std::size_t, RowPanels<double>,
                       const RowPanels<double>*);
template void activate_backward(const KernelTable<float>&, const Activation&, std::size_t, std::size_t,
                                RowPanels<float>, const RowPanels<float>*, RowPanels<float>);
template void activate_backward(const KernelTable<double>&, const Activation&, std::size_t, std::size_t,
                                RowPanels<double>, const RowPanels<double>*, RowPanels<double>);
template void apply(const Activation&, ConstMatrixView<float>, MatrixView<float>);
template void apply(const Activation&, ConstMatrixView<double>, MatrixView<double>);

}  // namespace proxnet
