// Errors are sentences: "[operation] rule, value". InvalidInput becomes ValueError in Python.
#pragma once

#include <sstream>
#include <stdexcept>
#include <string>

namespace proxnet {

#define PROXNET_EXPORT __attribute__((visibility("default")))

// An argument breaks a rule.
class PROXNET_EXPORT InvalidInput : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

// Training left the finite numbers; the weights of the last full epoch are kept.
class PROXNET_EXPORT Diverged : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The poll function asked to stop; the weights of the last full epoch are kept.
class PROXNET_EXPORT Interrupted : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The object is busy (a second fit) or not ready (use before compile).
class PROXNET_EXPORT InvalidState : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// The parts of a message, streamed into one string.
template <class... Parts> std::string sentence(const Parts&... parts) {
  std::ostringstream out;
  out.precision(9);
  (out << ... << parts);
  return out.str();
}

template <class... Parts> void check(bool condition, const Parts&... parts) {
  if (!condition) throw InvalidInput(sentence(parts...));
}

}  // namespace proxnet
