// Batch normalization in training.
#include "layers/batch_norm.h"

#include <cmath>

namespace proxnet {

namespace {

constexpr std::size_t kBlockRows = 256;  // a block of one panel takes 32 KB

std::size_t block_count(std::size_t rows) { return (rows + kBlockRows - 1) / kBlockRows; }

std::size_t rows_of(std::size_t block, std::size_t batch_rows) {
  return std::min(kBlockRows, batch_rows - block * kBlockRows);
}

// momentum * moving + (1 - momentum) * batch; +0.0 below 2^-100, to avoid denormals.
template <class T> T moved(T moving, T batch, double momentum) {
  const double x = momentum * static_cast<double>(moving) + (1 - momentum) * static_cast<double>(batch);
  return std::fabs(x) < 0x1p-100 ? T(0) : static_cast<T>(x);
}

}  // namespace

template <class T>
BatchNormRun<T>::BatchNormRun(LayerRun<T>& previous, const BatchNormalization& layer, std::size_t index,
                              std::size_t batch, bool last)
    : previous_(previous),
      layer_(layer),
      index_(index),
      padded_(round_up(previous.output.cols, kPanel<T>)),
      first_(block_count(batch) * padded_),
      second_(block_count(batch) * padded_),
      inverse_(previous.output.cols) {
  const Layout layout = last ? Layout::kRows : Layout::kPanels;
  this->output = Activations<T>(batch, previous.output.cols, layout);
  this->active = ActiveColumns<T>(this->output.cols, kernels<T>().lanes);
  this->gradient = Activations<T>(batch, previous.output.cols, layout);
  for (Buffer<T>* buffer : {&mean_, &variance_, &scale_, &shift_, &slope_, &back_, &gamma_gradient_, &beta_gradient_})
    *buffer = Buffer<T>(padded_);
}

template <class T>
template <class Tile, class Fold>
void BatchNormRun<T>::reduce(Member& member, std::size_t batch_rows, Tile&& tile, Fold&& fold) {
  const std::size_t panels = this->output.panels(), blocks = block_count(batch_rows);
  for (std::size_t t = member.begin(panels * blocks), last = member.end(panels * blocks); t < last; ++t) {
    const std::size_t p = t / blocks, block = t % blocks;
    tile(p, block, rows_of(block, batch_rows));
    if (blocks == 1) fold(p);
  }
  member.barrier();
  if (blocks == 1) return;
  for (std::size_t p = member.begin(panels); p < member.end(panels); ++p) fold(p);
  member.barrier();
}

template <class T>
void BatchNormRun<T>::reduce_forward(Member& member, std::size_t batch_rows, const StepContext<T>& step) {
  const RowPanels<const T> x = previous_.output.view();
  reduce(
      member, batch_rows,
      [&](std::size_t p, std::size_t block, std::size_t rows) {
        step.k.column_moments(rows, this->output.width(p), x.at(p, block * kBlockRows),
                              static_cast<std::ptrdiff_t>(x.row_step), first(p, block), second(p, block));
      },
      [&](std::size_t p) { fold_moments(p, batch_rows, step.parameters.norms[index_]); });
}

// Merges mean and squared deviations of the blocks [Chan, Golub and LeVeque 1983].
template <class T>
void BatchNormRun<T>::fold_moments(std::size_t p, std::size_t batch_rows, const NormParameters<T>& parameters) {
  for (std::size_t c = 0; c < this->output.width(p); ++c) {
    const std::size_t j = p * kPanel<T> + c;
    double count = 0, mean = 0, squares = 0;
    for (std::size_t block = 0; block * kBlockRows < batch_rows; ++block) {
      const double here = static_cast<double>(rows_of(block, batch_rows)), before = count;
      const double delta = static_cast<double>(first(p, block)[c]) - mean;
      count += here;
      mean += delta * (here / count);
      squares += static_cast<double>(second(p, block)[c]) + delta * delta * (before * here / count);
    }
    const double variance = squares / count, gamma = layer_.scale ? static_cast<double>(parameters.gamma[j]) : 1;
    inverse_[j] = 1 / std::sqrt(variance + layer_.epsilon);
    mean_[j] = static_cast<T>(mean), variance_[j] = static_cast<T>(variance);
    scale_[j] = static_cast<T>(gamma * inverse_[j]);
    shift_[j] = layer_.center ? parameters.beta[j] : T(0);
  }
}

template <class T> void BatchNormRun<T>::forward(RowRange rows, const StepContext<T>& step) {
  const RowPanels<const T> x = previous_.output.view(rows.first);
  const RowPanels<T> y = this->output.view(rows.first);
  for (std::size_t p = 0; p < this->output.panels(); ++p) {
    const std::size_t j = p * kPanel<T>;
    step.k.normalize(rows.count(), this->output.width(p), mean_.data() + j, scale_.data() + j, shift_.data() + j,
                     x.at(p, 0), static_cast<std::ptrdiff_t>(x.row_step), y.at(p, 0),
                     static_cast<std::ptrdiff_t>(y.row_step));
  }
}

template <class T>
void BatchNormRun<T>::reduce_backward(Member& member, std::size_t batch_rows, const StepContext<T>& step) {
  const RowPanels<const T> x = previous_.output.view(), d = this->gradient.view();
  reduce(
      member, batch_rows,
      [&](std::size_t p, std::size_t block, std::size_t rows) {
        const std::size_t row = block * kBlockRows;
        step.k.column_products(rows, this->output.width(p), x.at(p, row), static_cast<std::ptrdiff_t>(x.row_step),
                               mean_.data() + p * kPanel<T>, d.at(p, row), static_cast<std::ptrdiff_t>(d.row_step),
                               first(p, block), second(p, block));
      },
      [&](std::size_t p) { fold_products(p, batch_rows); });
}

// With n rows, s = sum dy and t = sum dy (x - mean): dbeta = s, dgamma = t inverse,
// dx = gamma inverse (dy - s / n - (x - mean) inverse^2 t / n).
template <class T> void BatchNormRun<T>::fold_products(std::size_t p, std::size_t batch_rows) {
  const double n = static_cast<double>(batch_rows);
  for (std::size_t c = 0; c < this->output.width(p); ++c) {
    const std::size_t j = p * kPanel<T> + c;
    double sum = 0, product = 0;
    for (std::size_t block = 0; block * kBlockRows < batch_rows; ++block) {
      sum += static_cast<double>(first(p, block)[c]);
      product += static_cast<double>(second(p, block)[c]);
    }
    const double scale = static_cast<double>(scale_[j]);
    beta_gradient_[j] = static_cast<T>(sum);
    gamma_gradient_[j] = static_cast<T>(product * inverse_[j]);
    slope_[j] = static_cast<T>(-scale * inverse_[j] * inverse_[j] * product / n);
    back_[j] = static_cast<T>(-scale * sum / n);
  }
}

template <class T> void BatchNormRun<T>::backward(RowRange rows, const StepContext<T>& step) {
  if (previous_.gradient.cols == 0) return;
  const RowPanels<const T> x = previous_.output.view(rows.first), d = this->gradient.view(rows.first);
  const RowPanels<T> dx = previous_.gradient.view(rows.first);
  for (std::size_t p = 0; p < this->output.panels(); ++p) {
    const std::size_t j = p * kPanel<T>;
    step.k.normalize_backward(rows.count(), this->output.width(p), mean_.data() + j, scale_.data() + j,
                              slope_.data() + j, back_.data() + j, x.at(p, 0), static_cast<std::ptrdiff_t>(x.row_step),
                              d.at(p, 0), static_cast<std::ptrdiff_t>(d.row_step), dx.at(p, 0),
                              static_cast<std::ptrdiff_t>(dx.row_step));
  }
}

template <class T> void BatchNormRun<T>::move_statistics(const Member& member, NormParameters<T>& p) const {
  for (std::size_t j = member.begin(p.cols); j < member.end(p.cols); ++j) {
    p.mean[j] = moved(p.mean[j], mean_[j], layer_.momentum);
    p.variance[j] = moved(p.variance[j], variance_[j], layer_.momentum);
  }
}

template class BatchNormRun<float>;
template class BatchNormRun<double>;

}  // namespace proxnet
