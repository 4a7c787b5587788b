// A strict reader of the header's JSON: printable ASCII, no space, no escapes but \" and \\, unsigned integers.
#pragma once

#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "proxnet/error.h"

namespace proxnet {

class HeaderText {
 public:
  // `path` and `offset`, the place of the text in the file, are for messages.
  HeaderText(std::string_view text, const std::string& path, std::size_t offset = 8)
      : text_(text), path_(&path), offset_(offset) {}

  bool accept(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) { require(accept(c), "'", c, "' must stand"); }

  std::string string() {
    expect('"');
    std::string value;
    while (!accept('"')) {
      require(at_ < text_.size() && text_[at_] >= ' ' && text_[at_] <= '~', "a string of printable ASCII must stand");
      if (accept('\\'))
        require(at_ < text_.size() && (text_[at_] == '"' || text_[at_] == '\\'), "\\\" or \\\\ must stand");
      value += text_[at_++];
    }
    return value;
  }

  std::uint64_t number() {
    const std::size_t begin = at_;
    std::uint64_t value = 0;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_)
      value = value * 10 + static_cast<std::uint64_t>(text_[at_] - '0');
    const std::size_t digits = at_ - begin;  // 18 digits fit
    require(digits >= 1 && digits <= 18 && (digits == 1 || text_[begin] != '0'), "a whole number must stand");
    return value;
  }

  bool boolean() {
    const bool value = text_.substr(at_).starts_with("true");
    const std::string_view word = value ? "true" : "false";
    require(text_.substr(at_).starts_with(word), "true or false must stand");
    at_ += word.size();
    return value;
  }

  // A finite number.
  double real() {
    double value = 0;
    const std::from_chars_result end = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    require(end.ec == std::errc() && std::isfinite(value), "a finite number must stand");
    at_ = static_cast<std::size_t>(end.ptr - text_.data());
    return value;
  }

  // Calls item() for each item of a list.
  template <class F> void list(F&& item) {
    expect('[');
    if (accept(']')) return;
    do item();
    while (accept(','));
    expect(']');
  }

  // The name of a field and its colon.
  void field(std::string_view name) {
    require(string() == name, "\"", name, "\" must stand");
    expect(':');
  }

  // The same behind the comma of the field before it.
  void next_field(std::string_view name) {
    expect(',');
    field(name);
  }

  // Only padding spaces may follow.
  void end() {
    while (accept(' ')) {
    }
    require(at_ == text_.size(), "the header must end");
  }

  // Throws InvalidInput "[load] rule at byte n, path". The text is built on failure only.
  template <class... Rule> void require(bool condition, const Rule&... rule) const {
    check(condition, "[load] ", rule..., " at byte ", at_ + offset_, ", ", *path_);
  }

 private:
  std::string_view text_;
  const std::string* path_;
  std::size_t offset_, at_ = 0;
};

// A JSON string that HeaderText reads.
inline std::string quoted(const std::string& value) {
  std::string text = "\"";
  for (const char c : value) {
    check(c >= ' ' && c <= '~', "[save] names and config must be printable ASCII, character ",
          static_cast<int>(static_cast<unsigned char>(c)), " is none");
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

}  // namespace proxnet
