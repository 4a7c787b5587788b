// Writing and strict reading. Errors name the rule that a file breaks.
#include "io/safetensors.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <set>

#include "io/crc32c.h"
#include "io/header_text.h"
#include "runtime/dispatch.h"

namespace proxnet {

namespace {

constexpr std::size_t kMaxHeader = 100'000'000,
                      kAlign = 64;                    // header size limit of safetensors; alignment of the first tensor
constexpr std::size_t kPiece = std::size_t{1} << 20;  // bytes checked between two polls
constexpr const char* kFormat = "proxnet";
constexpr std::string_view kVersion = "2", kOldVersion = "1";
// The checksum of the header comes first, at a fixed offset: eight hexadecimal digits, which count as zeros in it.
constexpr std::string_view kOpening = "{\"__metadata__\":{\"crc32c\":\"";
constexpr std::string_view kZeros = "00000000";
constexpr std::size_t kChecksumAt = 8 + kOpening.size();

// The length of the header, from the first eight bytes.
std::size_t head_length(std::string_view head) {
  std::uint64_t length = 0;
  if (head.size() >= 8) std::memcpy(&length, head.data(), 8);
  return length;
}

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

template <class T>
void check_finite(const std::string& name, std::string_view bytes, std::size_t before, const std::string& path) {
  const T* values = reinterpret_cast<const T*>(bytes.data());
  const std::size_t count = bytes.size() / sizeof(T);
  if (kernels<T>().all_finite(count, values)) return;
  std::size_t i = 0;
  while (std::isfinite(values[i])) ++i;
  throw InvalidInput(sentence("[load] weights and state must be finite, ", path, ": ", name, "[",
                              before / sizeof(T) + i, "] = ", values[i]));
}

// Reads the head of a file of `size` bytes, then checks its tensors. `file` begins with the whole head.
class Reader {
 public:
  Reader(std::string_view file, std::size_t size, const std::string& path)
      : file_(file), size_(size), path_(path), text_({}, path) {}

  void read_head() {
    const std::string_view head = checked_head();
    begin_ = head.size();
    text_ = HeaderText(head.substr(8), path_);
    read_header();
    config_ = take("config");
    std::size_t end = 0;
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const FileTensor& tensor = tensors_[t];
      const auto [first, last] = offsets_[t];
      rule(first == end && last >= first && last <= size_ - begin_, "tensors must follow each other", tensor.name);
      rule(first % size_of(tensor.type) == 0, "tensors must be aligned", tensor.name);
      rule(last - first == bytes_of(tensor), "tensors must have the size of their shape", tensor.name);
      sums_.push_back(take(tensor_key(tensor.name)));
      end = last;
    }
    if (end != size_ - begin_) broken("the file must end with its last tensor", sentence(size_, " bytes"));
    if (!metadata_.empty()) broken("the metadata must hold nothing else", metadata_.begin()->first);
  }

  // bytes_at(offset, count) returns bytes of the file, in pieces of `piece` bytes, a multiple of 8.
  template <class BytesAt> void check_tensors(std::size_t piece, const BytesAt& bytes_at) const {
    for (std::size_t t = 0; t < tensors_.size(); ++t) {
      const FileTensor& tensor = tensors_[t];
      const auto [first, last] = offsets_[t];
      std::uint32_t sum = 0;
      for (std::size_t at = first; at < last; at += piece) {
        const std::string_view bytes = bytes_at(begin_ + at, std::min(piece, last - at));
        sum = sum_of(bytes, sum);
        if (tensor.type == NumberType::kFloat32) check_finite<float>(tensor.name, bytes, at - first, path_);
        if (tensor.type == NumberType::kFloat64) check_finite<double>(tensor.name, bytes, at - first, path_);
      }
      rule(hexadecimal(sum) == sums_[t], "the checksum must agree", tensor.name);
    }
  }

  FileContents contents() {
    for (std::size_t t = 0; t < tensors_.size(); ++t)
      tensors_[t].bytes = file_.substr(begin_ + offsets_[t].first, offsets_[t].second - offsets_[t].first);
    return {std::move(config_), std::move(network_), std::move(tensors_)};
  }

 private:
  void rule(bool condition, const char* text, std::string_view value) const {
    if (!condition) broken(text, std::string(value));
  }

  [[noreturn]] void broken(const char* text, const std::string& value) const {
    throw InvalidInput(sentence("[load] ", text, ", ", path_, ": ", value));
  }

