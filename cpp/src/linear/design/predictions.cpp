// What many models predict of the same rows.
#include "linear/design/design.h"
#include "linear/design/row_products.h"
#include "proxnet/ridge.h"

namespace proxnet {

void predictions(const Design& x, const double* coef, const double* intercept, std::size_t count, double* out,
                 const PollFunction& ask) {
  Poller poll(ask, "[predict]");
  if (!x.dense()) {
    for (std::size_t k = 0; k < count; ++k) predict(x, coef + k * x.cols, intercept[k], out + k * x.rows, poll);
    return;
  }
  const std::vector<double> shift(x.cols);
  multiply_rows(
      x.rows, x.cols, count, coef, poll,
      [&](std::size_t first, std::size_t last, double* block, std::size_t stride) {
        x.read_block(first, last, 0, x.cols, shift.data(), nullptr, block, stride);
      },
      [&](std::size_t first, std::size_t last, const double* products, std::size_t wide) {
        for (std::size_t k = 0; k < count; ++k)
          for (std::size_t i = first; i < last; ++i)
            out[k * x.rows + i] = products[(i - first) * wide + k] + intercept[k];
      });
}

}  // namespace proxnet
