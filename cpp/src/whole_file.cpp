// POSIX calls; each error carries the call's errno.
#include "whole_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 22;  // read or written between two polls

[[noreturn]] void fail(const char* operation, const char* what, const std::string& path, int code = errno) {
  throw FileError(sentence(operation, " ", what, ", ", path, ": ", std::generic_category().message(code)), path, code);
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  bool close() {
    const int number = std::exchange(number_, -1);
    return number < 0 || ::close(number) == 0;
  }
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

// The new file, gone again unless it was renamed.
class NewFile {
 public:
  explicit NewFile(std::string path) : path_(std::move(path)), descriptor_(path_, O_WRONLY | O_CREAT | O_EXCL) {}
  ~NewFile() {
    if (descriptor_.open() || closed_) ::unlink(path_.c_str());
  }
  Descriptor& descriptor() { return descriptor_; }
  const std::string& path() const { return path_; }
  bool close() {
    closed_ = true;
    return descriptor_.close();
  }
  bool rename(const std::string& target) {
    if (::rename(path_.c_str(), target.c_str()) != 0) return false;
    closed_ = false;
    return true;
  }

 private:
  std::string path_;
  Descriptor descriptor_;
  bool closed_ = false;
};

// No other process or thread takes this name; O_EXCL would tell.
std::string new_name(const std::filesystem::path& target) {
  static std::atomic<unsigned> count{0};
  const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  const std::string suffix = sentence(".", ::getpid(), ".", count++, ".", now, ".tmp");
  // A name may have 255 bytes.
  return (target.parent_path() / sentence(".", target.filename().string().substr(0, 180), suffix)).string();
}

// Where the bytes go if the path is a link.
std::filesystem::path followed(const std::string& path) {
  std::error_code error;
  const bool link = std::filesystem::is_symlink(path, error);
  std::filesystem::path target = link ? std::filesystem::weakly_canonical(path, error) : std::filesystem::path(path);
  return error || target.empty() ? std::filesystem::path(path) : target;
}

}  // namespace

Buffer<char> read_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY);
  if (!file.open()) fail("[load]", "the file could not be opened", path);
  struct stat status = {};
  if (::fstat(file.number(), &status) != 0) fail("[load]", "the file could not be read", path);
  if (S_ISDIR(status.st_mode)) fail("[load]", "the file could not be read", path, EISDIR);
  check(S_ISREG(status.st_mode), "[load] a model must be a regular file, ", path, " is none");
  Buffer<char> bytes(static_cast<std::size_t>(status.st_size));
  for (std::size_t done = 0; done < bytes.size();) {
    poll_here();
    const ssize_t count = ::read(file.number(), bytes.data() + done, std::min(kPiece, bytes.size() - done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail("[load]", "the file could not be read", path);
    check(count > 0, "[load] the file must not change while it is read, ", path, " became shorter");
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

void write_file(const std::string& path, const std::vector<std::string_view>& parts) {
  constexpr const char *kOperation = "[save]", *kRule = "the file could not be written";
  const std::filesystem::path target = followed(path);
  if (std::error_code error; std::filesystem::is_directory(target, error)) fail(kOperation, kRule, path, EISDIR);
  NewFile file(new_name(target));
  if (!file.descriptor().open()) fail(kOperation, kRule, path);
  const int number = file.descriptor().number();
  struct stat status = {};  // a file that is replaced keeps its permissions
  if (::stat(target.c_str(), &status) == 0 && ::fchmod(number, status.st_mode & 07777) != 0)
    fail(kOperation, kRule, path);
  std::size_t unsynced = 0;
  for (std::string_view part : parts)
    while (!part.empty()) {
      poll_here();
      const ssize_t count = ::write(number, part.data(), std::min(kPiece, part.size()));
      if (count < 0 && errno != EINTR) fail(kOperation, kRule, path);
      if (count <= 0) continue;
      part.remove_prefix(static_cast<std::size_t>(count));
      // Synced now and then, so that the last time is no long one.
      if ((unsynced += static_cast<std::size_t>(count)) < 8 * kPiece) continue;
      if (::fdatasync(number) != 0) fail(kOperation, kRule, path);
      unsynced = 0;
    }
  if (::fsync(number) != 0 || !file.close() || !file.rename(target.string())) fail(kOperation, kRule, path);
  // The name is on the disk once its folder is; some file systems have nothing to sync there.
  const auto folder = target.parent_path();
  const Descriptor directory(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
  if (directory.open() && ::fsync(directory.number()) != 0 && errno != EINVAL && errno != ENOTSUP)
    fail(kOperation, "the folder of the file could not be synced", path);
}

}  // namespace proxnet
