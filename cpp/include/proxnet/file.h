// The model file: safetensors, with the caller's config, a format version and a checksum of every byte in its metadata.
// Written whole or not at all; read by a reader that trusts no byte.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxnet/error.h"
#include "proxnet/network.h"

namespace proxnet {

// `poll` as in TrainOptions: Interrupted leaves the old file, and the network as it was.

// The operating system refuses to read or write; `code` is its errno.
class PROXNET_EXPORT FileError : public std::runtime_error {
 public:
  FileError(const std::string& message, std::string file, int error)
      : std::runtime_error(message), path(std::move(file)), code(error) {}
  std::string path;
  int code;
};

// A file in memory with all its bytes checked: lengths, names, shapes, offsets, checksums, finite numbers.
class PROXNET_EXPORT ModelFile {
 public:
  // Throws FileError, and InvalidInput "[load] rule, file" for every file that save() has not written so.
  explicit ModelFile(const std::string& path, const std::function<bool()>& poll = {});
  // The same of the bytes of such a file, which are copied.
  static ModelFile from_bytes(std::string_view bytes);
  ~ModelFile();
  ModelFile(ModelFile&&) noexcept;
  ModelFile& operator=(ModelFile&&) noexcept;

  const std::string& config() const;
  // "layers.0.kernel", "optimizer.0.kernel.1", ...: i counts the network's layers.
  std::vector<std::string> names() const;
  // Whether there are enough bytes of state for an optimizer that moves so many weights of `size` bytes each.
  bool holds_state(const Optimizer& optimizer, std::size_t weights, std::size_t size) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ModelFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// What of the optimizer goes to the file or comes from it: its state and progress, or nothing.
enum class OptimizerState { kKeep, kLeaveOut };

// Writes the published weights to a new file in the same folder, syncs it, reads and checks it again, and renames it to
// `path`. `config` is any printable ASCII. Throws FileError, InvalidInput or std::bad_alloc with the old file as it
// was.
template <class T>
PROXNET_EXPORT void save(const Network<T>& network, const std::string& path, const std::string& config = "",
                         OptimizerState state = OptimizerState::kKeep, const std::function<bool()>& poll = {});

// The bytes that save() would write.
template <class T>
PROXNET_EXPORT std::string saved_bytes(const Network<T>& network, const std::string& config = "",
                                       OptimizerState state = OptimizerState::kKeep);

// Takes the file's weights, and its optimizer's state where the network is compiled with that optimizer. Names, shapes
// and number type must be the network's: throws InvalidInput with the network as it was.
template <class T>
PROXNET_EXPORT void restore(Network<T>& network, const ModelFile& file, OptimizerState state = OptimizerState::kKeep,
                            const std::function<bool()>& poll = {});

}  // namespace proxnet
