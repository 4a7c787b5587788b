// libFuzzer: any bytes are a predictor or a sentence. The checksums are put right first, so that mutations reach what
// lies behind them; a predictor predicts one row.
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "io/crc32c.h"
#include "proxnet/load_predictor.h"

namespace {

using namespace proxnet;

std::string hexadecimal(std::uint32_t sum) {
  char digits[9];
  std::snprintf(digits, sizeof digits, "%08x", sum);
  return digits;
}

std::size_t number_at(const std::string& text, std::size_t& at) {
  std::size_t value = 0;
  while (at < text.size() && text[at] >= '0' && text[at] <= '9' && value < (1U << 30))
    value = 10 * value + static_cast<std::size_t>(text[at++] - '0');
  return value;
}

// The checksum of each tensor whose entry and offsets are found, then that of the header.
void repair(std::string& file) {
  std::uint64_t length = 0;
  if (file.size() < 8) return;
  std::memcpy(&length, file.data(), 8);
  if (length > file.size() - 8) return;
  const std::string key = "\"crc32c ", offsets = "\"data_offsets\":[";
  const std::size_t begin = 8 + length;
  for (std::size_t at = 8; (at = file.find(key, at)) < begin; at += key.size()) {
    const std::size_t end = file.find("\":\"", at);
    if (end >= begin || end + 11 > begin) break;
    const std::string name = '"' + file.substr(at + key.size(), end - at - key.size()) + "\":{";
    std::size_t entry = file.find(name, end);
    if (entry >= begin || (entry = file.find(offsets, entry)) >= begin) continue;
    entry += offsets.size();
    const std::size_t first = number_at(file, entry), last = number_at(file, ++entry);
    if (first > last || last > file.size() - begin) continue;
    file.replace(end + 3, 8, hexadecimal(crc32c(file.data() + begin + first, last - first)));
  }
  const std::size_t at = file.find("\"crc32c\":\"");
  if (at == std::string::npos || at + 18 > begin) return;
  file.replace(at + 10, 8, "00000000");
  file.replace(at + 10, 8, hexadecimal(crc32c(file.data(), begin)));
}

template <class T> void predict_row(const LoadedPredictor<T>& loaded) {
  const Predictor<T>& predictor = loaded.predictor;
  const std::vector<T> x(predictor.inputs(), T(0.5));
  std::vector<T> out(predictor.outputs());
  std::vector<char> workspace(predictor.workspace_size(1));
  predictor.predict({x.data(), 1, x.size()}, {out.data(), 1, out.size()}, workspace.data());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string file(reinterpret_cast<const char*>(data), size);
  repair(file);
  try {
    LoadOptions options;
    options.check_row = false;
    std::visit([](const auto& loaded) { predict_row(loaded); },
               load_any_predictor(std::as_bytes(std::span(file.data(), file.size())), options));
  } catch (const InvalidInput& error) {
    if (std::strncmp(error.what(), "[load] ", 7) != 0) __builtin_trap();
  }
  return 0;
}