  // Length and header; throws unless the checksum agrees.
  std::string_view checked_head() const {
    if (file_.size() < kChecksumAt + kZeros.size() || !file_.substr(8).starts_with(kOpening))
      broken("a model file must be one of proxnet's (safetensors with its checksums)", sentence(size_, " bytes"));
    const std::size_t length = head_length(file_);
    if (length > kMaxHeader || length > size_ - 8 || length < kChecksumAt + kZeros.size() - 8)
      broken("the header must lie within the file", sentence("length ", length, " of ", size_, " bytes"));
    const std::string_view head = file_.substr(0, 8 + length);
    if (head.size() % kAlign != 0)
      broken("the tensors must begin at a multiple of 64 bytes", sentence("byte ", head.size()));
    rule(head_checksum(head) == head.substr(kChecksumAt, kZeros.size()), "the checksum must agree", "the header");
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
    rule(version == kVersion || version == kOldVersion, "this release reads versions 1 and 2 of the format",
         "version " + version);
    if (version == kVersion) network_ = take("network");
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
    text_.field("dtype");
    const std::string type = text_.string();
    bool known = false;
    for (const NumberType t : {NumberType::kFloat32, NumberType::kFloat64, NumberType::kUint64, NumberType::kUint8})
      if (type == name_of(t)) tensor.type = t, known = true;
    text_.require(known, "F32, F64, U64 or U8 must stand");
    text_.next_field("shape");
    text_.list([&] {
      tensor.shape.push_back(text_.number());
      text_.require(tensor.shape.size() <= 2, "two dimensions at most must stand");
    });
    text_.next_field("data_offsets");
    text_.expect('[');
    const std::size_t first = text_.number();
    text_.expect(',');
    offsets_.emplace_back(first, text_.number());
    text_.expect(']');
    text_.expect('}');
  }

  // Removes a value from the metadata and returns it.
  std::string take(const std::string& key) {
    auto entry = metadata_.extract(key);
    rule(!entry.empty(), "the metadata must be complete", key);
    return std::move(entry.mapped());
  }

  // Size by type and shape; the largest size_t on overflow.
  std::size_t bytes_of(const FileTensor& tensor) const {
    std::size_t product = size_of(tensor.type);
    for (const std::size_t size : tensor.shape)
      if (__builtin_mul_overflow(product, size, &product)) return static_cast<std::size_t>(-1);
    return product;
  }

  const std::string_view file_;
  const std::size_t size_;
  const std::string& path_;
  HeaderText text_;
  std::size_t begin_ = 0;  // offset of the tensors
  std::string config_, network_;
  std::map<std::string, std::string> metadata_;
  std::vector<FileTensor> tensors_;
  std::vector<std::pair<std::size_t, std::size_t>> offsets_;
  std::vector<std::string> sums_;
};

}  // namespace

std::size_t size_of(NumberType type) { return type == NumberType::kUint8 ? 1 : type == NumberType::kFloat32 ? 4 : 8; }
const char* name_of(NumberType type) {
  constexpr const char* kNames[] = {"F32", "F64", "U64", "U8"};
  return kNames[static_cast<int>(type)];
}

std::string file_head(const FileContents& contents) {
  std::string text{kOpening};
  text += kZeros;
  text += sentence("\",\"format\":\"", kFormat, "\",\"version\":\"", kVersion,
                   "\",\"config\":", quoted(contents.config), ",\"network\":", quoted(contents.network));
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

FileContents parse_file(std::string_view file, const std::string& path) {
  Reader reader(file, file.size(), path);
  reader.read_head();
  reader.check_tensors(kPiece, [&](std::size_t at, std::size_t count) { return file.substr(at, count); });
  return reader.contents();
}

void verify_file(const ReadBytes& read, std::size_t size, const std::string& path) {
  std::string head(std::min<std::size_t>(size, 8), '\0');
  read(0, head.data(), head.size());
  head.resize(std::min(size, 8 + std::min(head_length(head), kMaxHeader)));
  read(0, head.data(), head.size());
  Reader reader(head, size, path);
  reader.read_head();
  Buffer<char> piece(std::min(size, kPiece));
  reader.check_tensors(kPiece, [&](std::size_t at, std::size_t count) {
    read(at, piece.data(), count);
    return std::string_view(piece.data(), count);
  });
}

}  // namespace proxnet
