#include "linear/design/intercept_column.h"

#include <algorithm>

#include "runtime/dispatch.h"

namespace proxnet {

void WithInterceptColumn::all_dots(const double* v, double* out, Poller& poll) const {
  x_.all_dots(v, out, poll);
  out[x_.cols] = dot(x_.cols, v);
}

void WithInterceptColumn::some_dots(const Columns& list, const double* v, double* out, Poller& poll) const {
  for_parts(
      list, [&](std::size_t first, const Columns& part) { x_.some_dots(part, v, out + first, poll); },
      [&](std::size_t k) { out[k] = dot(x_.cols, v); });
}

void WithInterceptColumn::add(const Columns& list, const double* a, double* y, Poller& poll) const {
  for_parts(
      list, [&](std::size_t first, const Columns& part) { x_.add(part, a + first, y, poll); },
      [&](std::size_t k) { add(x_.cols, a[k], nullptr, y); });
}

double WithInterceptColumn::dot(std::size_t j, const double* v) const {
  return j == x_.cols ? value_ * kernels<double>().sum(rows, v) : x_.dot(j, v);
}

void WithInterceptColumn::add(std::size_t j, double a, const double* weight, double* y) const {
  if (j != x_.cols) return x_.add(j, a, weight, y);
  for (std::size_t i = 0; i < rows; ++i) y[i] += a * (weight ? weight[i] : 1.0) * value_;
}

void WithInterceptColumn::gather(const Columns& list, const double* shift, const double* scale, double* out,
                                 std::size_t stride) const {
  for_parts(
      list,
      [&](std::size_t first, const Columns& part) {
        x_.gather(part, shift + first, scale, out + first * stride, stride);
      },
      [&](std::size_t k) {
        for (std::size_t i = 0; i < rows; ++i) out[k * stride + i] = (scale ? scale[i] : 1.0) * (value_ - shift[k]);
      });
}

void WithInterceptColumn::read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end,
                                     const double* shift, const double* scale, double* out, std::size_t stride) const {
  if (begin < x_.cols) x_.read_block(first, last, begin, std::min(end, x_.cols), shift, scale, out, stride);
  for (std::size_t i = first; end > x_.cols && i < last; ++i)
    out[(i - first) * stride + x_.cols] = (scale ? scale[i] : 1.0) * (value_ - shift[x_.cols]);
}

}  // namespace proxnet
