// What a stack of layers must be and how it is run, and whether a layer trains.
#pragma once

#include <vector>

#include "proxnet/layer.h"

namespace proxnet {

// Throws InvalidInput naming the layer and the rule.
void check_layers(std::size_t inputs, const std::vector<Layer>& layers);

// The layers as they are run: an activation that follows a linear dense layer has become part of it, an activity
// penalty part of the dense layer or activation before it.
std::vector<Layer> folded(const std::vector<Layer>& layers);

// Throws InvalidInput unless both have the same kinds of layers with weights of the same shapes.
void check_same_shapes(const std::vector<Layer>& layers, const std::vector<Layer>& changed, const char* operation);

// Of layers that training can move; the others are not.
bool is_trainable(const Layer& layer);
void make_trainable(Layer& layer, bool trainable);

}  // namespace proxnet
