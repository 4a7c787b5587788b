// What a model file tells about the inputs and outputs of its network.
#pragma once

#include <string>
#include <vector>

namespace proxnet {

struct PredictorInfo {
  std::vector<std::string> input_names;  // UTF-8; one for each input, or none
  std::vector<std::string> classes;      // of a classifier: the text of each label
  std::string class_kind;                // of the labels: numpy's dtype.kind, "i", "u", "f", "b" or "U"
  bool several_labels = false;           // a row has each label whose logit is > 0
  // For labels() of one output; not stored: 0.5 behind a sigmoid, else 0.
  double threshold = 0;
};

}  // namespace proxnet
