// Losses.
#include "bindings.h"

namespace proxnet::python {

namespace {

const std::map<std::string, Loss::Kind>& loss_kinds() {
  static const std::map<std::string, Loss::Kind> all = {
      {"mean_squared_error", Loss::kMeanSquaredError},
      {"mean_absolute_error", Loss::kMeanAbsoluteError},
      {"mean_absolute_percentage_error", Loss::kMeanAbsolutePercentageError},
      {"mean_squared_logarithmic_error", Loss::kMeanSquaredLogarithmicError},
      {"huber", Loss::kHuber},
      {"log_cosh", Loss::kLogCosh},
      {"quantile", Loss::kQuantile},
      {"poisson", Loss::kPoisson},
      {"cosine_similarity", Loss::kCosineSimilarity},
      {"hinge", Loss::kHinge},
      {"squared_hinge", Loss::kSquaredHinge},
      {"categorical_hinge", Loss::kCategoricalHinge},
      {"kl_divergence", Loss::kKlDivergence},
      {"binary_crossentropy", Loss::kBinaryCrossentropy},
      {"binary_focal_crossentropy", Loss::kBinaryFocalCrossentropy},
      {"categorical_crossentropy", Loss::kCategoricalCrossentropy},
      {"sparse_categorical_crossentropy", Loss::kSparseCategoricalCrossentropy},
      {"categorical_focal_crossentropy", Loss::kCategoricalFocalCrossentropy},
  };
  return all;
}

template <class T> Array<T> values(const Loss& loss, const py::array& y, const py::array& p) {
  const auto rows = view<T>(p, "p");
  Array<T> out(static_cast<py::ssize_t>(rows.rows));
  loss_values<T>(loss, view<T>(y, "y"), rows, out.mutable_data());
  return out;
}

}  // namespace

void bind_loss(py::module_& m) {
  py::class_<Loss> loss(m, "Loss");
  loss.def(py::init([](const std::string& name, double delta, double quantile, double gamma, double alpha,
                       bool balanced, double label_smoothing, bool from_logits) {
             const auto found = loss_kinds().find(name);
             check(found != loss_kinds().end(), "[Loss] unknown name '", name, "'");
             Loss l(found->second);
             l.delta = delta, l.quantile = quantile, l.gamma = gamma, l.alpha = alpha, l.balanced = balanced;
             l.label_smoothing = label_smoothing, l.from_logits = from_logits;
             check_loss(l, Activation(), 2, "[Loss]");
             return l;
           }),
           py::arg("name"), py::arg("delta") = 1.0, py::arg("quantile") = 0.5, py::arg("gamma") = 2.0,
           py::arg("alpha") = 0.25, py::arg("balanced") = false, py::arg("label_smoothing") = 0.0,
           py::arg("from_logits") = false)
      .def(
          "values",
          [](const Loss& l, const py::array& y, const py::array& p) -> py::array {
            if (py::isinstance<py::array_t<double>>(p)) return values<double>(l, y, p);
            return values<float>(l, y, p);
          },
          py::arg("y"), py::arg("p"));
  for (const auto& [name, kind] : loss_kinds()) loss.attr(name.c_str()) = Loss(kind);
}

}  // namespace proxnet::python
