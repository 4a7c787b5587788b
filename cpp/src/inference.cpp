// Forward passes on a snapshot, in blocks of rows that threads share.
#include "inference.h"

#include <algorithm>

#include "dense.h"
#include "poller.h"
#include "runtime/team.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T>
Inference<T>::Inference(const NetworkImpl<T>& network, const Parameters<T>& parameters, std::size_t rows)
    : parameters_(parameters) {
  for (std::size_t d = 0; d < parameters.dense.size(); ++d) {
    activations_.push_back(network.dense_layer(d).activation);
    outputs_.emplace_back(std::min(rows, kInferenceRows), parameters.dense[d].kernel.cols,
                          output_layout(activations_.back(), d + 1 == parameters.dense.size()));
  }
}

template <class T>
Activations<T>& Inference<T>::forward(std::size_t rows, RowPanels<const T> x, bool logits,
                                      const std::function<void()>& pause) {
  const auto& k = kernels<T>();
  for (std::size_t d = 0; d < outputs_.size(); ++d) {
    const RowPanels<T> out = outputs_[d].view();
    dense_forward<T>(k, parameters_.dense[d], activations_[d], logits && d + 1 == outputs_.size(), rows, x, out,
                     nullptr, pause);
    x = out;
  }
  return outputs_.back();
}

template <class T> int inference_threads(const Parameters<T>& parameters, std::size_t rows) {
  double multiplications = 0;
  for (const auto& d : parameters.dense) multiplications += static_cast<double>(d.kernel.rows * d.kernel.cols);
  multiplications *= static_cast<double>(rows);
  constexpr double kPerThread = 2e6;  // about 50 us on one core
  if (multiplications < 2 * kPerThread) return 1;
  return static_cast<int>(std::min(static_cast<double>(team_threads()), multiplications / kPerThread));
}

template <class T>
void Network<T>::predict(ConstMatrixView<T> x, MatrixView<T> out, const std::function<bool()>& poll) const {
  check(x.cols == inputs(), "[predict] x must have ", inputs(), " columns, got ", x.cols);
  check(out.rows == x.rows && out.cols == outputs(), "[predict] out must have shape (", x.rows, ", ", outputs(),
        "), got (", out.rows, ", ", out.cols, ")");
  DenseRows<T>(x).check_finite("[predict]", "x");
  const auto snapshot = impl_->published();
  const std::size_t blocks = (x.rows + kInferenceRows - 1) / kInferenceRows;
  const int threads =
      static_cast<int>(std::min<std::size_t>(blocks, static_cast<std::size_t>(inference_threads(*snapshot, x.rows))));
  run_team(threads, [&](Member& member) {
    Inference<T> inference(*impl_, *snapshot, x.rows);
    Poller poller(poll, "[predict]");
    const auto pause = [&] {
      if (member.rank == 0) poller();
      member.checkpoint();
    };
    for (std::size_t b = member.begin(blocks); b < member.end(blocks); ++b) {
      const std::size_t row = b * kInferenceRows, rows = std::min(kInferenceRows, x.rows - row);
      const Activations<T>& result = inference.forward(rows, {x.row(row), x.stride, kPanel<T>}, false, pause);
      for (std::size_t r = 0; r < rows; ++r) std::memcpy(out.row(row + r), result.row(r), out.cols * sizeof(T));
      pause();
    }
  });
}

template class Inference<float>;
template class Inference<double>;
template int inference_threads(const Parameters<float>&, std::size_t);
template int inference_threads(const Parameters<double>&, std::size_t);
template void Network<float>::predict(ConstMatrixView<float>, MatrixView<float>, const std::function<bool()>&) const;
template void Network<double>::predict(ConstMatrixView<double>, MatrixView<double>, const std::function<bool()>&) const;

}  // namespace proxnet
