// Writing and strict reading of the header; every rule a file breaks is named.
#include "io/safetensors.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "io/crc32c.h"
#include "io/header_text.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

constexpr std::size_t kMaxHeader = 100'000'000, kAlign = 64;  // the format's limit; of the tensors' first byte
constexpr const char *kFormat = "proxnet", *kVersion = "1";
// The header's own checksum comes first, so that its place is known: eight hexadecimal digits, summed up as zeros.
constexpr std::string_view kOpening = "{\"__metadata__\":{\"crc32c\":\"";
constexpr std::string_view kZeros = "00000000";
constexpr std::size_t kChecksumAt = 8 + kOpening.size();

std::string hexadecimal(std::uint32_t sum) {
  std::string text(8, '0');
  for (std::size_t digit = 0; digit < 8; ++digit) text[digit] = "0123456789abcdef"[sum >> (28 - 4 * digit) & 15];
  return text;
}

std::uint32_t sum_of(std::string_view bytes, std::uint32_t before = 0) {
  return crc32c(bytes.data(), bytes.size(), before);
}

std::string head_checksum(std::string_view head) {
  const std::uint32_t sum = sum_of(kZeros, sum_of(head.substr(0, kChecksumAt)));
  return hexadecimal(sum_of(head.substr(kChecksumAt + kZeros.size()), sum));
}

std::string tensor_key(const std::string& name) { return "crc32c " + name; }

template <class T> void check_finite(const FileTensor& tensor, const std::string& path) {
  const T* values = reinterpret_cast<const T*>(tensor.bytes.data());
  const std::size_t count = tensor.bytes.size() / sizeof(T);
  if (kernels<T>().all_finite(count, values)) return;
  std::size_t i = 0;
  while (std::isfinite(values[i])) ++i;
  throw InvalidInput(
      sentence("[load] weights and state must be finite, ", path, ": ", tensor.name, "[", i, "] = ", values[i]));
}

class Reader {
 public:
  Reader(std::string_view file, const std::string& path) : file_(file), path_(path), text_({}, path) {}

  FileContents read() {
    const std::string_view head = checked_head();
    text_ = HeaderText(head.substr(8), path_);
    read_header();
    FileContents contents;
    contents.config = take("config");
    const std::string_view data = file_.substr(head.size());
    std::size_t end = 0;
    for (FileTensor& tensor : tensors_) {
      const auto [first, last] = offsets_[&tensor - tensors_.data()];
      rule(first == end && last >= first && last <= data.size(), "tensors must follow each other", tensor.name);
      rule(first % size_of(tensor.type) == 0, "tensors must be aligned", tensor.name);
      rule(last - first == bytes_of(tensor), "tensors must have the size of their shape", tensor.name);
      tensor.bytes = data.substr(first, last - first);
      end = last;
    }
    rule(end == data.size(), "the file must end with its last tensor", sentence(file_.size(), " bytes"));
    for (const FileTensor& tensor : tensors_) {
      rule(hexadecimal(sum_of(tensor.bytes)) == take(tensor_key(tensor.name)), "the checksum must agree", tensor.name);
      if (tensor.type == NumberType::kFloat32) check_finite<float>(tensor, path_);
      if (tensor.type == NumberType::kFloat64) check_finite<double>(tensor, path_);
    }
    rule(metadata_.empty(), "the metadata must hold nothing else", metadata_.empty() ? "" : metadata_.begin()->first);
    contents.tensors = std::move(tensors_);
    return contents;
  }

 private:
  void rule(bool condition, const char* text, const std::string& value) const {
    if (!condition) throw InvalidInput(sentence("[load] ", text, ", ", path_, ": ", value));
  }

  // Length and header, with a checksum that agrees.
  std::string_view checked_head() const {
    std::uint64_t length = 0;
    if (file_.size() >= 8) std::memcpy(&length, file_.data(), 8);
    rule(file_.size() >= kChecksumAt + kZeros.size() && file_.substr(8).starts_with(kOpening),
         "a model file must be one of proxnet's (safetensors with its checksums)", sentence(file_.size(), " bytes"));
    rule(length <= kMaxHeader && length <= file_.size() - 8 && length >= kChecksumAt + kZeros.size() - 8,
         "the header must lie within the file", sentence("length ", length, " of ", file_.size(), " bytes"));
    const std::string_view head = file_.substr(0, 8 + length);
    rule(head.size() % kAlign == 0, "the tensors must begin at a multiple of 64 bytes", sentence(head.size()));
    const std::string stored(head.substr(kChecksumAt, kZeros.size()));
    rule(head_checksum(head) == stored, "the checksum must agree", "the header");
    return head;
  }

