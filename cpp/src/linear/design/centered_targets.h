// A design and several targets with the same weights and centering.
#pragma once

#include "linear/design/centered_design.h"
#include "proxnet/ridge.h"

namespace proxnet {

struct CenteredTargets : CenteredDesign {
  CenteredTargets(const Design& x, const RidgeData& data, Poller& poll, const Columns& unpenalized_columns = {});
  const double* of(std::size_t t) const { return all.data() + t * rows; }

  const std::size_t targets;
  std::vector<double> all, means;                       // (targets, rows); (targets)
  std::vector<std::vector<double>> target_projections;  // B'y per target; empty without unpenalized columns
};

}  // namespace proxnet
