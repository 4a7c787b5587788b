// Checks of a stack of layers, and queries of single layers.
#pragma once

#include <vector>

#include "proxnet/layer.h"

namespace proxnet {

// Throws InvalidInput naming the layer and the rule.
void check_layers(std::size_t inputs, const std::vector<Layer>& layers);

// The layers as they are run: an activation after a linear dense layer becomes the dense layer's activation, and an
// ActivityRegularization becomes an activity penalty of the layer before it.
std::vector<Layer> folded(const std::vector<Layer>& layers);

// Throws InvalidInput unless both have the same kinds of layers with weights of the same shapes.
void check_same_shapes(const std::vector<Layer>& layers, const std::vector<Layer>& changed, const char* operation);

// The activation whose output is the output of a last layer; kLinear for other layers.
Activation activation_of(const Layer& last);

// false for layers without trainable weights; make_trainable() leaves those as they are.
bool is_trainable(const Layer& layer);
void make_trainable(Layer& layer, bool trainable);

}  // namespace proxnet
