// Predictors from model files, without Python: any file that Sequential.save, save_predictor or save() wrote.
#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <variant>

#include "proxnet/error.h"
#include "proxnet/predictor.h"
#include "proxnet/predictor_info.h"

namespace proxnet {

struct LoadOptions {
  // Whether the file's test row must give the file's outputs, within the bound of rounding that its network has.
  bool check_row = true;
  std::function<bool()> poll;  // as in TrainOptions
};

template <class T> struct LoadedPredictor {
  Predictor<T> predictor;
  PredictorInfo info;
};
using AnyPredictor = std::variant<LoadedPredictor<float>, LoadedPredictor<double>>;

// Nothing in the file is trusted: checksums, shapes and counts are checked before memory is allocated, in proportion to
// the file. Throws FileError, or InvalidInput "[load] rule, file", also for a file that holds the other number type.
template <class T = float>
PROXNET_EXPORT LoadedPredictor<T> load_predictor(const std::string& path, const LoadOptions& options = {});
template <class T = float>
PROXNET_EXPORT LoadedPredictor<T> load_predictor(std::span<const std::byte> bytes, const LoadOptions& options = {});

// Of the number type that the file holds.
PROXNET_EXPORT AnyPredictor load_any_predictor(const std::string& path, const LoadOptions& options = {});
PROXNET_EXPORT AnyPredictor load_any_predictor(std::span<const std::byte> bytes, const LoadOptions& options = {});

}  // namespace proxnet
