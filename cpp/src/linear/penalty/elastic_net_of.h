// L1 and L2 of a penalty object as the elastic net that solvers with a duality gap know.
#pragma once

#include <algorithm>
#include <optional>

#include "linear/penalty/elastic_net.h"
#include "proxnet/penalty.h"

namespace proxnet {

// alpha times `net` is the penalty.
struct ElasticNetOf {
  ElasticNetPenalty net;
  double alpha = 0;
};
// None of penalties that are curved, or leave a weight free.
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
