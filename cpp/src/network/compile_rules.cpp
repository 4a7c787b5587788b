// Checks of compile(), set_layers() and set_optimizer().
#include "network/compile_rules.h"

#include "layers/parameters.h"

namespace proxnet {

void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers,
                      const std::vector<ParameterSpec>& specs, PenaltyStep penalty_step) {
  if (!full_batch(optimizer)) return;
  const bool fista = optimizer.kind == OptimizerKind::kFista;
  const char* name = fista ? "[compile] FISTA" : "[compile] LBFGS";
  for (const Layer& layer : layers) {
    const auto* dropout = std::get_if<Dropout>(&layer);
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    check(
        !dropout || dropout->rate == 0, name,
        " compares the loss between steps, which Dropout changes at random: remove Dropout or take another optimizer");
    check(
        !norm || !norm->trainable, name,
        " minimises what evaluate() reports, but BatchNormalization trains with the statistics of a batch: make it not "
        "trainable, or take another optimizer");
  }
  for (const ParameterSpec& spec : specs) {
    if (!spec.trained()) continue;
    const Penalty& p = spec.penalty;
    const bool orthogonal = p.kind == PenaltyKind::kOrthogonal;  // enters the gradient
    check(spec.target == SparsityTarget::kNone, name, " minimises a fixed objective, which a sparsity target changes");
    if (fista) {
      check(penalty_step == PenaltyStep::kProximal || p.none() || orthogonal, name,
            " takes proximal steps: leave penalty_step at its default");
      check(spec.constraint.kind != ConstraintKind::kNorm || spec.constraint.rate == 1, name,
            " projects onto constraints: rate must be 1, got ", spec.constraint.rate);
      continue;
    }
    check(spec.constraint.kind == ConstraintKind::kNone, name, " takes no constraints: use FISTA");
    check(p.none() || orthogonal || (p.kind == PenaltyKind::kElasticNet && p.l1 == 0), name,
          " takes smooth penalties only (L2, orthogonal): for exact zeros use FISTA");
  }
}

namespace {

// f(first, other) for each array of a network-wide target, with the first of them.
template <class F> void each_pair(const std::vector<ParameterSpec>& specs, F&& f) {
  std::size_t first = specs.size();
  for (std::size_t a = 0; a < specs.size(); ++a) {
    if (specs[a].target != SparsityTarget::kNetwork || !specs[a].trained()) continue;
    if (first == specs.size()) first = a;
    f(first, a);
  }
}

}  // namespace

void check_targets(const std::vector<ParameterSpec>& specs) {
  each_pair(specs, [&](std::size_t first, std::size_t other) {
    check(specs[first].penalty.none() == specs[other].penalty.none(),
          "[compile] kernels with one target share of zeros over the network must all have a penalty for it or none, "
          "those of layers ",
          specs[first].layer, " and ", specs[other].layer, " differ: give them targets of their own (scope \"layer\")");
  });
}

void check_target_ramps(const std::vector<ParameterSpec>& specs, const std::vector<StrengthRamp>& ramps) {
  each_pair(specs, [&](std::size_t first, std::size_t other) {
    const StrengthRamp &one = ramps[first], &two = ramps[other];
    check(one.from == two.from && one.to == two.to && one.refit == two.refit,
          "[set_strength_ramps] kernels with one target share of zeros over the network must want the same share at "
          "the same time, those of layers ",
          specs[first].layer, " and ", specs[other].layer, " want ", one.to, " and ", two.to,
          ": give them targets of their own (scope \"layer\")");
  });
}

void check_training(const Optimizer& optimizer, const std::vector<Layer>& layers,
                    const std::vector<ParameterSpec>& specs, PenaltyStep penalty_step) {
  check_full_batch(optimizer, layers, specs, penalty_step);
  check_targets(specs);
  for (const ParameterSpec& spec : specs) {
    if (!spec.trained()) continue;
    const bool targeted = spec.target != SparsityTarget::kNone;
    check(!optimizer.use_ema || !targeted,
          "[compile] use_ema cannot be combined with a sparsity target: averages of weights do not keep it");
    if (penalty_step == PenaltyStep::kProximal) {
      check(optimizer.clipvalue == 0 || spec.penalty.none() || spec.penalty.kind == PenaltyKind::kOrthogonal,
            "[compile] clipvalue cannot be combined with a proximal penalty: it would clip the gradient but not the "
            "threshold; use clipnorm or global_clipnorm, or penalty_step=\"subgradient\"");
      continue;
    }
    check(!targeted, "[compile] a sparsity target needs the proximal step");
    check(spec.penalty.none() || spec.penalty.kind == PenaltyKind::kElasticNet ||
              spec.penalty.kind == PenaltyKind::kOrthogonal,
          "[compile] the subgradient step takes L1, L2 and orthogonal penalties only: for other penalties use the "
          "proximal step");
  }
}

}  // namespace proxnet
