// A network to a model file, and back.
#include "proxnet/file.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "io/named_arrays.h"
#include "io/safetensors.h"
#include "io/whole_file.h"
#include "network/network_impl.h"
#include "optimizers/optimizer_step.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

struct ModelFile::Impl {
  Impl(const std::string& file, Buffer<char> content)
      : path(file), bytes(std::move(content)), contents(parse_file({bytes.data(), bytes.size()}, path)) {
    for (const FileTensor& tensor : contents.tensors) by_name.emplace(tensor.name, &tensor);
  }

  const FileTensor* find(const std::string& name) const {
    const auto entry = by_name.find(name);
    return entry == by_name.end() ? nullptr : entry->second;
  }

  std::string path;
  Buffer<char> bytes;
  FileContents contents;  // views of bytes
  std::unordered_map<std::string_view, const FileTensor*> by_name;
};

ModelFile::ModelFile(const std::string& path, const std::function<bool()>& poll) {
  Poller poller(poll, "[load]");
  const PollScope polling([&] { poller(); });
  impl_ = std::make_unique<Impl>(path, read_file(path));
}
ModelFile::ModelFile(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ModelFile ModelFile::from_bytes(std::string_view bytes) {
  Buffer<char> copy(bytes.size());
  std::copy(bytes.begin(), bytes.end(), copy.data());
  return ModelFile(std::make_unique<Impl>("bytes in memory", std::move(copy)));
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

bool is_state(const std::string& name) { return name.starts_with("optimizer."); }

}  // namespace

bool ModelFile::holds_state(const Optimizer& optimizer, std::size_t weights, std::size_t size) const {
  std::size_t bytes = 0;
  for (const FileTensor& tensor : impl_->contents.tensors)
    if (is_state(tensor.name) && !tensor.shape.empty()) bytes += tensor.bytes.size();
  const auto arrays = static_cast<std::size_t>(optimizer_state_count(optimizer));
  return arrays == 0 || weights <= bytes / size / arrays;
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

// The tensor of this name. Throws InvalidInput unless type and shape are these.
const FileTensor& expect(const ModelFile::Impl& file, const std::string& name, NumberType type,
                         const std::vector<std::size_t>& shape) {
  const FileTensor* tensor = file.find(name);
  check(tensor, "[load] the file must hold every array of the network, ", file.path, " has no ", name);
  check(tensor->type == type && tensor->shape == shape, "[load] ", name, " must be ", name_of(type), " of shape ",
        text_of(shape), " for this network, ", file.path, " has ", name_of(tensor->type), " of shape ",
        text_of(tensor->shape));
  return *tensor;
}

// write(parts): the consecutive parts of the file.
template <class T, class F>
void make_file(const Network<T>& network, const std::string& config, OptimizerState state, F&& write) {
  const NetworkImpl<T>& net = network.impl();
  const UseGuard<T> run(net, Use::kRun, "[save]");
  const bool with_state = net.compiled && state == OptimizerState::kKeep;
  const auto published = net.published();
  auto& snapshot = const_cast<Parameters<T>&>(*published);  // named_arrays() returns writable arrays; these are read
  std::vector<std::vector<T>> arrays;
  FileContents contents{config, {}};
  const std::vector<NamedNumber> named = named_numbers(snapshot, *snapshot.layers, *snapshot.specs);
  std::vector<std::uint64_t> numbers(named.size());
  for (std::size_t i = 0; with_state && i < named.size(); ++i) {  // 8-byte numbers first, for alignment
    numbers[i] = named[i].bits();
    contents.tensors.push_back({named[i].name, type_of(named[i]), {}, {reinterpret_cast<const char*>(&numbers[i]), 8}});
  }
  for (const NamedArray<T>& array : named_arrays(snapshot, *snapshot.layers)) {
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
  write(parts);
}

}  // namespace

template <class T>
void save(const Network<T>& network, const std::string& path, const std::string& config, OptimizerState state,
          const std::function<bool()>& poll) {
  Poller poller(poll, "[save]");
  const PollScope polling([&] { poller(); });
  make_file(network, config, state, [&](const std::vector<std::string_view>& parts) {
    write_file(path, parts, [&](const ReadBytes& read, std::size_t size) {
      try {
        verify_file(read, size, path);
      } catch (const InvalidInput& error) {
        throw InvalidInput(sentence("[save] the file could not be loaded again: ", error.what()));
      }
    });
  });
}

template <class T> std::string saved_bytes(const Network<T>& network, const std::string& config, OptimizerState state) {
  std::string bytes;
  make_file(network, config, state, [&](const std::vector<std::string_view>& parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    bytes.reserve(size);
    for (const std::string_view part : parts) bytes += part;
  });
  return bytes;
}

template <class T>
void restore(Network<T>& network, const ModelFile& model_file, OptimizerState state,
             const std::function<bool()>& poll) {
  Poller poller(poll, "[load]");
  const PollScope polling([&] { poller(); });
  NetworkImpl<T>& net = network.impl();
  const ModelFile::Impl& file = model_file.impl();
  const UseGuard<T> run(net, Use::kRun, "[load]");
  const bool with_state = net.compiled && state == OptimizerState::kKeep;
  const WriteGuard<T> writing(net, "[load]", false);
  std::size_t known = 0;
  std::vector<NamedNumber> numbers;
  if (with_state) numbers = named_numbers(net.live(), net.layers, net.specs);
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
template std::string saved_bytes(const Network<float>&, const std::string&, OptimizerState);
template std::string saved_bytes(const Network<double>&, const std::string&, OptimizerState);

}  // namespace proxnet
