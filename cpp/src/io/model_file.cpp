// Reading of model files, and checks of their arrays.
#include "io/model_file.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "io/packed_array.h"
#include "io/whole_file.h"
#include "optimizers/optimizer_step.h"
#include "runtime/poll_here.h"
#include "runtime/poller.h"

namespace proxnet {

ModelFile::Impl::Impl(const std::string& file, Buffer<char> content)
    : path(file), bytes(std::move(content)), contents(parse_file({bytes.data(), bytes.size()}, path)) {
  for (const FileTensor& tensor : contents.tensors) by_name.emplace(tensor.name, &tensor);
}

const FileTensor* ModelFile::Impl::find(const std::string& name) const {
  const auto entry = by_name.find(name);
  return entry == by_name.end() ? nullptr : entry->second;
}

namespace {

std::string text_of(const std::vector<std::size_t>& shape) {
  std::string text = "(";
  for (std::size_t d = 0; d < shape.size(); ++d) text += sentence(d ? ", " : "", shape[d]);
  return text + ")";
}

}  // namespace

const FileTensor& ModelFile::Impl::expect(const std::string& name, NumberType type,
                                          const std::vector<std::size_t>& shape) const {
  const FileTensor* tensor = find(name);
  check(tensor, "[load] the file must hold every array of the network, ", path, " has no ", name);
  check(tensor->type == type && tensor->shape == shape, "[load] ", name, " must be ", name_of(type), " of shape ",
        text_of(shape), " for this network, ", path, " has ", name_of(tensor->type), " of shape ",
        text_of(tensor->shape));
  return *tensor;
}

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

bool is_state(std::string_view name) { return name.starts_with("optimizer."); }
bool is_test(std::string_view name) { return name == kTestRow || name == kTestOutputs; }

std::size_t ModelFile::weight_capacity() const {
  std::size_t count = 0;
  for (const FileTensor& tensor : impl_->contents.tensors)
    if (!is_state(tensor.name) && !is_test(tensor.name))
      count += tensor.type == NumberType::kUint8 ? 8 * tensor.bytes.size() : tensor.bytes.size() / size_of(tensor.type);
  return count;
}

bool ModelFile::holds_state(const Optimizer& optimizer, std::size_t weights, std::size_t size) const {
  std::size_t bytes = 0;
  for (const FileTensor& tensor : impl_->contents.tensors)
    if (is_state(tensor.name) && !tensor.shape.empty()) bytes += tensor.bytes.size();
  const auto arrays = static_cast<std::size_t>(optimizer_state_count(optimizer));
  return arrays == 0 || weights <= bytes / size / arrays;
}

template <class T> std::vector<std::size_t> shape_of(const NamedArray<T>& array) {
  return array.rows ? std::vector<std::size_t>{array.rows, array.cols} : std::vector<std::size_t>{array.cols};
}

template <class T> std::size_t check_array(const ModelFile::Impl& file, const NamedArray<T>& array) {
  const FileTensor* bitmap = array.rows && !array.state ? file.find(bitmap_name(array.name)) : nullptr;
  if (bitmap && !file.find(array.name)) {
    file.expect(bitmap->name, NumberType::kUint8, {bitmap_size(array.count())});
    const FileTensor* values = file.find(values_name(array.name));
    const std::size_t count = values && values->shape.size() == 1 ? values->shape[0] : 0;
    const FileTensor& tensor = file.expect(values_name(array.name), kType<T>, {count});
    check(is_packed(bitmap->bytes, numbers_of<T>(tensor), count, array.count()),
          "[load] a packed kernel must have a non-zero number for each bit of its bitmap, ", file.path, ": ",
          array.name);
    return 2;
  }
  const T* values = numbers_of<T>(file.expect(array.name, kType<T>, shape_of(array)));
  check(!array.not_negative || std::all_of(values, values + array.count(), [](T x) { return x >= 0; }), "[load] ",
        array.name, " must not be negative, ", file.path);
  return 1;
}

template <class T> void take_array(const ModelFile::Impl& file, const NamedArray<T>& array) {
  std::vector<T> unpacked;
  const T* values = nullptr;
  if (const FileTensor* tensor = file.find(array.name)) {
    values = numbers_of<T>(*tensor);
  } else {
    unpacked.resize(array.count());
    unpack(file.find(bitmap_name(array.name))->bytes, numbers_of<T>(*file.find(values_name(array.name))),
           unpacked.data(), unpacked.size());
    values = unpacked.data();
  }
  pack_panels(values, array.cols, array.matrix_rows(), array.cols, *array.values);
}

void check_nothing_more(const ModelFile::Impl& file, std::size_t known) {
  check(known == file.contents.tensors.size(), "[load] the file must hold nothing but the network's arrays, ",
        file.path, " has ", file.contents.tensors.size() - known, " more");
}

template <class T>
void compare_outputs(const ModelFile::Impl& file, const std::vector<T>& found, const T* expected,
                     const std::vector<double>& bound) {
  for (std::size_t j = 0; j < found.size(); ++j) {
    const double difference = std::abs(static_cast<double>(found[j]) - static_cast<double>(expected[j]));
    check(difference <= bound[j] || std::isinf(bound[j]) || std::isnan(bound[j]),
          "[load] the test row must give the outputs that the network had when it was saved, within rounding, ",
          file.path, ": output ", j, " is ", found[j], ", it was ", expected[j], ", the bound is ", bound[j]);
  }
}

#define PROXNET_INSTANTIATE(T)                                                    \
  template std::vector<std::size_t> shape_of(const NamedArray<T>&);               \
  template std::size_t check_array(const ModelFile::Impl&, const NamedArray<T>&); \
  template void take_array(const ModelFile::Impl&, const NamedArray<T>&);         \
  template void compare_outputs(const ModelFile::Impl&, const std::vector<T>&, const T*, const std::vector<double>&);
PROXNET_INSTANTIATE(float)
PROXNET_INSTANTIATE(double)

}  // namespace proxnet
