// The smallest penalty strength at which a network is constant.
#pragma once

#include <cstdint>
#include <functional>

#include "proxnet/evaluate.h"

namespace proxnet {

struct StrengthSearch {
  std::size_t epochs = 5;  // at each strength
  double ratio = 1.25;     // next strength / strength
  std::size_t batch_size = 32;
  std::uint64_t seed = 0;
  std::function<bool()> poll;  // as in TrainOptions
};

// The factor on all penalty strengths from which the network is constant on these rows. One dense layer: the smallest
// factor at which a zero kernel with the best bias is stationary. Deeper networks: zero is a local minimum at every
// factor, so a copy is trained from the present weights at increasing factors until no input is in use.
template <class T>
PROXNET_EXPORT double strength_max(const Network<T>& network, const Data<T>& data, const StrengthSearch& search = {});

}  // namespace proxnet
