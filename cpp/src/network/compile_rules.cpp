#include "network/compile_rules.h"

#include "layers/parameters.h"

namespace proxnet {

void check_full_batch(const Optimizer& optimizer, const std::vector<Layer>& layers, const std::vector<ArrayRule>& rules,
                      PenaltyStep penalty_step) {
  if (!takes_all_rows(optimizer)) return;
  const bool fista = optimizer.kind == OptimizerKind::kFista;
  const char* name = fista ? "[compile] FISTA" : "[compile] LBFGS";
  for (const Layer& layer : layers) {
    const auto* dropout = std::get_if<Dropout>(&layer);
    const auto* norm = std::get_if<BatchNormalization>(&layer);
    check(!dropout || dropout->rate == 0, name,
          " compares the loss from step to step, Dropout draws it anew: leave Dropout out or take another optimizer");
    check(!norm || !norm->trainable, name,
          " trains what evaluate() reports, BatchNormalization trains with other statistics: make it not trainable, or "
          "take another optimizer");
  }
  for (const ArrayRule& rule : rules) {
    if (!rule.moves()) continue;
    const Penalty& p = rule.penalty;
    const bool orthogonal = p.kind == PenaltyKind::kOrthogonal;  // in the gradient
    check(rule.target == SparsityTarget::kNone, name, " minimises one objective, a target of zeros moves it");
    if (fista) {
      check(penalty_step == PenaltyStep::kProximal || p.none() || orthogonal, name,
            " takes penalties by their proximal step: leave penalty_step as it is");
      check(rule.constraint.kind != ConstraintKind::kNorm || rule.constraint.rate == 1, name,
            " projects onto constraints: rate must be 1, got ", rule.constraint.rate);
      continue;
    }
    check(rule.constraint.kind == ConstraintKind::kNone, name, " knows no constraints: take FISTA");
    check(p.none() || orthogonal || (p.kind == PenaltyKind::kElasticNet && p.l1 == 0), name,
          " is for smooth penalties, L2 and orthogonal ones; for zeros take FISTA");
  }
}

namespace {

// Calls f(first, other) for the arrays of a network-wide target.
template <class F> void each_pair(const std::vector<ArrayRule>& rules, F&& f) {
  std::size_t first = rules.size();
  for (std::size_t a = 0; a < rules.size(); ++a) {
    if (rules[a].target != SparsityTarget::kNetwork || !rules[a].moves()) continue;
    if (first == rules.size()) first = a;
    f(first, a);
  }
}

}  // namespace

void check_targets(const std::vector<ArrayRule>& rules) {
  each_pair(rules, [&](std::size_t first, std::size_t other) {
    check(rules[first].penalty.none() == rules[other].penalty.none(),
          "[compile] kernels with one target share of zeros over the network must all have a penalty for it or none, "
          "those of layers ",
          rules[first].layer, " and ", rules[other].layer, " differ: give them targets of their own (scope \"layer\")");
  });
}

void check_target_ramps(const std::vector<ArrayRule>& rules, const std::vector<StrengthRamp>& ramps) {
  each_pair(rules, [&](std::size_t first, std::size_t other) {
    const StrengthRamp &one = ramps[first], &two = ramps[other];
    check(one.from == two.from && one.to == two.to && one.refit == two.refit,
          "[set_strength_ramps] kernels with one target share of zeros over the network must want the same share at "
          "the same time, those of layers ",
          rules[first].layer, " and ", rules[other].layer, " want ", one.to, " and ", two.to,
          ": give them targets of their own (scope \"layer\")");
  });
}

}  // namespace proxnet
