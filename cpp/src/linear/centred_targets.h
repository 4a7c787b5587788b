// A design and several targets, centred and weighted alike.
#pragma once

#include "linear/centred.h"
#include "proxnet/ridge.h"

namespace proxnet {

struct CentredTargets : Centred {
  CentredTargets(const Design& x, const RidgeData& data, Poller& poll);
  const double* of(std::size_t t) const { return all.data() + t * rows; }

  const std::size_t targets;
  std::vector<double> all, means;  // (targets, rows); (targets)
};

}  // namespace proxnet
