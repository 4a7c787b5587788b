// The design of a sparse X: SparseRows if it is canonical CSR, else SparseColumns.
#include "linear/design/sparse_rows.h"

namespace proxnet {

template <class T, class Index>
std::shared_ptr<const Design> make_design(const SparseView<T, Index>& x, const PollFunction& poll) {
  Poller poller(poll, "[design]");
  Compressed<T, Index> lines = checked(x, poller);
  if (!lines.canonical)
    lines = canonical_columns(lines, x.by_rows, poller);
  else if (x.by_rows)
    return std::make_shared<SparseRows<T, Index>>(std::move(lines));
  return std::make_shared<SparseColumns<T, Index>>(std::move(lines));
}
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<float, std::int32_t>&,
                                                                  const PollFunction&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<float, std::int64_t>&,
                                                                  const PollFunction&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<double, std::int32_t>&,
                                                                  const PollFunction&);
template PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<double, std::int64_t>&,
                                                                  const PollFunction&);

}  // namespace proxnet
