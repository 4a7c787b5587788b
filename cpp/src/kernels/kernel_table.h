// All arithmetic on arrays: one table of plain functions per instruction set and number type.
// A kernel has no threads, no allocation, no exception; strides and counts are in elements.
#pragma once

#include <cstddef>

#include "gemm_panel.h"
#include "layer_product.h"

namespace proxnet {

// From kGelu on the derivative is no function of the output: the forward pass writes it to `slope`.
enum class ActivationKernel : int {
  kLinear,
  kRelu,
  kSigmoid,
  kTanh,
  kSoftmax,
  kLeakyRelu,
  kClippedRelu,
  kElu,
  kSelu,
  kSoftplus,
  kSoftsign,
  kHardSigmoid,
  kExponential,
  kLogSoftmax,
  kGelu,
  kGeluTanh,
  kSilu,
  kMish,
  kCount
};

// From kSigmoidBinary on h holds logits, and becomes the activation's output unless keep_logits is set.
enum class LossKernel : int {
  kSquaredError,
  kAbsoluteError,
  kPercentageError,
  kLogarithmicError,
  kHuber,
  kLogCosh,
  kQuantile,
  kPoisson,
  kCosineSimilarity,
  kHinge,
  kSquaredHinge,
  kCategoricalHinge,
  kKlDivergence,
  kBinaryCrossentropy,
  kBinaryFocal,
  kCategoricalCrossentropy,
  kSparseCategoricalCrossentropy,
  kCategoricalFocal,
  kSigmoidBinary,
  kSigmoidFocal,
  kSoftmaxCategorical,
  kSoftmaxSparse,
  kSoftmaxFocal,
  kCount
};

enum class OptimizerKernel : int {
  kSgd,
  kMomentum,
  kNesterov,
  kAdam,
  kRmsprop,
  kRmspropGeneral,
  kAmsgrad,
  kNadam,
  kAdamax,
  kLion,
  kAdagrad,
  kFtrl,
  kFtrlPower,
  kCount
};

enum class PenaltyKernel : int { kNone, kElasticNet, kMcp, kScad, kLogSum, kL0, kCount };

// An integer as wide as a number.
template <class T> struct WideAs;
template <> struct WideAs<float> {
  using Int = int;
};
template <> struct WideAs<double> {
  using Int = long long;
};

// A permutation of a vector: lane i of the vector stored at `to` is lane[i] of the vector at `from` in panel `panel`,
// or +0.0 if lane[i] is negative.
template <class T> struct LaneMove {
  using Lane = typename WideAs<T>::Int;
  std::ptrdiff_t panel, from, to;
  Lane lane[kRowPad<T>];  // the first KernelTable::lanes of them
};

// Rows of an activation, forward or backward in place. Padding to kRowPad is computed too.
template <class T> struct ActivationRows {
  std::size_t rows, cols;
  T* h;
  std::ptrdiff_t h_row;
  T parameter = 0, ceiling = 0;  // as in Activation
  T* slope = nullptr;            // from kGelu on: forward writes it unless null, backward reads it
  std::ptrdiff_t slope_row = 0;
  T* d = nullptr;  // backward: d *= the derivative
  std::ptrdiff_t d_row = 0;
};

// Parameters of a loss; a kernel reads its own only.
template <class T> struct LossScalars {
  T parameter = 0;  // delta of kHuber, level of kQuantile, gamma of focal losses
  T alpha = 0;      // of focal losses
  bool balanced = false;
  T keep = 1, shift = 0;  // targets of cross-entropies: y * keep + shift
  bool keep_logits = false;
};

// Rows of a loss. d = d(sum_r row_scale[r] * row_loss[r]) / dh, zero in the padding of a row, unless null.
template <class T> struct LossRows {
  std::size_t rows, cols;
  T* h;
  std::ptrdiff_t h_row;
  const T* y;
  std::ptrdiff_t y_row;
  const T* row_scale;
  T* d;
  std::ptrdiff_t d_row;
  T* row_loss;
  LossScalars<T> scalars = {};
};

// Scalars of one optimizer step; a kernel reads its own only.
template <class T> struct StepScalars {
  T learning_rate = 0;       // Adam: with both bias corrections
  T metric_scale = 1;        // step for a constant gradient of 1
  T gain_1 = 0, gain_2 = 0;  // 1 - beta_1, 1 - beta_2 or 1 - rho: weight of a new gradient in its moments
  T momentum = 0, epsilon = 0;
  bool centered = false;
  T current_rate = 0, root_scale = 1;                // Nadam: rate of this gradient; 1 / sqrt(1 - beta_2^t)
  T power = 0, l1 = 0, twice_l2 = 0, shrinkage = 0;  // Ftrl
  T decay = 1, average_share = 0;                    // factor of weight decay; weight of w in its moving average
  bool take_average = false;
};

// l1 |w| + l2 w^2 of the elastic net; strength and shape (gamma, a, epsilon) of other penalties.
template <class T> struct PenaltyScalars {
  T l1 = 0, l2 = 0, strength = 0, shape = 0;
};

// At most kPanel rows of kPanel weights; the groups are its rows or its columns, with one number each below.
template <class T> struct GroupTile {
  std::size_t rows;
  bool by_row, sparse;                     // without `sparse` l1 counts as 0
  const T *l1, *strength, *norm, *metric;  // norm: of a group's new weights
  T* w;                                    // the point, then the new weights
};

template <class T> struct KernelTable {
  const char* isa;
  std::size_t lanes;  // elements of T in a vector

  void (*gemm_panel)(const GemmPanel<T>&);
  // Products of frozen layers, out = max(x W + bias, floor): one row through dense weights, sparse ones in windows
  // (from 8 lanes on) or by output, sparse ones by the inputs that are not zero; a block of rows through sparse weights
  // by output.
  void (*row_product)(const RowProduct<T>&);
  void (*windowed_row)(const WindowedWeights<T>&, T floor, const T* x, T* out);
  void (*sliced_row)(const SlicedWeights<T>&, T floor, const T* x, T* out);
  void (*listed_row)(const ListedWeights<T>&, T floor, std::size_t count, const unsigned* input, const T* value,
                     T* out);
  void (*sliced_block)(const SlicedWeights<T>&, T floor, const T* x, T* out);
  // input[s], value[s]: the numbers and values of the x[k] that are not zero, in their order; returns how many.
  std::size_t (*list_nonzeros)(std::size_t n, const T* x, unsigned* input, T* value);
  // Applies all moves to each row r, at offset steps[r].b of its panel in src and in dst.
  void (*pick_columns)(std::size_t rows, const GemmStep* steps, std::size_t count, const LaneMove<T>* moves,
                       const T* src, std::ptrdiff_t src_panel, T* dst);
  // Rows of kPanel: dst[r] = src[source[r] * src_row], one move per vector; zero if source[r] is negative.
  void (*spread_columns)(std::size_t rows, const int* source, const T* src, std::ptrdiff_t src_row,
                         const LaneMove<T>* moves, T* dst);
  // On rows of kPanel weights: in_use[r] = 0 if all weights of row r are +0.0; and whether any weight is not +0.0 in
  // the columns whose mask has all bits set.
  void (*rows_in_use)(std::size_t rows, const T* w, typename LaneMove<T>::Lane* in_use);
  bool (*any_in_columns)(std::size_t rows, const T* w, const typename LaneMove<T>::Lane* columns);

  // dst[c][r] = src[r][c]
  void (*transpose)(std::size_t rows, std::size_t cols, const T* src, std::ptrdiff_t src_row, T* dst,
                    std::ptrdiff_t dst_row);
  // Copies a row into panels of kPanel numbers at a distance of panel_step; the padding of the last one stays.
  void (*spread_row)(std::size_t cols, const T* row, T* out, std::ptrdiff_t panel_step);

  // y[i] = f(x[i]); y may be x
  void (*exp)(std::size_t n, const T* x, T* y);
  void (*log)(std::size_t n, const T* x, T* y);
  void (*log1p)(std::size_t n, const T* x, T* y);
  void (*tanh)(std::size_t n, const T* x, T* y);
  void (*sigmoid)(std::size_t n, const T* x, T* y);
  void (*expm1)(std::size_t n, const T* x, T* y);
  void (*erf)(std::size_t n, const T* x, T* y);
  void (*normal_cdf)(std::size_t n, const T* x, T* y);

  void (*activate[static_cast<int>(ActivationKernel::kCount)])(const ActivationRows<T>&);
  void (*activate_backward[static_cast<int>(ActivationKernel::kCount)])(const ActivationRows<T>&);
  void (*loss[static_cast<int>(LossKernel::kCount)])(const LossRows<T>&);

  // Updates the state; point = the weights after the optimizer's step, metric = its step per unit of a constant
  // gradient, per element. n is a multiple of kRowPad.
  void (*propose[static_cast<int>(OptimizerKernel::kCount)])(std::size_t n, const StepScalars<T>&, const T* w,
                                                             const T* g, T* const* state, T* point, T* metric);

  // On rows of kPanel weights, w not the point; factor (rows,), or null for ones, multiplies the strengths.
  void (*prox[static_cast<int>(PenaltyKernel::kCount)])(std::size_t rows, const PenaltyScalars<T>&, const T* factor,
                                                        const T* point, const T* metric, T* w);
  // sums[j] += sum over r of the penalty of w[r][j], in order
  void (*penalty_value[static_cast<int>(PenaltyKernel::kCount)])(std::size_t rows, const PenaltyScalars<T>&,
                                                                 const T* factor, const T* w, T* sums);
  // g += a subgradient of the elastic net at w (sign(0) = 0)
  void (*penalty_gradient)(std::size_t rows, const PenaltyScalars<T>&, const T* factor, const T* w, T* g);
  // out[s][g]: sums over row g (rounded up to a multiple of `lanes`) or column g of w^2, and of |w| with `absolute`.
  void (*group_norms)(std::size_t rows, bool by_row, bool absolute, const T* w, T* const* out);
  // z: soft threshold of the point by l1 * metric, d = strength * metric. Moments: z^2, z^2 d, z^2 d^2, max d where
  // z != 0. Newton: q = (z / (norm + d))^2, q / (norm + d). Shrink: w = z norm / (norm + d).
  void (*group_moments)(const GroupTile<T>&, T* const* out);
  void (*group_newton)(const GroupTile<T>&, T* const* out);
  void (*group_shrink)(const GroupTile<T>&, T* const*);

  // g clipped to [-limit, limit]; decayed = keep * w; average += share * (w - average); w = average, where with
  // `support` zero weights stay zero. n as in propose.
  void (*clip_values)(std::size_t n, T limit, T* g);
  void (*decay_weights)(std::size_t n, T keep, const T* w, T* decayed);
  void (*average_weights)(std::size_t n, T share, const T* w, T* average);
  void (*take_average)(std::size_t n, bool support, const T* average, T* w);

  // propose[kAdam], penalty_value and prox[kElasticNet] in one pass over memory, with the same bits. `decay` as in
  // decay_weights, after the value.
  void (*update_adam_elastic_net)(std::size_t rows, const StepScalars<T>&, const PenaltyScalars<T>&, const T* factor,
                                  T decay, const T* g, T* w, T* const* state, T* sums);

  // Reductions: element k in lane k mod 16 (float) or 8 (double); one tree adds the lanes. Results are double.
  double (*sum)(std::size_t n, const T* x);
  double (*dot)(std::size_t n, const T* x, const T* y);
  // out[j] = sum over rows of x[r][j], cols rounded up to whole vectors
  void (*column_sums)(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, T* out);
  // mean[j] of the columns and squares[j] = sum of (x[r][j] - mean[j])^2; cols as above, as in the next three
  void (*column_moments)(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, T* mean, T* squares);
  // sums[j] = sum of d[r][j], products[j] = sum of d[r][j] (x[r][j] - mean[j])
  void (*column_products)(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t x_row, const T* mean,
                          const T* d, std::ptrdiff_t d_row, T* sums, T* products);
  // y = (x - mean) scale + shift per column; y may be x
  void (*normalize)(std::size_t rows, std::size_t cols, const T* mean, const T* scale, const T* shift, const T* x,
                    std::ptrdiff_t x_row, T* y, std::ptrdiff_t y_row);
  // dx = d scale + (x - mean) slope + shift
  void (*normalize_backward)(std::size_t rows, std::size_t cols, const T* mean, const T* scale, const T* slope,
                             const T* shift, const T* x, std::ptrdiff_t x_row, const T* d, std::ptrdiff_t d_row, T* dx,
                             std::ptrdiff_t dx_row);
  std::size_t (*count_zeros)(std::size_t n, const T* x);
  bool (*all_finite)(std::size_t n, const T* x);

  // Columns of a design matrix, summed in double: row i in lane i mod 32, or mod 8 for pairs; in order over c and r.
  // out[c] = sum_i columns[c][i] * v[i]
  void (*dots)(std::size_t n, std::size_t count, const T* const* columns, const double* v, double* out);
  // out[p * row + q] = sum_i a[p][i] * b[q][i]
  void (*pair_dots)(std::size_t n, std::size_t a_count, const T* const* a, std::size_t b_count, const T* const* b,
                    double* out, std::ptrdiff_t row);
  // y[i] += sum_c a[c] * x[c][i]
  void (*add_columns)(std::size_t n, std::size_t count, const T* const* x, const double* a, double* y);
  // out[j] += sum_r v[r] * x[r * row + j]
  void (*add_rows)(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t row, const double* v, double* out);
  // out[r * out_row + c] = scale[r] * (x[r * row + c * col] - shift[c]); row or col is 1; scale may be null for ones.
  void (*shifted_block)(std::size_t rows, std::size_t cols, const T* x, std::ptrdiff_t row, std::ptrdiff_t col,
                        const double* shift, const double* scale, double* out, std::ptrdiff_t out_row);
  // out[c * row + i] -= sum_t a[t * step + c] * x[t * step + i], in order over t
  void (*subtract_products)(std::size_t n, std::size_t depth, const double* x, const double* a, std::ptrdiff_t step,
                            std::size_t count, double* out, std::ptrdiff_t row);
  // y[j] = x[j] * scale if random number (key, first + j) is at most `last`, else +0.0
  void (*dropout)(std::size_t n, unsigned long long key, unsigned long long first, unsigned last, T scale, const T* x,
                  T* y);

  // count + 1 rows of 2 kPanel numbers. For k from count - 1 down to 0, with c = rotations[2 k], s = rotations[2 k +
  // 1]: rows k and k + 1 become c row[k] - s row[k + 1] and s row[k] + c row[k + 1].
  void (*rotate_rows)(std::size_t count, const T* rotations, T* rows);
  // x' (L D L')^-1 x for kPanel<double> tridiagonal systems s: out[r * out_row + s] = sum over k < n of
  // inverse[k * step + s] z_k^2, z_k = x[r * x_row + k] - lower[k * step + s] z_{k - 1}.
  void (*inverse_forms)(std::size_t rows, std::size_t n, const double* x, std::ptrdiff_t x_row, const double* lower,
                        const double* inverse, std::ptrdiff_t step, double* out, std::ptrdiff_t out_row);
};

extern const KernelTable<float> kernels_baseline_f32, kernels_avx2_f32, kernels_avx512_f32, kernels_neon_f32;
extern const KernelTable<double> kernels_baseline_f64, kernels_avx2_f64, kernels_avx512_f64, kernels_neon_f64;

}  // namespace proxnet
