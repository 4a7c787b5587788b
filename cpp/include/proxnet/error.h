// The message of an error is "[operation] rule, value". InvalidInput becomes ValueError in Python.
#pragma once

#include <charconv>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

namespace proxnet {

#define PROXNET_EXPORT __attribute__((visibility("default")))

// An argument breaks a rule.
class PROXNET_EXPORT InvalidInput : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// The loss or the weights are not finite any more; the weights of the last full epoch are kept.
class PROXNET_EXPORT Diverged : public std::runtime_error {
 public:
  explicit Diverged(const std::string& message, std::size_t in_batch = 0)
      : std::runtime_error(message), batch(in_batch) {}
  std::size_t batch;  // index in its epoch
};

// The poll function returned true; the weights of the last full epoch are kept.
class PROXNET_EXPORT Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The object is busy (a second fit) or not ready (use before compile).
class PROXNET_EXPORT InvalidState : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Appends text unchanged, integers in decimal, floating-point numbers as "%.9g", in every locale. Throws std::bad_alloc
// without memory, where a stream would silently drop text.
template <class Part> void append_part(std::string& text, const Part& part) {
  if constexpr (std::is_same_v<Part, bool>) {
    text += part ? '1' : '0';
  } else if constexpr (std::is_arithmetic_v<Part> && !std::is_same_v<Part, char>) {
    char digits[32];
    std::to_chars_result end{};
    if constexpr (std::is_floating_point_v<Part>)
      end = std::to_chars(digits, digits + sizeof digits, part, std::chars_format::general, 9);
    else
      end = std::to_chars(digits, digits + sizeof digits, part);
    text.append(digits, end.ptr);
  } else {
    text += part;
  }
}

// The concatenation of its parts.
template <class... Parts> std::string sentence(const Parts&... parts) {
  std::string text;
  (append_part(text, parts), ...);
  return text;
}

template <class... Parts> void check(bool condition, const Parts&... parts) {
  if (!condition) throw InvalidInput(sentence(parts...));
}

}  // namespace proxnet
