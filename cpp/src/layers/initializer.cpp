// Initial weights, in Keras' distributions.
#include "proxnet/initializer.h"

#include <algorithm>
#include <cmath>

#include "layers/initializer_draw.h"
#include "runtime/dispatch.h"
#include "runtime/poll_here.h"

namespace proxnet {

namespace {

// The standard deviation of a standard normal truncated at 2 (Keras' constant).
constexpr double kTruncatedDeviation = 0.87962566103423978;

// Variance scaling as a normal or uniform distribution with variance first / fan.
Initializer variance_scaled(const Initializer& i, double inputs, double outputs) {
  const double fan = i.fan == Initializer::kInputs    ? inputs
                     : i.fan == Initializer::kOutputs ? outputs
                                                      : (inputs + outputs) / 2;
  Initializer plain;
  if (i.distribution == Initializer::kUniformShape) {
    plain.kind = Initializer::kUniform;
    plain.second = std::sqrt(3 * i.first / fan), plain.first = -plain.second;
  } else {
    const bool cut = i.distribution == Initializer::kTruncatedShape;
    plain.kind = cut ? Initializer::kTruncatedNormal : Initializer::kNormal;
    plain.second = std::sqrt(i.first / fan) / (cut ? kTruncatedDeviation : 1);
  }
  return plain;
}

// Q of the QR decomposition of a normal matrix, R with a positive diagonal: uniform over orthonormal matrices. By
// Gram-Schmidt, each row orthogonalized twice against rounding (Giraud, Langou, Rozloznik 2005).
std::vector<double> orthonormal(std::size_t count, std::size_t length, const Random& random) {
  const auto& k = kernels<double>();
  std::vector<double> q(count * length);
  for (std::size_t r = 0; r < count; ++r) {
    poll_here();
    double* row = q.data() + r * length;
    for (std::size_t j = 0; j < length; ++j) row[j] = random.normal(j * count + r);
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t s = 0; s < r; ++s) {
        const double* other = q.data() + s * length;
        const double along = k.dot(length, row, other);
        for (std::size_t j = 0; j < length; ++j) row[j] -= along * other[j];
      }
    const double size = std::sqrt(k.dot(length, row, row));
    for (std::size_t j = 0; j < length; ++j) row[j] /= size;
  }
  return q;
}

}  // namespace

void check_initializer(const Initializer& i, bool bias, const char* operation) {
  const bool matrix = i.kind == Initializer::kOrthogonal || i.kind == Initializer::kIdentity;
  check(!bias || !matrix, operation, i.kind == Initializer::kIdentity ? " identity" : " orthogonal",
        " is for kernels: a bias is no matrix");
  check(std::isfinite(i.first) && std::isfinite(i.second), operation, " parameters of an initializer must be finite");
  if (i.kind == Initializer::kUniform)
    check(i.first <= i.second, operation, " minval must not be above maxval, got ", i.first, " and ", i.second);
  if (i.kind == Initializer::kNormal || i.kind == Initializer::kTruncatedNormal)
    check(i.second >= 0, operation, " stddev must not be negative, got ", i.second);
  if (i.kind == Initializer::kVarianceScaling) check(i.first > 0, operation, " scale must be positive, got ", i.first);
}

template <class T>
std::vector<T> draw_weights(const Initializer& initializer, bool bias, std::size_t rows, std::size_t cols,
                            const Random& random) {
  const Random own = initializer.seeded ? Random(initializer.seed, kInitializerStream, 0) : random;
  const double inputs = static_cast<double>(bias ? cols : rows), outputs = static_cast<double>(cols);
  const Initializer i =
      initializer.kind == Initializer::kVarianceScaling ? variance_scaled(initializer, inputs, outputs) : initializer;
  std::vector<T> w((bias ? 1 : rows) * cols);
  std::vector<double> q;
  if (i.kind == Initializer::kOrthogonal) q = orthonormal(std::min(rows, cols), std::max(rows, cols), own);
  for (std::size_t n = 0; n < w.size(); ++n) {
    if (n % 4096 == 0) poll_here();
    const std::size_t r = n / cols, c = n % cols;
    double x = i.first;  // zeros, ones, constants
    if (i.kind == Initializer::kUniform)
      x = (i.first + i.second) / 2 + (i.second - i.first) / 2 * (2 * own.uniform(n) - 1);
    else if (i.kind == Initializer::kNormal)
      x += i.second * own.normal(n);
    else if (i.kind == Initializer::kTruncatedNormal)
      x += i.second * own.truncated_normal(n);
    else if (i.kind == Initializer::kIdentity)
      x = r == c ? x : 0;
    else if (i.kind == Initializer::kOrthogonal)
      x *= rows < cols ? q[n] : q[c * rows + r];
    w[n] = static_cast<T>(x);
    check(std::isfinite(w[n]), "[build] initial weights must be finite in ", sizeof(T) == 4 ? "float32" : "float64",
          ", an initializer gave ", x);
  }
  return w;
}

template std::vector<float> draw_weights(const Initializer&, bool, std::size_t, std::size_t, const Random&);
template std::vector<double> draw_weights(const Initializer&, bool, std::size_t, std::size_t, const Random&);

}  // namespace proxnet
