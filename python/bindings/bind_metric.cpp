// Metrics.
#include "bindings.h"

namespace proxnet::python {

namespace {

const std::map<std::string, Metric::Kind>& metric_kinds() {
  static const std::map<std::string, Metric::Kind> all = {
      {"binary_accuracy", Metric::kBinaryAccuracy},
      {"categorical_accuracy", Metric::kCategoricalAccuracy},
      {"sparse_categorical_accuracy", Metric::kSparseCategoricalAccuracy},
      {"top_k_categorical_accuracy", Metric::kTopKCategoricalAccuracy},
      {"sparse_top_k_categorical_accuracy", Metric::kSparseTopKCategoricalAccuracy},
      {"equality", Metric::kEquality},
      {"mean_squared_error", Metric::kMeanSquaredError},
      {"root_mean_squared_error", Metric::kRootMeanSquaredError},
      {"mean_absolute_error", Metric::kMeanAbsoluteError},
      {"cosine_similarity", Metric::kCosineSimilarity},
      {"true_positives", Metric::kTruePositives},
      {"false_positives", Metric::kFalsePositives},
      {"true_negatives", Metric::kTrueNegatives},
      {"false_negatives", Metric::kFalseNegatives},
      {"precision", Metric::kPrecision},
      {"recall", Metric::kRecall},
      {"auc", Metric::kAuc},
      {"f1_score", Metric::kF1Score},
      {"r2_score", Metric::kR2Score},
  };
  return all;
}

template <class E> E choice(const std::map<std::string, E>& all, const std::string& name, const char* what) {
  const auto found = all.find(name);
  check(found != all.end(), "[Metric] unknown ", what, " '", name, "'");
  return found->second;
}

template <class T>
double metric_of(const Metric& m, const py::array& y, const py::array& p, const std::optional<py::array>& weight) {
  const auto rows = view<T>(p, "p");
  const T* w = nullptr;
  if (weight) {
    check(static_cast<std::size_t>(weight->size()) == rows.rows, "[metric] sample_weight must have one number a row");
    w = view<T>(*weight, "sample_weight").data;
  }
  return metric_value<T>(m, view<T>(y, "y"), rows, w);
}

}  // namespace

void bind_metric(py::module_& m) {
  py::class_<Metric> metric(m, "Metric");
  metric
      .def(py::init([](const std::string& name, double threshold, std::size_t k, std::size_t top_k,
                       std::ptrdiff_t class_id, const std::vector<double>& thresholds, std::size_t num_thresholds,
                       const std::string& curve, const std::string& summation, bool multi_label,
                       const std::string& average, bool largest, bool from_logits) {
             Metric made(choice(metric_kinds(), name, "name"));
             made.threshold = threshold, made.k = k, made.top_k = top_k, made.class_id = class_id;
             made.thresholds = thresholds, made.num_thresholds = num_thresholds, made.multi_label = multi_label,
             made.largest = largest;
             made.from_logits = from_logits;
             made.curve =
                 choice<Metric::Curve>({{"ROC", Metric::kRoc}, {"PR", Metric::kPrecisionRecall}}, curve, "curve");
             made.summation = choice<Metric::Summation>({{"interpolation", Metric::kInterpolation},
                                                         {"minoring", Metric::kMinoring},
                                                         {"majoring", Metric::kMajoring}},
                                                        summation, "summation");
             made.average = choice<Metric::Average>(
                 {{"macro", Metric::kMacro}, {"micro", Metric::kMicro}, {"weighted", Metric::kWeighted}}, average,
                 "average");
             return made;
           }),
           py::arg("name"), py::arg("threshold") = 0.5, py::arg("k") = 5, py::arg("top_k") = 0,
           py::arg("class_id") = -1, py::arg("thresholds") = std::vector<double>(), py::arg("num_thresholds") = 200,
           py::arg("curve") = "ROC", py::arg("summation") = "interpolation", py::arg("multi_label") = false,
           py::arg("average") = "macro", py::arg("largest") = false, py::arg("from_logits") = false)
      .def_static(
          "of", [](const Loss& loss) { return Metric(loss); }, py::arg("loss"))
      .def(
          "value",
          [](const Metric& made, const py::array& y, const py::array& p, const std::optional<py::array>& weight) {
            if (py::isinstance<py::array_t<double>>(p)) return metric_of<double>(made, y, p, weight);
            return metric_of<float>(made, y, p, weight);
          },
          py::arg("y"), py::arg("p"), py::arg("weight") = py::none());
  metric.attr("max_thresholds") = Metric::kMaxThresholds;
  for (const auto& [name, kind] : metric_kinds()) metric.attr(name.c_str()) = Metric(kind);
}

}  // namespace proxnet::python
