// One pass over everything that training or evaluation will read, before it starts.
#include "data_check.h"

#include <cmath>

namespace proxnet {

namespace {

template <class T> void check_targets(const NetworkImpl<T>& network, ConstMatrixView<T> y, const char* operation) {
  const double classes = static_cast<double>(network.outputs());
  for (std::size_t i = 0; i < y.rows; ++i)
    for (std::size_t j = 0; j < y.cols; ++j) {
      const double t = static_cast<double>(y.row(i)[j]);
      check(std::isfinite(t), operation, " y must be finite, y[", i, ", ", j, "] = ", t);
      if (network.loss == Loss::kSparseCategoricalCrossentropy)
        check(t >= 0 && t < classes && t == std::floor(t), operation, " y must hold class numbers 0 to ", classes - 1,
              ", y[", i, "] = ", t);
      else if (network.loss != Loss::kMeanSquaredError)
        check(t >= 0 && t <= 1, operation, " y must be in [0, 1] for a cross-entropy, y[", i, ", ", j, "] = ", t);
    }
}

}  // namespace

template <class T>
void check_data(const NetworkImpl<T>& network, const Data<T>& data, const char* operation, bool read_x) {
  if (!network.compiled) throw InvalidState(sentence(operation, " the network must be compiled first"));
  const RowSource<T>& x = *data.x;
  check(x.rows() >= 1, operation, " x must have at least one row, got 0");
  check(x.cols() == network.inputs, operation, " x must have ", network.inputs, " columns, got ", x.cols());
  check(data.y.rows == x.rows(), operation, " x and y must have the same number of rows, got ", x.rows(), " and ",
        data.y.rows);
  const bool labels = network.loss == Loss::kSparseCategoricalCrossentropy;
  check(data.y.cols == (labels ? 1 : network.outputs()), operation, " y must have ", labels ? 1 : network.outputs(),
        " columns, got ", data.y.cols);
  if (read_x) x.check_finite(operation, "x");
  check_targets(network, data.y, operation);
  if (!data.sample_weight) return;
  double total = 0;
  for (std::size_t i = 0; i < x.rows(); ++i) {
    const double w = static_cast<double>(data.sample_weight[i]);
    check(std::isfinite(w) && w >= 0, operation, " sample_weight must be finite and not negative, sample_weight[", i,
          "] = ", w);
    total += w;
  }
  check(total > 0, operation, " sample_weight must not be all zero");
}

template void check_data(const NetworkImpl<float>&, const Data<float>&, const char*, bool);
template void check_data(const NetworkImpl<double>&, const Data<double>&, const char*, bool);

}  // namespace proxnet
