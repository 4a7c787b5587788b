// A penalty object's L1 and L2 as an ElasticNetPenalty, for solvers with a duality gap.
#pragma once

#include <algorithm>
#include <optional>

#include "linear/penalty/elastic_net.h"
#include "proxnet/penalty.h"

namespace proxnet {

// alpha * net equals the penalty.
struct ElasticNetOf {
  ElasticNetPenalty net;
  double alpha = 0;
};
// nullopt for nonconvex penalties and for those that leave a coefficient unpenalized.
inline std::optional<ElasticNetOf> elastic_net_of(const Penalty& p) {
  if (p.kind != PenaltyKind::kElasticNet || std::find(p.factors.begin(), p.factors.end(), 0.0) != p.factors.end())
    return std::nullopt;
  ElasticNetOf result;
  result.alpha = p.l1 + 2 * p.l2;
  result.net.l1_ratio = result.alpha > 0 ? p.l1 / result.alpha : 1;
  result.net.factors = p.factors;
  return result;
}

}  // namespace proxnet
