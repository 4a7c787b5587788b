// The function at the end of a dense layer.
#pragma once

namespace proxnet {

enum class Activation { kLinear, kRelu, kSigmoid, kTanh, kSoftmax };

}  // namespace proxnet
