// X'X of all columns as one blocked product over the rows.
#include <algorithm>
#include <numeric>

#include "linear/linalg/symmetric_product.h"
#include "linear/working_set/working_set.h"

namespace proxnet {

void WorkingSet::add_all(Poller& poll) {
  const std::size_t n = data_.rows, p = data_.cols;
  ids.resize(p), w.assign(p, 0.0), correlation = all_correlations_;
  std::iota(ids.begin(), ids.end(), std::size_t{0}), std::iota(index_.begin(), index_.end(), std::size_t{0});
  capacity_ = round_up(p, kProductPanel);
  gram_ = Buffer<double>(capacity_ * capacity_);
  symmetric_product(p, n, capacity_, gram_.data(), poll,
                    [&](std::size_t first, std::size_t last, const Member& member, double* block) {
                      const PanelShare share(member, p);
                      if (share.begin < share.end)
                        data_.read_block(first, last, share.begin, share.end, block, capacity_);
                    });
  for (std::size_t j = 0; j < p; ++j) {
    double* line = gram_.data() + j * capacity_;
    if (!data_.vanishes(j, line[j])) continue;
    std::fill_n(line, p, 0.0), correlation[j] = 0;
    for (std::size_t k = 0; k < p; ++k) gram_[k * capacity_ + j] = 0;
  }
  neg_gradient = correlation;
}

}  // namespace proxnet
