// Penalized linear models: regularization paths of the elastic net; the duality gap certifies each point.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "proxnet/error.h"

namespace proxnet {

// A dense matrix, row-major or column-major: one of the strides (in elements) is 1.
template <class T> struct DenseView {
  const T* data = nullptr;
  std::size_t rows = 0, cols = 0;
  std::ptrdiff_t row_stride = 0, col_stride = 1;
};

// Compressed columns (CSC), or rows (CSR) if `by_rows`: line k has entries starts[k] to starts[k + 1]. Indices need not
// be sorted; duplicates are summed.
template <class T, class Index> struct SparseView {
  std::size_t rows = 0, cols = 0, entries = 0;  // entries: length of `values` and `indices`
  const T* values = nullptr;
  const Index* indices = nullptr;
  const Index* starts = nullptr;
  std::size_t starts_count = 0;
  bool by_rows = false;
};

// Called about every 10 ms during long work; true stops it with Interrupted.
using PollFunction = std::function<bool()>;

// The matrix X of a linear model. X is not copied: the arrays of the view must outlive the design and must not change.
// Arithmetic is in double. Sparse X: indices and starts are copied and checked, values are read in place. A sparse
// matrix with unsorted indices or duplicates is copied to sorted columns; CSR is converted to columns once, when the
// first solver needs them (as much memory again). predict and check_finite read sorted CSR in place.
class Design;
template <class T> PROXNET_EXPORT std::shared_ptr<const Design> make_design(const DenseView<T>& x);
template <class T, class Index>
PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<T, Index>& x, const PollFunction& poll = {});
PROXNET_EXPORT std::size_t rows(const Design& x);
PROXNET_EXPORT std::size_t cols(const Design& x);

// out[i] = x_i coef + intercept
PROXNET_EXPORT void predict(const Design& x, const double* coef, double intercept, double* out,
                            const PollFunction& poll = {});

// Throws InvalidInput if an element of X is not finite, or if the sum of a dense column overflows.
PROXNET_EXPORT void check_finite(const Design& x, const PollFunction& poll = {});

// (cols): weighted means of the columns. sample_weight: sum > 0; null: all 1.
PROXNET_EXPORT std::vector<double> column_means(const Design& x, const double* sample_weight,
                                                const PollFunction& poll = {});
// (cols): standard deviations of the columns; 0 for constant columns.
PROXNET_EXPORT std::vector<double> column_deviations(const Design& x, const PollFunction& poll = {});

// alpha * sum_j factor_j * (l1_ratio |w_j| + (1 - l1_ratio) / 2 w_j^2); if standardized, of w_j times the standard
// deviation of column j.
struct ElasticNetPenalty {
  double l1_ratio = 1;
  // (cols), >= 0; empty: all 1. A column with factor 0 is unpenalized, as the intercept is. Memory: O(rows) per
  // unpenalized column. Redundant (collinear) unpenalized columns get coefficient 0.
  std::vector<double> factors;
  bool positive = false;  // w >= 0; factors must be > 0
  // Divides each column by its weighted standard deviation, constant columns by 1, without a copy of X. Coefficients
  // are on the scale of X; gap, kkt and alpha_max are those of the standardized problem. Least squares only.
  bool standardize = false;
};

struct PathOptions {
  std::vector<double> alphas;  // solved in this order; empty: `count` values from alpha_max to eps * alpha_max,
  std::size_t count = 100;     // evenly spaced in log(alpha)
  double eps = 1e-3;
  bool fit_intercept = true;        // centers the columns implicitly; X is never written
  double tol = 1e-4;                // tolerance of the gap, relative to LinearPath::null_value
  std::size_t max_iter = 1000;      // iterations per alpha
  std::size_t gram_columns = 4096;  // columns of the largest Gram matrix: 128 MiB
  const double* start = nullptr;    // initial coefficients, (outputs, cols); null: zeros
  PollFunction poll;                // called about every 10 ms; true stops with Interrupted
};

// The results of a path; one row or entry per alpha.
struct LinearPath {
  std::size_t cols = 0, outputs = 1;            // outputs: targets, or the classes of a multinomial model
  std::vector<double> alphas, coef, intercept;  // (alphas), (alphas, outputs, cols), (alphas, outputs)
  // Primal minus dual objective; for penalties of penalized.h without a dual, a KKT violation in the same units.
  std::vector<double> gap;
  std::vector<double> kkt;              // largest KKT violation of a coefficient or group
  std::vector<std::size_t> iterations;  // cycles of coordinate descent, or Newton steps
  std::vector<bool> converged;          // gap <= limit
  double limit = 0;                     // tol * null_value
  // Least squares: sum s (y - mean)^2 / sum s, the mean only with an intercept and after the projection of y onto the
  // unpenalized columns is subtracted. Other losses: the objective with all coefficients zero. Penalties without a
  // dual: the largest derivative of the loss at zero coefficients.
  double null_value = 0;
  std::vector<double> scale;                // generalised linear models: the fitted scale of Huber's loss, else 1
  std::vector<double> objective, dual_gap;  // penalty objects: the objective and its duality gap, NaN without a dual
};

// Least squares with an elastic net: 1 / (2 sum s) sum_i s_i (y_i - x_i w - b)^2 + penalty. sample_weight s may be
// null. Throws InvalidInput, Interrupted.
PROXNET_EXPORT LinearPath elastic_net_path(const Design& x, const double* y, const double* sample_weight,
                                           const ElasticNetPenalty& penalty, const PathOptions& options);

// Row weights of one fold, (rows) each: 0 excludes a row from training or from testing.
struct Fold {
  const double* train = nullptr;
  const double* test = nullptr;
};
struct CrossValidation {
  std::vector<double> mean_square;  // (alphas, folds): mean squared error on the test rows
  std::vector<double> gap;          // (alphas, folds): LinearPath::gap
  std::vector<double> limit;        // (folds): LinearPath::limit; a point with a larger gap has not converged
};
// Solves the path over options.alphas on every fold, the folds in parallel.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                                              const ElasticNetPenalty& penalty, const PathOptions& options);

// The smallest alpha at which all penalized coefficients are zero; l1_ratio must be > 0.
PROXNET_EXPORT double alpha_max(const Design& x, const double* y, const double* sample_weight,
                                const ElasticNetPenalty& penalty, bool fit_intercept);

}  // namespace proxnet
