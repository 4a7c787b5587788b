// From the bytes of a file to frozen layers, without a network that could train.
#include "proxnet/load_predictor.h"

#include <utility>

#include "io/model_file.h"
#include "io/network_text.h"
#include "layers/layer_check.h"
#include "predictor/frozen_network.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

namespace {

// Throws InvalidInput unless the file can hold that many weights: before memory is allocated for them.
void check_capacity(const NetworkText& network, const ModelFile& file) {
  std::size_t cols = network.inputs, left = file.weight_capacity();
  bool fits = true;
  const auto take = [&](std::size_t rows, std::size_t count) {
    std::size_t weights = 0;
    fits = fits && !__builtin_mul_overflow(rows, count, &weights) && weights <= left;
    if (fits) left -= weights;
  };
  for (const Layer& layer : network.layers) {
    const auto* norm = std::get_if<Normalization>(&layer);
    if (const auto* dense = std::get_if<Dense>(&layer)) {
      take(cols, dense->units);
      if (dense->use_bias) take(1, dense->units);
      cols = dense->units;
    } else if (const auto* selection = std::get_if<ColumnSelection>(&layer)) {
      cols = selection->columns.size();
    } else if (std::holds_alternative<BatchNormalization>(layer) || (norm && norm->mean.empty())) {
      take(2, cols);
    }
  }
  check(fits, "[load] the weights of the network must be in the file, ", file.impl().path, " has ",
        file.weight_capacity());
}

template <class T> Parameters<T> read_parameters(const ModelFile::Impl& file, const NetworkText& network) {
  Parameters<T> parameters;
  parameters.initialise(network.inputs, network.layers, 0);  // zeros
  std::size_t known = 0;
  const std::vector<NamedArray<T>> arrays = named_arrays(parameters, network.layers);
  for (const NamedArray<T>& array : arrays) known += check_array(file, array);
  for (const FileTensor& tensor : file.contents.tensors) known += is_test(tensor.name) || is_state(tensor.name);
  check_nothing_more(file, known);
  for (const NamedArray<T>& array : arrays) take_array(file, array);
  return parameters;
}

template <class T>
LoadedPredictor<T> freeze(const ModelFile& file, NetworkText network, const LoadOptions& options) {
  const std::vector<Layer> layers = folded(network.layers);
  const Parameters<T> parameters = read_parameters<T>(file.impl(), network);
  Predictor<T> predictor(std::make_unique<const FrozenNetwork<T>>(network.inputs, layers, parameters));
  const std::size_t inputs = predictor.inputs(), outputs = predictor.outputs();
  if (options.check_row)
    check_outputs<T>(file.impl(), inputs, outputs, layers, parameters, [&](const T* x, T* out) {
      Buffer<char> workspace(predictor.workspace_size(1));
      predictor.predict({x, 1, inputs}, {out, 1, outputs}, workspace.data());
    });
  network.info.threshold = activation_of(layers.back()) == Activation::kSigmoid ? 0.5 : 0;
  return {std::move(predictor), std::move(network.info)};
}

NetworkText described(const ModelFile& file) {
  const ModelFile::Impl& impl = file.impl();
  check(!impl.contents.network.empty(), "[load] a predictor needs a file of version 2 of the format, ", impl.path,
        " has version 1: load it with proxnet.load_model and save it again");
  NetworkText network = read_network_text(impl.contents.network, impl.path);
  check_capacity(network, file);
  return network;
}

template <class T> LoadedPredictor<T> loaded(const ModelFile& file, const LoadOptions& options) {
  NetworkText network = described(file);
  const auto name = [](bool is_double) { return is_double ? "float64" : "float32"; };
  check(network.is_double == (sizeof(T) == 8), "[load] the file must hold ", name(sizeof(T) == 8), " weights, ",
        file.impl().path, " holds ", name(network.is_double));
  return freeze<T>(file, std::move(network), options);
}

AnyPredictor any_loaded(const ModelFile& file, const LoadOptions& options) {
  NetworkText network = described(file);
  if (network.is_double) return freeze<double>(file, std::move(network), options);
  return freeze<float>(file, std::move(network), options);
}

ModelFile file_of(std::span<const std::byte> bytes) {
  return ModelFile::from_bytes({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
}

// f(), polled.
template <class F> auto polled(const LoadOptions& options, F&& f) {
  Poller poller(options.poll, "[load]");
  const PollScope polling([&] { poller(); });
  return f();
}

}  // namespace

template <class T> LoadedPredictor<T> load_predictor(const std::string& path, const LoadOptions& options) {
  return polled(options, [&] { return loaded<T>(ModelFile(path, options.poll), options); });
}
template <class T>
LoadedPredictor<T> load_predictor(std::span<const std::byte> bytes, const LoadOptions& options) {
  return polled(options, [&] { return loaded<T>(file_of(bytes), options); });
}
AnyPredictor load_any_predictor(const std::string& path, const LoadOptions& options) {
  return polled(options, [&] { return any_loaded(ModelFile(path, options.poll), options); });
}
AnyPredictor load_any_predictor(std::span<const std::byte> bytes, const LoadOptions& options) {
  return polled(options, [&] { return any_loaded(file_of(bytes), options); });
}

template LoadedPredictor<float> load_predictor(const std::string&, const LoadOptions&);
template LoadedPredictor<double> load_predictor(const std::string&, const LoadOptions&);
template LoadedPredictor<float> load_predictor(std::span<const std::byte>, const LoadOptions&);
template LoadedPredictor<double> load_predictor(std::span<const std::byte>, const LoadOptions&);

}  // namespace proxnet
