// Metrics from their sums over rows, as Keras defines them.
#include "losses/metric_sums.h"

#include <algorithm>
#include <cmath>

#include "losses/metric_rows.h"

namespace proxnet {

namespace {

constexpr double kSmall = 1e-7;  // Keras adds it to the denominators of an F1 score

double ratio(double part, double total) { return total > 0 ? part / total : 0; }

bool is_mean(const Metric& m) { return m.kind < Metric::kTruePositives; }

// The confusion matrix at one threshold.
struct Confusion {
  double tp = 0, fp = 0, tn = 0, fn = 0;
  double recall() const { return ratio(tp, tp + fn); }
  double precision() const { return ratio(tp, tp + fp); }
  double false_positive_rate() const { return ratio(fp, fp + tn); }
};

// counts (2, bins): rows of label 0, then of label 1, by the number of thresholds below p. p is positive where more
// than `index` thresholds are below it.
Confusion confusion(const double* counts, std::size_t bins, std::size_t index) {
  Confusion c;
  for (std::size_t b = 0; b < bins; ++b) {
    (b > index ? c.fp : c.tn) += counts[b];
    (b > index ? c.tp : c.fn) += counts[bins + b];
  }
  return c;
}

}  // namespace

MetricSums::MetricSums(const MetricSpec& spec, std::size_t outputs) : spec_(spec), outputs_(outputs), bins_(0) {
  const Metric& m = spec.metric;
  if (is_mean(m)) {
    sums_.assign(2, 0);
  } else if (m == Metric::kF1Score || m == Metric::kR2Score) {
    sums_.assign(4 * outputs, 0);
  } else {
    bins_ = metric_thresholds(m).size() + 1;
    sums_.assign((m.multi_label ? outputs : 1) * 2 * bins_, 0);
  }
}

template <class T>
void MetricSums::add(const KernelTable<T>& k, std::size_t rows, const T* values, std::size_t width, const T* weight) {
  const Metric& m = spec_.metric;
  if (!spec_.weighted) weight = nullptr;
  if (is_mean(m)) {
    sums_[0] += weight ? k.dot(rows, values, weight) : k.sum(rows, values);
    sums_[1] += weight ? k.sum(rows, weight) : static_cast<double>(rows);
    return;
  }
  for (std::size_t r = 0; r < rows; ++r, values += width) {
    const double w = weight ? static_cast<double>(weight[r]) : 1;
    if (w == 0) continue;
    if (m == Metric::kR2Score) {
      for (std::size_t j = 0; j < outputs_; ++j) {
        double* s = sums_.data() + 4 * j;
        const double y = static_cast<double>(values[j]), delta = y - s[1];
        s[0] += w;
        s[1] += delta * w / s[0];
        s[2] += w * delta * (y - s[1]);
        s[3] += w * static_cast<double>(values[outputs_ + j]);
      }
    } else if (m == Metric::kF1Score) {  // values: 0 TN, 1 FP, 2 FN, 3 TP
      for (std::size_t j = 0; j < outputs_; ++j) sums_[4 * j + static_cast<std::size_t>(values[j])] += w;
    } else {
      for (std::size_t j = 0; j < width; ++j) {
        const bool label = values[j] > 0;
        const std::size_t bin = static_cast<std::size_t>(label ? values[j] : -values[j]) - 1;
        sums_[((m.multi_label ? 2 * j : 0) + label) * bins_ + bin] += w;
      }
    }
  }
}

void MetricSums::merge(const MetricSums& after) {
  if (spec_.metric.kind != Metric::kR2Score) {
    for (std::size_t i = 0; i < sums_.size(); ++i) sums_[i] += after.sums_[i];
    return;
  }
  for (std::size_t j = 0; j < outputs_; ++j) {  // Chan, Golub, LeVeque 1983
    double* a = sums_.data() + 4 * j;
    const double *b = after.sums_.data() + 4 * j, weight = a[0] + b[0], delta = b[1] - a[1];
    if (b[0] == 0) continue;
    a[2] += b[2] + delta * delta * a[0] * b[0] / weight;
    a[1] += delta * b[0] / weight;
    a[0] = weight;
    a[3] += b[3];
  }
}

double MetricSums::curve_area(const double* counts) const {
  const Metric& m = spec_.metric;
  double area = 0;
  Confusion right = confusion(counts, bins_, bins_ - 1);  // no p is positive
  if (!(right.fn > 0) || (m.curve == Metric::kRoc && !(right.tn > 0))) return std::nan("");
  for (std::size_t i = bins_; i-- > 0;) {  // thresholds from the highest: bin i becomes positive
    Confusion left = right;
    left.fp += counts[i], left.tn -= counts[i];
    left.tp += counts[bins_ + i], left.fn -= counts[bins_ + i];
    if (m.curve == Metric::kPrecisionRecall && m.summation == Metric::kInterpolation) {
      // Between two thresholds true positives are linear in the positives [Davis and Goadrich 2006].
      const double p0 = left.tp + left.fp, p1 = right.tp + right.fp, lost = left.tp - right.tp;
      const double slope = ratio(lost, p0 - p1), intercept = right.tp - slope * p1;
      const double span = p0 > 0 && p1 > 0 ? p0 / p1 : 1;
      area += ratio(slope * (lost + intercept * std::log(span)), right.tp + right.fn);
    } else {
      const bool roc = m.curve == Metric::kRoc;
      const double x0 = roc ? left.false_positive_rate() : left.recall(), y0 = roc ? left.recall() : left.precision();
      const double x1 = roc ? right.false_positive_rate() : right.recall();
      const double y1 = roc ? right.recall() : right.precision();
      const double height = m.summation == Metric::kInterpolation ? (y0 + y1) / 2
                            : m.summation == Metric::kMinoring    ? std::min(y0, y1)
                                                                  : std::max(y0, y1);
      area += (x0 - x1) * height;
    }
    right = left;
  }
  return area;
}

double MetricSums::f1_score() const {
  const auto score = [](double tp, double fp, double fn) {
    const double precision = tp / (tp + fp + kSmall), recall = tp / (tp + fn + kSmall);
    return 2 * precision * recall / (precision + recall + kSmall);
  };
  double tp = 0, fp = 0, fn = 0, macro = 0, weighted = 0, truths = 0;
  for (std::size_t j = 0; j < outputs_; ++j) {
    const double* s = sums_.data() + 4 * j;
    const double own = score(s[3], s[1], s[2]);
    tp += s[3], fp += s[1], fn += s[2], macro += own, weighted += own * (s[2] + s[3]), truths += s[2] + s[3];
  }
  if (spec_.metric.average == Metric::kMicro) return score(tp, fp, fn);
  if (spec_.metric.average == Metric::kWeighted) return weighted / (truths + kSmall);
  return macro / static_cast<double>(outputs_);
}

double MetricSums::r2_score() const {
  double uniform = 0, weighted = 0, variance = 0;
  for (std::size_t j = 0; j < outputs_; ++j) {
    const double* s = sums_.data() + 4 * j;
    const double score = s[2] > 0 ? 1 - s[3] / s[2] : s[3] > 0 ? 0 : 1;  // constant targets: as scikit-learn
    uniform += score, weighted += score * s[2], variance += s[2];
  }
  if (spec_.metric.average == Metric::kWeighted) return ratio(weighted, variance);
  return uniform / static_cast<double>(outputs_);
}

double MetricSums::result() const {
  const Metric& m = spec_.metric;
  if (is_mean(m)) {
    const double mean = ratio(sums_[0], sums_[1]);  // 0 while all weights are zero
    return m == Metric::kRootMeanSquaredError ? std::sqrt(mean) : m == Metric::kCosineSimilarity ? -mean : mean;
  }
  const Confusion c = bins_ ? confusion(sums_.data(), bins_, 0) : Confusion();
  switch (m.kind) {
    case Metric::kTruePositives:
      return c.tp;
    case Metric::kFalsePositives:
      return c.fp;
    case Metric::kTrueNegatives:
      return c.tn;
    case Metric::kFalseNegatives:
      return c.fn;
    case Metric::kPrecision:
      return c.precision();
    case Metric::kRecall:
      return c.recall();
    case Metric::kF1Score:
      return f1_score();
    case Metric::kR2Score:
      return r2_score();
    default:
      break;
  }
  const std::size_t columns = sums_.size() / (2 * bins_);
  double area = 0;
  for (std::size_t j = 0; j < columns; ++j) area += curve_area(sums_.data() + 2 * j * bins_);
  return area / static_cast<double>(columns);
}

template void MetricSums::add(const KernelTable<float>&, std::size_t, const float*, std::size_t, const float*);
template void MetricSums::add(const KernelTable<double>&, std::size_t, const double*, std::size_t, const double*);

}  // namespace proxnet
