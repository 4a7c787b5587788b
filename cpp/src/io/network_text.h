// The description of a network in a model file: what a prediction needs beside the weights, as JSON in one spelling.
//
// {"dtype":"F32","inputs":3,"layers":[LAYER, ...],"input_names":[...],"classes":[...],"class_kind":"","several_labels":
// false}. LAYER is one of {"kind":"dense","units":4,"bias":true,"activation":ACTIVATION},
// {"kind":"activation","activation":ACTIVATION}, {"kind":"batch_normalization","epsilon":0.001,"center":true,
// "scale":true}, {"kind":"normalization","invert":false,"mean":[...],"variance":[...]},
// {"kind":"column_selection","columns":[...]} and {"kind":"identity"}; ACTIVATION is {"name":"relu","parameter":0,
// "ceiling":6}. In names and classes every byte of UTF-8 that is not printable ASCII, and '%', is "%" and two
// hexadecimal digits.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proxnet/file.h"
#include "proxnet/layer.h"

namespace proxnet {

struct NetworkText {
  bool is_double = false;
  std::size_t inputs = 0;
  std::vector<Layer> layers;  // with what a prediction needs; all initializers give zeros
  PredictorInfo info;
};

std::string network_text(const NetworkText& network);

// Throws InvalidInput "[load] rule, path" unless the text describes a network. Memory in proportion to the text.
NetworkText read_network_text(std::string_view text, const std::string& path);

}  // namespace proxnet
