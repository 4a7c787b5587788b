// Initializers.
#include "bindings.h"

namespace proxnet::python {

namespace {

const std::map<std::string, Initializer::Kind>& initializer_kinds() {
  static const std::map<std::string, Initializer::Kind> all = {
      {"zeros", Initializer::kZeros},
      {"ones", Initializer::kOnes},
      {"constant", Initializer::kConstant},
      {"random_uniform", Initializer::kUniform},
      {"random_normal", Initializer::kNormal},
      {"truncated_normal", Initializer::kTruncatedNormal},
      {"variance_scaling", Initializer::kVarianceScaling},
      {"orthogonal", Initializer::kOrthogonal},
      {"identity", Initializer::kIdentity},
      {"glorot_uniform", Initializer::kGlorotUniform},
      {"glorot_normal", Initializer::kGlorotNormal},
      {"he_uniform", Initializer::kHeUniform},
      {"he_normal", Initializer::kHeNormal},
      {"lecun_uniform", Initializer::kLecunUniform},
      {"lecun_normal", Initializer::kLecunNormal},
  };
  return all;
}

template <class E> E choice(const std::map<std::string, E>& all, const std::string& name, const char* what) {
  const auto found = all.find(name);
  check(found != all.end(), "[Initializer] unknown ", what, " '", name, "'");
  return found->second;
}

}  // namespace

void bind_initializer(py::module_& m) {
  py::class_<Initializer> initializer(m, "Initializer");
  initializer.def(py::init([](const std::string& name, std::optional<double> first, std::optional<double> second,
                              const std::optional<std::string>& fan, const std::optional<std::string>& distribution,
                              std::optional<std::uint64_t> seed) {
                    Initializer i(choice(initializer_kinds(), name, "name"));
                    if (first) i.first = *first;
                    if (second) i.second = *second;
                    if (fan)
                      i.fan = choice<Initializer::Fan>({{"fan_in", Initializer::kInputs},
                                                        {"fan_out", Initializer::kOutputs},
                                                        {"fan_avg", Initializer::kAverage}},
                                                       *fan, "mode");
                    if (distribution)
                      i.distribution =
                          choice<Initializer::Distribution>({{"uniform", Initializer::kUniformShape},
                                                             {"truncated_normal", Initializer::kTruncatedShape},
                                                             {"untruncated_normal", Initializer::kNormalShape}},
                                                            *distribution, "distribution");
                    if (seed) i.seeded = true, i.seed = *seed;
                    check_initializer(i, false, "[Initializer]");
                    return i;
                  }),
                  py::arg("name"), py::arg("first") = py::none(), py::arg("second") = py::none(),
                  py::arg("fan") = py::none(), py::arg("distribution") = py::none(), py::arg("seed") = py::none());
  for (const auto& [name, kind] : initializer_kinds()) initializer.attr(name.c_str()) = Initializer(kind);
}

}  // namespace proxnet::python