  void read_header() {
    text_.expect('{');
    text_.require(text_.string() == "__metadata__", "the metadata must come first");
    text_.expect(':');
    read_metadata();
    take("crc32c");
    rule(take("format") == kFormat, "the format must be proxnet's", "format");
    const std::string version = take("version");
    rule(version == kVersion, "this release reads version 1 of the format", sentence("version ", version));
    std::set<std::string> names;
    while (text_.accept(',')) {
      FileTensor tensor;
      tensor.name = text_.string();
      text_.require(names.insert(tensor.name).second, "names must differ");
      text_.expect(':');
      read_tensor(tensor);
      tensors_.push_back(std::move(tensor));
    }
    text_.expect('}');
    text_.end();
  }

  void read_metadata() {
    text_.expect('{');
    do {
      std::string key = text_.string();
      text_.expect(':');
      text_.require(metadata_.emplace(std::move(key), text_.string()).second, "names must differ");
    } while (text_.accept(','));
    text_.expect('}');
  }

  void read_tensor(FileTensor& tensor) {
    text_.expect('{');
    field("dtype");
    const std::string type = text_.string();
    bool known = false;
    for (const NumberType t : {NumberType::kFloat32, NumberType::kFloat64, NumberType::kUint64})
      if (type == name_of(t)) tensor.type = t, known = true;
    text_.require(known, "F32, F64 or U64 must stand");
    text_.expect(',');
    field("shape");
    text_.expect('[');
    if (!text_.accept(']')) {
      do {
        tensor.shape.push_back(text_.number());
        text_.require(tensor.shape.size() <= 2, "two dimensions at most must stand");
      } while (text_.accept(','));
      text_.expect(']');
    }
    text_.expect(',');
    field("data_offsets");
    text_.expect('[');
    const std::size_t first = text_.number();
    text_.expect(',');
    offsets_.emplace_back(first, text_.number());
    text_.expect(']');
    text_.expect('}');
  }

  void field(const char* name) {
    text_.require(text_.string() == name, sentence("\"", name, "\" must stand"));
    text_.expect(':');
  }

  // A value of the metadata, which is then no longer in it.
  std::string take(const std::string& key) {
    auto entry = metadata_.extract(key);
    rule(!entry.empty(), "the metadata must be complete", key);
    return std::move(entry.mapped());
  }

  // Of the shape; more than any file has where the product is too large.
  std::size_t bytes_of(const FileTensor& tensor) const {
    std::size_t product = size_of(tensor.type);
    for (const std::size_t size : tensor.shape)
      if (__builtin_mul_overflow(product, size, &product)) return static_cast<std::size_t>(-1);
    return product;
  }

  const std::string_view file_;
  const std::string& path_;
  HeaderText text_;
  std::map<std::string, std::string> metadata_;
  std::vector<FileTensor> tensors_;
  std::vector<std::pair<std::size_t, std::size_t>> offsets_;
};

}  // namespace

std::size_t size_of(NumberType type) { return type == NumberType::kFloat32 ? 4 : 8; }
const char* name_of(NumberType type) {
  return type == NumberType::kFloat32 ? "F32" : type == NumberType::kFloat64 ? "F64" : "U64";
}

std::string file_head(const FileContents& contents) {
  std::string text{kOpening};
  text += kZeros;
  text +=
      sentence("\",\"format\":\"", kFormat, "\",\"version\":\"", kVersion, "\",\"config\":", quoted(contents.config));
  for (const FileTensor& t : contents.tensors)
    text += sentence(",", quoted(tensor_key(t.name)), ":\"", hexadecimal(sum_of(t.bytes)), "\"");
  text += '}';
  std::size_t offset = 0;
  for (const FileTensor& t : contents.tensors) {
    text += sentence(",", quoted(t.name), ":{\"dtype\":\"", name_of(t.type), "\",\"shape\":[");
    for (std::size_t d = 0; d < t.shape.size(); ++d) text += sentence(d ? "," : "", t.shape[d]);
    text += sentence("],\"data_offsets\":[", offset, ",", offset + t.bytes.size(), "]}");
    offset += t.bytes.size();
  }
  text += '}';
  text.resize((8 + text.size() + kAlign - 1) / kAlign * kAlign - 8, ' ');
  check(text.size() <= kMaxHeader, "[save] names and config must fit 100 MB, they take ", text.size(), " bytes");
  const std::uint64_t length = text.size();
  std::string head(8, '\0');
  std::memcpy(head.data(), &length, 8);
  head += text;
  return head.replace(kChecksumAt, kZeros.size(), head_checksum(head));
}

FileContents parse_file(std::string_view file, const std::string& path) { return Reader(file, path).read(); }

}  // namespace proxnet
