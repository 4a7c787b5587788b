// A network to a model file, and back.
#include "proxnet/file.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <variant>

#include "io/model_file.h"
#include "io/network_text.h"
#include "io/packed_array.h"
#include "io/whole_file.h"
#include "network/inference.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

namespace {

NumberType type_of(const NamedNumber& n) { return n.real() ? NumberType::kFloat64 : NumberType::kUint64; }

std::uint64_t bits_of(const FileTensor& number) {
  std::uint64_t bits;
  std::memcpy(&bits, number.bytes.data(), 8);
  return bits;
}

// Small kernels stay dense: the header of another tensor is longer than what they would save.
bool worth_packing(std::size_t packed, std::size_t dense) { return dense >= 1024 && packed < dense / 2; }

// A prediction of one row by a snapshot.
template <class T>
void predict_row(const NetworkImpl<T>& net, const Parameters<T>& parameters, const T* x, T* out) {
  Inference<T> inference(net, parameters, 1);
  const Activations<T>& result = inference.forward(1, {x, net.inputs, kPanel<T>}, false, [] {});
  std::memcpy(out, result.row(0), net.outputs() * sizeof(T));
}

// The tensors of a file with the memory of those that are made for it, ordered by their alignment.
template <class T> class Contents {
 public:
  explicit Contents(FileContents contents) : contents_(std::move(contents)) {}

  void add(const NamedNumber& number) {
    const std::uint64_t bits = number.bits();
    contents_.tensors.push_back({number.name, type_of(number), {}, own(std::vector<std::uint64_t>{bits})});
  }
  void add(const std::string& name, std::vector<T> values, std::vector<std::size_t> shape) {
    contents_.tensors.push_back({name, kType<T>, std::move(shape), own(std::move(values))});
  }
  void add_bytes(const std::string& name, std::vector<std::uint8_t> values) {
    const std::size_t size = values.size();
    bytes_.push_back({name, NumberType::kUint8, {size}, own(std::move(values))});
  }
  const FileContents& finish() {
    std::move(bytes_.begin(), bytes_.end(), std::back_inserter(contents_.tensors));
    return contents_;
  }

 private:
  template <class N> std::string_view own(std::vector<N> values) {
    const auto& kept = std::get<std::vector<N>>(owned_.emplace_back(std::move(values)));
    return {reinterpret_cast<const char*>(kept.data()), kept.size() * sizeof(N)};
  }

  FileContents contents_;
  std::vector<FileTensor> bytes_;
  std::vector<std::variant<std::vector<T>, std::vector<std::uint64_t>, std::vector<std::uint8_t>>> owned_;
};

// Checks also that the text can be read again.
template <class T> std::string described(const NetworkImpl<T>& net, const PredictorInfo& info) {
  const std::string text = network_text({sizeof(T) == 8, net.inputs, net.layers, info});
  read_network_text(text, "the file to write");
  return text;
}

// write(parts): the consecutive parts of the file.
template <class T, class F>
void make_file(const Network<T>& network, const std::string& config, OptimizerState state, const PredictorInfo& info,
               F&& write) {
  const NetworkImpl<T>& net = network.impl();
  const UseGuard<T> run(net, Use::kRun, "[save]");
  const bool with_state = net.compiled && state == OptimizerState::kKeep;
  const auto published = net.published();
  auto& snapshot = const_cast<Parameters<T>&>(*published);  // named_arrays() returns writable arrays; these are read
  Contents<T> contents({config, described(net, info), {}});
  if (with_state)  // 8-byte numbers first, for alignment
    for (const NamedNumber& number : named_numbers(snapshot, *snapshot.layers, *snapshot.specs)) contents.add(number);
  for (const NamedArray<T>& array : named_arrays(snapshot, *snapshot.layers)) {
    if (array.state && !with_state) continue;
    std::vector<T> values(array.count());
    unpack_panels(*array.values, array.matrix_rows(), array.cols, values.data(), array.cols);
    const bool kernel = array.rows && !array.state;
    if (kernel && worth_packing(packed_size(values.data(), values.size()), values.size() * sizeof(T))) {
      PackedArray<T> packed = pack(values.data(), values.size());
      const std::size_t count = packed.values.size();
      contents.add(values_name(array.name), std::move(packed.values), {count});
      contents.add_bytes(bitmap_name(array.name), std::move(packed.bitmap));
    } else {
      contents.add(array.name, std::move(values), shape_of(array));
    }
  }
  std::vector<std::uint8_t> row = test_row(net.inputs);
  std::vector<T> outputs(net.outputs());
  predict_row(net, snapshot, test_inputs<T>(row.data(), row.size()).data(), outputs.data());
  if (kernels<T>().all_finite(outputs.size(), outputs.data())) {  // else there is no test row
    contents.add(kTestOutputs, std::move(outputs), {net.outputs()});
    contents.add_bytes(kTestRow, std::move(row));
  }
  const FileContents& whole = contents.finish();
  const std::string head = file_head(whole);
  std::vector<std::string_view> parts{head};
  for (const FileTensor& tensor : whole.tensors) parts.push_back(tensor.bytes);
  write(parts);
}

}  // namespace

template <class T>
void save(const Network<T>& network, const std::string& path, const std::string& config, OptimizerState state,
          const std::function<bool()>& poll, const PredictorInfo& info) {
  Poller poller(poll, "[save]");
  const PollScope polling([&] { poller(); });
  make_file(network, config, state, info, [&](const std::vector<std::string_view>& parts) {
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
  make_file(network, config, state, {}, [&](const std::vector<std::string_view>& parts) {
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
    check(n.accepts(bits_of(file.expect(n.name, type_of(n), {}))), "[load] ", n.name,
          " must be a number of a training, ", file.path);
    ++known;
  }
  const std::vector<NamedArray<T>> arrays = named_arrays(net.live(), net.layers);
  for (const NamedArray<T>& array : arrays) {
    if (array.state && !with_state) continue;
    known += check_array(file, array);
  }
  for (const FileTensor& tensor : file.contents.tensors)
    known += is_test(tensor.name) || (!with_state && is_state(tensor.name));
  check_nothing_more(file, known);
  try {
    for (const NamedArray<T>& array : arrays) {
      if (array.state && !with_state) continue;
      take_array(file, array);
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

template <class T> void check_test_row(const Network<T>& network, const ModelFile& file) {
  const NetworkImpl<T>& net = network.impl();
  const auto snapshot = net.published();
  check_outputs<T>(file.impl(), net.inputs, net.outputs(), *snapshot->run_layers, *snapshot,
                   [&](const T* x, T* out) { predict_row(net, *snapshot, x, out); });
}

#define PROXNET_INSTANTIATE(T)                                                                        \
  template void save(const Network<T>&, const std::string&, const std::string&, OptimizerState,       \
                     const std::function<bool()>&, const PredictorInfo&);                             \
  template void restore(Network<T>&, const ModelFile&, OptimizerState, const std::function<bool()>&); \
  template std::string saved_bytes(const Network<T>&, const std::string&, OptimizerState);            \
  template void check_test_row(const Network<T>&, const ModelFile&);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
