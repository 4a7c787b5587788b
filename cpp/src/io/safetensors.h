// The safetensors format: 8 bytes of length, a JSON header, then the tensors. Model files are a strict subset: one
// spelling of each header, with checksums of the header and of every tensor. Version 2 of the format added the
// description of the network (network_text.h), packed kernels (packed_array.h) and the test row (test_row.h).
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "io/whole_file.h"

namespace proxnet {

enum class NumberType { kFloat32, kFloat64, kUint64, kUint8 };
std::size_t size_of(NumberType type);
const char* name_of(NumberType type);  // "F32", as the format spells it

struct FileTensor {
  std::string name;
  NumberType type = NumberType::kFloat32;
  std::vector<std::size_t> shape;
  std::string_view bytes;
};

struct FileContents {
  std::string config;
  std::string network;  // empty in files of version 1
  std::vector<FileTensor> tensors;
};

// Length and header. The tensors follow in this order without gaps.
std::string file_head(const FileContents& contents);

// Checks everything; throws InvalidInput "[load] rule, path". The result points into `file`.
FileContents parse_file(std::string_view file, const std::string& path);

// The checks of parse_file() on a file of `size` bytes that is read piece by piece.
void verify_file(const ReadBytes& read, std::size_t size, const std::string& path);

}  // namespace proxnet
