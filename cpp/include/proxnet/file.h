// Model files: safetensors with the caller's config, a format version and checksums in its metadata. Writing is atomic;
// reading checks every byte.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proxnet/error.h"
#include "proxnet/network.h"
#include "proxnet/predictor_info.h"

namespace proxnet {

// `poll` as in TrainOptions. Interrupted leaves file and network unchanged.

// A failed system call; `code` is its errno.
class PROXNET_EXPORT FileError : public std::runtime_error {
 public:
  FileError(const std::string& message, std::string file, int error)
      : std::runtime_error(message), path(std::move(file)), code(error) {}
  std::string path;
  int code;
};

// A checked file in memory: lengths, names, shapes, offsets, checksums, finite numbers.
class PROXNET_EXPORT ModelFile {
 public:
  // Throws FileError, or InvalidInput "[load] rule, file" for a file that save() cannot have written.
  explicit ModelFile(const std::string& path, const std::function<bool()>& poll = {});
  // From the bytes of such a file, which are copied.
  static ModelFile from_bytes(std::string_view bytes);
  ~ModelFile();
  ModelFile(ModelFile&&) noexcept;
  ModelFile& operator=(ModelFile&&) noexcept;

  const std::string& config() const;
  // "layers.0.kernel", "optimizer.0.kernel.1", ...; the first number is the index in layers().
  std::vector<std::string> names() const;
  // At most so many weights are in the file; zeros that are packed count.
  std::size_t weight_capacity() const;
  // Whether the file holds enough state for this optimizer with `weights` trainable weights of `size` bytes.
  bool holds_state(const Optimizer& optimizer, std::size_t weights, std::size_t size) const;

  struct Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit ModelFile(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// Whether the optimizer's state and progress are saved or restored.
enum class OptimizerState { kKeep, kLeaveOut };

// Atomic: writes the published weights to a temporary file in the same folder, syncs it, checks it and renames it. On
// FileError, InvalidInput or std::bad_alloc the old file survives. `config`: printable ASCII. `info`: for
// load_predictor(). A kernel is stored as a bitmap and its non-zero numbers where this takes less than half of the
// bytes.
template <class T>
PROXNET_EXPORT void save(const Network<T>& network, const std::string& path, const std::string& config = "",
                         OptimizerState state = OptimizerState::kKeep, const std::function<bool()>& poll = {},
                         const PredictorInfo& info = {});

// The bytes that save() would write.
template <class T>
PROXNET_EXPORT std::string saved_bytes(const Network<T>& network, const std::string& config = "",
                                       OptimizerState state = OptimizerState::kKeep);

// Sets weights and, with a compiled network and kKeep, optimizer state. Throws InvalidInput, with the network
// unchanged, unless names, shapes and number type are those of the network.
template <class T>
PROXNET_EXPORT void restore(Network<T>& network, const ModelFile& file, OptimizerState state = OptimizerState::kKeep,
                            const std::function<bool()>& poll = {});

// Throws InvalidInput unless the network gives the outputs of the file's test row within the bound of rounding of its
// layers: bits differ between instruction sets with and without fused multiply-add.
template <class T> PROXNET_EXPORT void check_test_row(const Network<T>& network, const ModelFile& file);

}  // namespace proxnet
