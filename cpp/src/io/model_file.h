// A checked file in memory, and the arrays of a network in it.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "io/named_arrays.h"
#include "io/safetensors.h"
#include "io/test_row.h"
#include "proxnet/file.h"

namespace proxnet {

struct ModelFile::Impl {
  Impl(const std::string& file, Buffer<char> content);

  const FileTensor* find(const std::string& name) const;
  // The tensor of this name. Throws InvalidInput unless type and shape are these.
  const FileTensor& expect(const std::string& name, NumberType type, const std::vector<std::size_t>& shape) const;

  std::string path;
  Buffer<char> bytes;
  FileContents contents;  // views of bytes
  std::unordered_map<std::string_view, const FileTensor*> by_name;
};

template <class T> constexpr NumberType kType = sizeof(T) == 4 ? NumberType::kFloat32 : NumberType::kFloat64;

// A kernel with many zeros is two tensors, see packed_array.h.
inline std::string bitmap_name(const std::string& array) { return array + ".bitmap"; }
inline std::string values_name(const std::string& array) { return array + ".nonzeros"; }
// The test row and its outputs, see test_row.h.
constexpr const char *kTestRow = "test.row", *kTestOutputs = "test.outputs";

template <class T> std::vector<std::size_t> shape_of(const NamedArray<T>& array);
template <class T> const T* numbers_of(const FileTensor& tensor) {
  return reinterpret_cast<const T*>(tensor.bytes.data());
}
bool is_state(std::string_view name);
bool is_test(std::string_view name);

// Throws InvalidInput unless the file holds such an array. Returns the number of its tensors.
template <class T> std::size_t check_array(const ModelFile::Impl& file, const NamedArray<T>& array);
// Copies an array that has been checked.
template <class T> void take_array(const ModelFile::Impl& file, const NamedArray<T>& array);
// Throws InvalidInput unless all tensors are known, by their count.
void check_nothing_more(const ModelFile::Impl& file, std::size_t known);

// Throws InvalidInput unless |found - expected| <= bound for each output.
template <class T>
void compare_outputs(const ModelFile::Impl& file, const std::vector<T>& found, const T* expected,
                     const std::vector<double>& bound);

// Throws InvalidInput unless predict(x, out), pointers to rows, gives the outputs of the file's test row within
// rounding_bound(). A file without a test row passes.
template <class T, class Predict>
void check_outputs(const ModelFile::Impl& file, std::size_t inputs, std::size_t outputs,
                   const std::vector<Layer>& run_layers, const Parameters<T>& parameters, Predict&& predict) {
  if (!file.find(kTestRow) && !file.find(kTestOutputs)) return;
  const FileTensor& row = file.expect(kTestRow, NumberType::kUint8, {inputs});
  const FileTensor& expected = file.expect(kTestOutputs, kType<T>, {outputs});
  const std::vector<T> x = test_inputs<T>(reinterpret_cast<const std::uint8_t*>(row.bytes.data()), inputs);
  std::vector<T> found(outputs);
  predict(x.data(), found.data());
  compare_outputs(file, found, numbers_of<T>(expected), rounding_bound(run_layers, parameters, x));
}

}  // namespace proxnet
