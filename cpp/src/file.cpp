// A network to a model file and back.
#include "proxnet/file.h"

#include <algorithm>
#include <cstring>

#include "named_arrays.h"
#include "network_impl.h"
#include "poller.h"
#include "runtime/poll_here.h"
#include "safetensors.h"
#include "whole_file.h"

namespace proxnet {

struct ModelFile::Impl {
  explicit Impl(const std::string& file)
      : path(file), bytes(read_file(file)), contents(parse_file({bytes.data(), bytes.size()}, path)) {}

  const FileTensor* find(const std::string& name) const {
    for (const FileTensor& tensor : contents.tensors)
      if (tensor.name == name) return &tensor;
    return nullptr;
  }

  std::string path;
  Buffer<char> bytes;
  FileContents contents;  // points into the bytes
};

ModelFile::ModelFile(const std::string& path, const std::function<bool()>& poll) {
  Poller poller(poll, "[load]");
  const PollScope polling([&] { poller(); });
  impl_ = std::make_unique<Impl>(path);
}
ModelFile::~ModelFile() = default;
ModelFile::ModelFile(ModelFile&&) noexcept = default;
ModelFile& ModelFile::operator=(ModelFile&&) noexcept = default;

const std::string& ModelFile::config() const { return impl_->contents.config; }

std::vector<std::string> ModelFile::names() const {
  std::vector<std::string> names;
  for (const FileTensor& tensor : impl_->contents.tensors) names.push_back(tensor.name);
  return names;
}

namespace {

template <class T> constexpr NumberType kType = sizeof(T) == 4 ? NumberType::kFloat32 : NumberType::kFloat64;

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t d = 0; d < shape.size(); ++d) text += sentence(d ? ", " : "", shape[d]);
  return text + ")";
}

template <class T> std::vector<std::size_t> shape_of(const NamedArray<T>& array) {
  return array.rows ? std::vector<std::size_t>{array.rows, array.cols} : std::vector<std::size_t>{array.cols};
}

NumberType type_of(const NamedNumber& n) { return n.real() ? NumberType::kFloat64 : NumberType::kUint64; }

std::uint64_t bits_of(const FileTensor& number) {
  std::uint64_t bits;
  std::memcpy(&bits, number.bytes.data(), 8);
  return bits;
}

template <class T> const T* numbers_of(const FileTensor& tensor) {
  return reinterpret_cast<const T*>(tensor.bytes.data());
}

bool is_state(const std::string& name) { return name.starts_with("optimizer."); }

// The file's tensor of this name, type and shape.
const FileTensor& expect(const ModelFile::Impl& file, const std::string& name, NumberType type,
                         const std::vector<std::size_t>& shape) {
  const FileTensor* tensor = file.find(name);
  check(tensor, "[load] the file must hold every array of the network, ", file.path, " has no ", name);
  check(tensor->type == type && tensor->shape == shape, "[load] ", name, " must be ", name_of(type), " of shape ",
        text_of(shape), " for this network, ", file.path, " has ", name_of(tensor->type), " of shape ",
        text_of(tensor->shape));
  return *tensor;
}

}  // namespace

template <class T>
void save(const Network<T>& network, const std::string& path, const std::string& config, OptimizerState state,
          const std::function<bool()>& poll) {
  Poller poller(poll, "[save]");
  const PollScope polling([&] { poller(); });
  const NetworkImpl<T>& net = network.impl();
  const Using<T> run(net, Use::kRun, "[save]");
  const bool with_state = net.compiled && state == OptimizerState::kKeep;
  const auto published = net.published();
  auto& snapshot = const_cast<Parameters<T>&>(*published);  // named_arrays() is also for writing, here it is not
  std::vector<std::vector<T>> arrays;
  FileContents contents{config, {}};
  const std::vector<NamedNumber> named = named_numbers(snapshot, net.layers, net.rules);
  std::vector<std::uint64_t> numbers(named.size());
  for (std::size_t i = 0; with_state && i < named.size(); ++i) {  // numbers of 8 bytes first: all is aligned
    numbers[i] = named[i].bits();
    contents.tensors.push_back({named[i].name, type_of(named[i]), {}, {reinterpret_cast<const char*>(&numbers[i]), 8}});
  }
  for (const NamedArray<T>& array : named_arrays(snapshot, net.layers)) {
    if (array.state && !with_state) continue;
    std::vector<T>& values = arrays.emplace_back(array.count());
    unpack_panels(*array.values, array.matrix_rows(), array.cols, values.data(), array.cols);
    contents.tensors.push_back({array.name,
                                kType<T>,
                                shape_of(array),
                                {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)}});
  }
  const std::string head = file_head(contents);
  std::vector<std::string_view> parts{head};
  for (const FileTensor& tensor : contents.tensors) parts.push_back(tensor.bytes);
  write_file(path, parts);
}

template <class T>
void restore(Network<T>& network, const ModelFile& model_file, OptimizerState state,
             const std::function<bool()>& poll) {
  Poller poller(poll, "[load]");
  const PollScope polling([&] { poller(); });
  NetworkImpl<T>& net = network.impl();
  const ModelFile::Impl& file = model_file.impl();
  const Using<T> reading(net, Use::kRead, "[load]");
  const bool with_state = net.compiled && state == OptimizerState::kKeep;
  const Writing<T> writing(net, "[load]", false);
  std::size_t known = 0;
  std::vector<NamedNumber> numbers;
  if (with_state) numbers = named_numbers(net.live(), net.layers, net.rules);
  for (const NamedNumber& n : numbers) {
    check(n.accepts(bits_of(expect(file, n.name, type_of(n), {}))), "[load] ", n.name,
          " must be a number of a training, ", file.path);
    ++known;
  }
  const std::vector<NamedArray<T>> arrays = named_arrays(net.live(), net.layers);
  for (const NamedArray<T>& array : arrays) {
    if (array.state && !with_state) continue;
    const T* values = numbers_of<T>(expect(file, array.name, kType<T>, shape_of(array)));
    check(!array.not_negative || std::all_of(values, values + array.count(), [](T x) { return x >= 0; }), "[load] ",
          array.name, " must not be negative, ", file.path);
    ++known;
  }
  for (const FileTensor& tensor : file.contents.tensors) known += !with_state && is_state(tensor.name);
  check(known == file.contents.tensors.size(), "[load] the file must hold nothing but the network's arrays, ",
        file.path, " has ", file.contents.tensors.size() - known, " more");
  try {
    for (const NamedArray<T>& array : arrays) {
      if (array.state && !with_state) continue;
      pack_panels(numbers_of<T>(*file.find(array.name)), array.cols, array.matrix_rows(), array.cols, *array.values);
    }
  } catch (const Interrupted&) {
    net.restore(net.published());
    throw;
  }
  for (DenseParameters<T>& p : net.live().dense)
    if (!with_state && p.latent.size()) p.latent = p.kernel.values;
  for (const NamedNumber& n : numbers) n.take(bits_of(*file.find(n.name)));
  net.publish();
}

template void save(const Network<float>&, const std::string&, const std::string&, OptimizerState,
                   const std::function<bool()>&);
template void save(const Network<double>&, const std::string&, const std::string&, OptimizerState,
                   const std::function<bool()>&);
template void restore(Network<float>&, const ModelFile&, OptimizerState, const std::function<bool()>&);
template void restore(Network<double>&, const ModelFile&, OptimizerState, const std::function<bool()>&);

}  // namespace proxnet
