// Penalised linear models: paths of elastic nets, each point with its duality gap as the certificate.
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

// Compressed columns, or rows where `by_rows`: the entries of line k are starts[k] to starts[k + 1]; indices in any
// order, entries with the same place are added.
template <class T, class Index> struct SparseView {
  std::size_t rows = 0, cols = 0, entries = 0;  // entries: how many `values` and `indices` there are
  const T* values = nullptr;
  const Index* indices = nullptr;
  const Index* starts = nullptr;
  std::size_t starts_count = 0;
  bool by_rows = false;
};

// Asked every 10 ms or so in long work; true stops it with Interrupted.
using PollFunction = std::function<bool()>;

// The matrix X of a linear model, read where it lies: the arrays of a view must outlive it and stay as they are. The
// arithmetic is in double. The indices and starts of a sparse matrix are copied, then checked, here; its values are
// read where they lie. Copied as well are columns that are not sorted or have duplicates, and rows, when the first
// solver asks for columns: as much memory again. predict and check_finite read sorted rows without duplicates as they
// are.
class Design;
template <class T> PROXNET_EXPORT std::shared_ptr<const Design> make_design(const DenseView<T>& x);
template <class T, class Index>
PROXNET_EXPORT std::shared_ptr<const Design> make_design(const SparseView<T, Index>& x, const PollFunction& poll = {});
PROXNET_EXPORT std::size_t rows(const Design& x);
PROXNET_EXPORT std::size_t cols(const Design& x);

// out[i] = x_i coef + intercept
PROXNET_EXPORT void predict(const Design& x, const double* coef, double intercept, double* out,
                            const PollFunction& poll = {});

// Throws InvalidInput where a number of X is not finite, or the sum of a dense column overflows.
PROXNET_EXPORT void check_finite(const Design& x, const PollFunction& poll = {});

// Means of the columns under sample_weight, whose sum is > 0; null: all 1.
PROXNET_EXPORT std::vector<double> column_means(const Design& x, const double* sample_weight,
                                                const PollFunction& poll = {});
// Their standard deviations, 0 of constant columns.
PROXNET_EXPORT std::vector<double> column_deviations(const Design& x, const PollFunction& poll = {});

// Strengths alpha * factor_j * (l1_ratio |w_j| + (1 - l1_ratio) / 2 w_j^2), of w_j times its column's standard
// deviation where standardised.
struct ElasticNetPenalty {
  double l1_ratio = 1;
  // One a column, >= 0; empty: all 1. 0 is for columns that are not penalised, as the intercept is not: they take
  // rows * their number of memory. Of those that depend on each other some have coefficient 0.
  std::vector<double> factors;
  bool positive = false;  // w >= 0; factors must be > 0
  // Columns divided by their weighted standard deviation, constant ones by 1, nothing of it stored; least squares only.
  // Coefficients are those of X; gaps, distances and alpha_max are of the standardised problem.
  bool standardize = false;
};

struct PathOptions {
  std::vector<double> alphas;       // solved in this order; empty: a grid of `count` values
  std::size_t count = 100;          // from alpha_max down to
  double eps = 1e-3;                // eps * alpha_max, evenly in the logarithm
  bool fit_intercept = true;        // by centring, never written to X
  double tol = 1e-4;                // of the gap, relative to |y - mean|^2
  std::size_t max_iter = 1000;      // passes of coordinate descent over the working set, per alpha
  std::size_t gram_columns = 4096;  // of the largest Gram matrix: 128 MiB
  const double* start = nullptr;    // coefficients to begin with; null: zeros
  std::function<bool()> poll;       // asked every 10 ms or so; true stops with Interrupted
};

// What every path tells, one row or entry an alpha.
struct PathRecord {
  std::vector<double> alphas, coef, intercept;
  std::vector<double> gap;              // primal minus dual value, where there is one: see PenalizedPath
  std::vector<double> kkt;              // largest distance of a coefficient, or group, from its optimality condition
  std::vector<std::size_t> iterations;  // passes of coordinate descent, or Newton steps
  std::vector<bool> converged;          // the gap is within its limit
  double limit = 0;                     // tol times what it is relative to
  // Of penalty objects: what is minimised, and what a dual value proves of it; NaN where there is none.
  std::vector<double> objective, dual_gap;
};

// Of the objective 1 / (2 sum s) sum_i s_i (y_i - x_i w - b)^2 + penalty; coef: (alphas, cols).
struct LinearPath : PathRecord {
  std::size_t cols = 0;
  // sum s (y - mean)^2 / sum s, the mean only with an intercept, y less what columns that are not penalised explain;
  // times tol: the tolerance
  double target_square = 0;
};

// Least squares with an elastic net; sample_weight may be null. Throws InvalidInput, Interrupted.
PROXNET_EXPORT LinearPath elastic_net_path(const Design& x, const double* y, const double* sample_weight,
                                           const ElasticNetPenalty& penalty, const PathOptions& options);

// Weights of the rows: as often as a row trains, and as often as it is tested.
struct Fold {
  const double* train = nullptr;
  const double* test = nullptr;
};
struct CrossValidation {
  std::vector<double> mean_square;  // (alphas, folds): of the rows tested, by the path on the rows that train
  std::vector<double> gap;          // (alphas, folds): of the path
  std::vector<double> limit;        // of a fold's gaps; where one is larger its point has not converged
};
// The path over options.alphas on every fold; threads share the folds.
PROXNET_EXPORT CrossValidation cross_validate(const Design& x, const double* y, const std::vector<Fold>& folds,
                                              const ElasticNetPenalty& penalty, const PathOptions& options);

// The smallest alpha whose solution is zero where it is penalised; l1_ratio must be > 0.
PROXNET_EXPORT double alpha_max(const Design& x, const double* y, const double* sample_weight,
                                const ElasticNetPenalty& penalty, bool fit_intercept);

}  // namespace proxnet
