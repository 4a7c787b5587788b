// Compiled once per instruction set (PROXNET_KERNEL_ISA): fills that set's tables with the kernels of this folder.
#include "activation.h"
#include "adam_elastic_net.h"
#include "dropout.h"
#include "erf.h"
#include "focal_crossentropy.h"
#include "gated_activation.h"
#include "gemm.h"
#include "group.h"
#include "kernel_table.h"
#include "linear.h"
#include "margin_loss.h"
#include "nonconvex.h"
#include "normalize.h"
#include "optimizer.h"
#include "optimizer_ftrl.h"
#include "optimizer_rms.h"
#include "penalty.h"
#include "reduce.h"
#include "regression_loss.h"
#include "rotate.h"
#include "row_panels.h"
#include "row_product.h"
#include "shifted_block.h"
#include "softmax.h"
#include "sparse_product.h"
#include "transpose.h"
#include "tridiagonal.h"
#include "vmath.h"
#include "zeros.h"

#define PROXNET_JOIN_(a, b, c) a##b##c
#define PROXNET_JOIN(a, b, c) PROXNET_JOIN_(a, b, c)
#define PROXNET_TEXT_(a) #a
#define PROXNET_TEXT(a) PROXNET_TEXT_(a)

namespace {

template <class T> constexpr proxnet::KernelTable<T> make_table() {
  return {
      .isa = PROXNET_TEXT(PROXNET_KERNEL_ISA),
      .lanes = kLanes<T>,
      .gemm_panel = gemm_panel<T>,
      .row_product = row_product<T>,
      .windowed_row = windowed_row<T>,
      .sliced_row = sliced_row<T>,
      .listed_row = listed_row<T>,
      .sliced_block = sliced_block<T>,
      .list_nonzeros = list_nonzeros<T>,
      .pick_columns = pick_columns<T>,
      .spread_columns = spread_columns<T>,
      .rows_in_use = rows_in_use<T>,
      .any_in_columns = any_in_columns<T>,
      .transpose = transpose<T>,
      .spread_row = spread_row<T>,
      .exp = exp_array<T>,
      .log = log_array<T>,
      .log1p = log1p_array<T>,
      .tanh = tanh_array<T>,
      .sigmoid = sigmoid_array<T>,
      .expm1 = expm1_array<T>,
      .erf = erf_array<T>,
      .normal_cdf = normal_cdf_array<T>,
      .activate = {linear<T>, relu<T>, sigmoid_rows<T>, tanh_rows<T>, softmax<T>, leaky_relu<T>, clipped_relu<T>,
                   elu<T>, selu<T>, softplus<T>, softsign<T>, hard_sigmoid<T>, exponential<T>, log_softmax<T>, gelu<T>,
                   gelu_tanh<T>, silu<T>, mish<T>},
      .activate_backward = {linear_backward<T>, relu_backward<T>, sigmoid_backward<T>, tanh_backward<T>,
                            softmax_backward<T>, leaky_relu_backward<T>, clipped_relu_backward<T>, elu_backward<T>,
                            selu_backward<T>, softplus_backward<T>, softsign_backward<T>, hard_sigmoid_backward<T>,
                            exponential_backward<T>, log_softmax_backward<T>, slope_backward<T>, slope_backward<T>,
                            slope_backward<T>, slope_backward<T>},
      .loss = {squared_error<T>,
               absolute_error<T>,
               percentage_error<T>,
               logarithmic_error<T>,
               huber<T>,
               log_cosh<T>,
               quantile<T>,
               poisson<T>,
               cosine_similarity<T>,
               hinge<T>,
               squared_hinge<T>,
               categorical_hinge<T>,
               kl_divergence<T>,
               binary_crossentropy<T>,
               binary_focal<T>,
               categorical_crossentropy<T>,
               sparse_categorical_crossentropy<T>,
               categorical_focal<T>,
               sigmoid_binary<T>,
               sigmoid_focal<T>,
               softmax_categorical<T>,
               softmax_sparse<T>,
               softmax_focal<T>},
      .propose = {propose_sgd<T>, propose_momentum<T, false>, propose_momentum<T, true>, propose_adam<T>,
                  propose_rmsprop<T>, propose_rmsprop_general<T>, propose_amsgrad<T>, propose_nadam<T>,
                  propose_adamax<T>, propose_lion<T>, propose_adagrad<T>, propose_ftrl<T, true>,
                  propose_ftrl<T, false>},
      .prox = {prox_none<T>, prox_elastic_net<T>, prox_nonconvex<T, Mcp>, prox_nonconvex<T, Scad>,
               prox_nonconvex<T, LogSum>, prox_nonconvex<T, Count>},
      .penalty_value = {value_none<T>, value_elastic_net<T>, value_nonconvex<T, Mcp>, value_nonconvex<T, Scad>,
                        value_log_sum<T>, value_nonconvex<T, Count>},
      .penalty_gradient = gradient_elastic_net<T>,
      .group_norms = group_norms<T>,
      .group_moments = group_moments<T>,
      .group_newton = group_newton<T>,
      .group_shrink = group_shrink<T>,
      .clip_values = clip_values<T>,
      .decay_weights = decay_weights<T>,
      .average_weights = average_weights<T>,
      .take_average = take_average<T>,
      .update_adam_elastic_net = update_adam_elastic_net<T>,
      .sum = sum<T>,
      .dot = dot<T>,
      .column_sums = column_sums<T>,
      .column_moments = column_moments<T>,
      .column_products = column_products<T>,
      .normalize = normalize<T>,
      .normalize_backward = normalize_backward<T>,
      .count_zeros = count_zeros<T>,
      .all_finite = all_finite<T>,
      .dots = dots<T>,
      .pair_dots = pair_dots<T>,
      .add_columns = add_columns<T>,
      .add_rows = add_rows<T>,
      .shifted_block = shifted_block<T>,
      .subtract_products = subtract_products<T>,
      .dropout = dropout<T>,
      .rotate_rows = rotate_rows<T>,
      .inverse_forms = inverse_forms<T>,
  };
}

}  // namespace

namespace proxnet {

extern const KernelTable<float> PROXNET_JOIN(kernels_, PROXNET_KERNEL_ISA, _f32) = make_table<float>();
extern const KernelTable<double> PROXNET_JOIN(kernels_, PROXNET_KERNEL_ISA, _f64) = make_table<double>();

}  // namespace proxnet
