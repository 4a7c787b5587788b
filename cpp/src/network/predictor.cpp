// A predictor of a network's published weights.
#include "proxnet/predictor.h"

#include "network/network_impl.h"
#include "predictor/frozen_network.h"

namespace proxnet {

template <class T> Predictor<T>::Predictor(const Network<T>& network) {
  const auto snapshot = network.impl().published();
  frozen_ = std::make_unique<const FrozenNetwork<T>>(network.inputs(), *snapshot->run_layers, *snapshot);
}
template <class T> Predictor<T>::~Predictor() = default;
template <class T> Predictor<T>::Predictor(Predictor&&) noexcept = default;
template <class T> Predictor<T>& Predictor<T>::operator=(Predictor&&) noexcept = default;

template <class T> std::size_t Predictor<T>::inputs() const noexcept { return frozen_->inputs(); }
template <class T> std::size_t Predictor<T>::outputs() const noexcept { return frozen_->outputs(); }
template <class T> std::size_t Predictor<T>::bytes() const noexcept { return frozen_->bytes(); }
template <class T> std::size_t Predictor<T>::sparse_layers() const noexcept { return frozen_->sparse_layers(); }
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

template class Predictor<float>;
template class Predictor<double>;

}  // namespace proxnet
