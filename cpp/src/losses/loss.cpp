// Parameters of the losses: checks, targets, kernels.
#include "proxnet/loss.h"

#include <cmath>
#include <cstring>

#include "losses/loss_plan.h"
#include "ops/activations.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

// The activation that a cross-entropy inverts; linear for other losses.
Activation::Kind own_activation(const Loss& loss) {
  switch (loss.kind) {
    case Loss::kBinaryCrossentropy:
    case Loss::kBinaryFocalCrossentropy:
      return Activation::kSigmoid;
    case Loss::kCategoricalCrossentropy:
    case Loss::kSparseCategoricalCrossentropy:
    case Loss::kCategoricalFocalCrossentropy:
      return Activation::kSoftmax;
    default:
      return Activation::kLinear;
  }
}

LossKernel kernel_of(const Loss& loss, bool logits) {
  switch (loss.kind) {
    case Loss::kMeanSquaredError:
      return LossKernel::kSquaredError;
    case Loss::kMeanAbsoluteError:
      return LossKernel::kAbsoluteError;
    case Loss::kMeanAbsolutePercentageError:
      return LossKernel::kPercentageError;
    case Loss::kMeanSquaredLogarithmicError:
      return LossKernel::kLogarithmicError;
    case Loss::kHuber:
      return LossKernel::kHuber;
    case Loss::kLogCosh:
      return LossKernel::kLogCosh;
    case Loss::kQuantile:
      return LossKernel::kQuantile;
    case Loss::kPoisson:
      return LossKernel::kPoisson;
    case Loss::kCosineSimilarity:
      return LossKernel::kCosineSimilarity;
    case Loss::kHinge:
      return LossKernel::kHinge;
    case Loss::kSquaredHinge:
      return LossKernel::kSquaredHinge;
    case Loss::kCategoricalHinge:
      return LossKernel::kCategoricalHinge;
    case Loss::kKlDivergence:
      return LossKernel::kKlDivergence;
    case Loss::kBinaryCrossentropy:
      return logits ? LossKernel::kSigmoidBinary : LossKernel::kBinaryCrossentropy;
    case Loss::kBinaryFocalCrossentropy:
      return logits ? LossKernel::kSigmoidFocal : LossKernel::kBinaryFocal;
    case Loss::kCategoricalCrossentropy:
      return logits ? LossKernel::kSoftmaxCategorical : LossKernel::kCategoricalCrossentropy;
    case Loss::kSparseCategoricalCrossentropy:
      return logits ? LossKernel::kSoftmaxSparse : LossKernel::kSparseCategoricalCrossentropy;
    case Loss::kCategoricalFocalCrossentropy:
      break;
  }
  return logits ? LossKernel::kSoftmaxFocal : LossKernel::kCategoricalFocal;
}

}  // namespace

Targets loss_targets(const Loss& loss) {
  switch (loss.kind) {
    case Loss::kMeanSquaredLogarithmicError:
    case Loss::kPoisson:
      return Targets::kNotNegative;
    case Loss::kHinge:
    case Loss::kSquaredHinge:
      return Targets::kSigns;
    case Loss::kSparseCategoricalCrossentropy:
      return Targets::kClassNumbers;
    case Loss::kCategoricalHinge:
    case Loss::kKlDivergence:
      return Targets::kProbabilities;
    default:
      return own_activation(loss) == Activation::kLinear ? Targets::kNumbers : Targets::kProbabilities;
  }
}

void check_loss(const Loss& l, const Activation& last, std::size_t outputs, const char* operation) {
  const Activation::Kind own = own_activation(l);
  const bool rows = own == Activation::kSoftmax || l == Loss::kCategoricalHinge || l == Loss::kKlDivergence ||
                    l == Loss::kCosineSimilarity;
  check(!rows || outputs > 1, operation, own == Activation::kSoftmax ? " a categorical cross-entropy" : " this loss",
        " needs at least 2 outputs, the network has ", outputs);
  check(std::isfinite(l.delta) && l.delta > 0, operation, " delta must be finite and positive, got ", l.delta);
  check(l.quantile > 0 && l.quantile < 1, operation, " quantile must be in (0, 1), got ", l.quantile);
  check(std::isfinite(l.gamma) && l.gamma >= 0, operation, " gamma must be finite and not negative, got ", l.gamma);
  check(l.alpha >= 0 && l.alpha <= 1, operation, " alpha must be in [0, 1], got ", l.alpha);
  check(l.label_smoothing >= 0 && l.label_smoothing <= 1, operation, " label_smoothing must be in [0, 1], got ",
        l.label_smoothing);
  check(l.label_smoothing == 0 || (own != Activation::kLinear && l.kind != Loss::kSparseCategoricalCrossentropy),
        operation, " label_smoothing belongs to cross-entropies with targets in [0, 1]");
  check(!l.from_logits || own != Activation::kLinear, operation, " from_logits belongs to cross-entropies");
  check(!l.from_logits || (last.kind != Activation::kSigmoid && last.kind != Activation::kSoftmax), operation,
        " from_logits wants the last layer's activation to be linear: sigmoid and softmax give probabilities");
}

template <class T> LossPlan<T> loss_plan(const Loss& l, const Activation& last, std::size_t outputs) {
  const Activation::Kind own = own_activation(l);
  LossPlan<T> plan;
  plan.replaces_activation = !l.from_logits && own != Activation::kLinear && last == own;
  plan.kernel = kernel_of(l, l.from_logits || plan.replaces_activation);
  plan.scalars.parameter = static_cast<T>(l == Loss::kHuber ? l.delta : l == Loss::kQuantile ? l.quantile : l.gamma);
  plan.scalars.alpha = static_cast<T>(l.alpha);
  plan.scalars.balanced = l.balanced;
  plan.scalars.keep = static_cast<T>(1 - l.label_smoothing);
  const double classes = own == Activation::kSigmoid ? 2 : static_cast<double>(outputs);
  plan.scalars.shift = static_cast<T>(l.label_smoothing / classes);
  plan.scalars.keep_logits = l.from_logits;
  return plan;
}

template <class T> void loss_values(const Loss& loss, ConstMatrixView<T> y, ConstMatrixView<T> p, T* values) {
  check_loss(loss, Activation(), p.cols, "[loss]");
  const std::size_t columns = loss_targets(loss) == Targets::kClassNumbers ? 1 : p.cols;
  check(y.rows == p.rows && y.cols == columns, "[loss] y must have shape (", p.rows, ", ", columns, "), got (", y.rows,
        ", ", y.cols, ")");
  const LossPlan<T> plan = loss_plan<T>(loss, Activation(), p.cols);
  Activations<T> row(1, p.cols, Layout::kRows);
  LossRows<T> l = {};
  l.rows = 1, l.cols = p.cols, l.h = row.row(0), l.h_row = row.step(), l.scalars = plan.scalars;
  for (std::size_t r = 0; r < p.rows; ++r) {
    std::memcpy(row.row(0), p.row(r), p.cols * sizeof(T));
    l.y = y.row(r), l.row_loss = values + r;
    kernels<T>().loss[static_cast<int>(plan.kernel)](l);
  }
}

template void loss_values(const Loss&, ConstMatrixView<float>, ConstMatrixView<float>, float*);
template void loss_values(const Loss&, ConstMatrixView<double>, ConstMatrixView<double>, double*);
template LossPlan<float> loss_plan(const Loss&, const Activation&, std::size_t);
template LossPlan<double> loss_plan(const Loss&, const Activation&, std::size_t);

}  // namespace proxnet
