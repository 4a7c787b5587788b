// [X, value * 1]: the constant column of models that penalize the intercept.
#pragma once

#include "linear/design/design.h"

namespace proxnet {

class WithInterceptColumn final : public Design {
 public:
  WithInterceptColumn(const Design& x, double value) : Design(x.rows, x.cols + 1), x_(x), value_(value) {}

  void all_dots(const double* v, double* out, Poller& poll) const override;
  void some_dots(const Columns& list, const double* v, double* out, Poller& poll) const override;
  void add(const Columns& list, const double* a, double* y, Poller& poll) const override;
  double dot(std::size_t j, const double* v) const override;
  void add(std::size_t j, double a, const double* weight, double* y) const override;
  void gather(const Columns& list, const double* shift, const double* scale, double* out,
              std::size_t stride) const override;
  void read_block(std::size_t first, std::size_t last, std::size_t begin, std::size_t end, const double* shift,
                  const double* scale, double* out, std::size_t stride) const override;
  std::size_t stored() const override { return x_.stored() + rows; }

 private:
  // Calls part(first, sublist) on runs of the list without the constant column, and constant(k) where list[k] is it.
  template <class Part, class Constant> void for_parts(const Columns& list, Part&& part, Constant&& constant) const {
    for (std::size_t first = 0; first < list.size();) {
      std::size_t last = first;
      while (last < list.size() && list[last] != x_.cols) ++last;
      using At = Columns::const_iterator::difference_type;
      if (last > first)
        part(first, Columns(list.begin() + static_cast<At>(first), list.begin() + static_cast<At>(last)));
      if (last < list.size()) constant(last++);
      first = last;
    }
  }

  const Design& x_;
  const double value_;
};

}  // namespace proxnet
