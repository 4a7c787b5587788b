// A predictor of a network's published weights.
#include "proxnet/predictor.h"

#include <algorithm>
#include <utility>

#include "network/inference.h"
#include "network/network_impl.h"
#include "predictor/frozen_network.h"
#include "runtime/threads.h"

namespace proxnet {

template <class T> Predictor<T>::Predictor(const Network<T>& network) {
  const auto snapshot = network.impl().published();
  frozen_ = std::make_unique<const FrozenNetwork<T>>(network.inputs(), *snapshot->run_layers, *snapshot);
}
template <class T>
Predictor<T>::Predictor(std::unique_ptr<const FrozenNetwork<T>> frozen) : frozen_(std::move(frozen)) {}
template <class T> Predictor<T>::~Predictor() = default;
template <class T> Predictor<T>::Predictor(Predictor&&) noexcept = default;
template <class T> Predictor<T>& Predictor<T>::operator=(Predictor&&) noexcept = default;

template <class T> std::size_t Predictor<T>::inputs() const noexcept { return frozen_->inputs(); }
template <class T> std::size_t Predictor<T>::outputs() const noexcept { return frozen_->outputs(); }
template <class T> std::size_t Predictor<T>::bytes() const noexcept { return frozen_->bytes(); }
template <class T> std::size_t Predictor<T>::sparse_layers() const noexcept { return frozen_->sparse_layers(); }
template <class T> double Predictor<T>::cost() const noexcept { return frozen_->cost(); }
template <class T> std::size_t Predictor<T>::workspace_size(std::size_t rows) const noexcept {
  return frozen_->workspace_size(rows);
}
template <class T>
void Predictor<T>::predict(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept {
  frozen_->run(x, out, false, workspace);
}
template <class T>
void Predictor<T>::logits(ConstMatrixView<T> x, MatrixView<T> out, void* workspace) const noexcept {
  frozen_->run(x, out, true, workspace);
}

template <class T>
void Predictor<T>::labels(ConstMatrixView<T> x, std::int64_t* labels, void* workspace,
                          double threshold) const noexcept {
  frozen_->labels(x, labels, static_cast<T>(threshold), workspace);
}

namespace {

// run(first row, rows of x, workspace) for every block of rows, on as many threads as their work is worth.
template <class T, class Run>
void run_blocks(const FrozenNetwork<T>& frozen, ConstMatrixView<T> x, const PredictOptions& options, const Run& run) {
  constexpr double kPerThread = 5e4;  // nanoseconds of work that are worth a thread
  const double threads = std::min(frozen.cost() * static_cast<double>(x.rows) / kPerThread, double{1 << 20});
  predict_blocks(x, std::clamp(static_cast<int>(threads), 1, team_threads()), options.check_finite, options.poll, [&] {
    return [&, workspace = Buffer<char>(frozen.workspace_size(x.rows))](
               std::size_t first, ConstMatrixView<T> rows, const auto&) mutable { run(first, rows, workspace.data()); };
  });
}

template <class T>
void run_rows(const FrozenNetwork<T>& frozen, ConstMatrixView<T> x, MatrixView<T> out, bool logits,
              const PredictOptions& options) {
  check_shapes(frozen.inputs(), frozen.outputs(), x, out);
  run_blocks(frozen, x, options, [&](std::size_t first, ConstMatrixView<T> rows, void* workspace) {
    frozen.run(rows, {out.row(first), rows.rows, out.cols, out.stride}, logits, workspace);
  });
}

}  // namespace

template <class T>
void Predictor<T>::predict(ConstMatrixView<T> x, MatrixView<T> out, const PredictOptions& options) const {
  run_rows(*frozen_, x, out, false, options);
}
template <class T>
void Predictor<T>::logits(ConstMatrixView<T> x, MatrixView<T> out, const PredictOptions& options) const {
  run_rows(*frozen_, x, out, true, options);
}
template <class T>
void Predictor<T>::labels(ConstMatrixView<T> x, std::int64_t* labels, double threshold,
                          const PredictOptions& options) const {
  check(x.cols == inputs(), "[labels] x must have ", inputs(), " columns, got ", x.cols);
  run_blocks(*frozen_, x, options, [&](std::size_t first, ConstMatrixView<T> rows, void* workspace) {
    frozen_->labels(rows, labels + first, static_cast<T>(threshold), workspace);
  });
}

template class Predictor<float>;
template class Predictor<double>;

}  // namespace proxnet
