// POSIX calls; each error carries the call's errno.
#include "io/whole_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <memory>
#include <new>
#include <optional>

#include "runtime/poll_here.h"

namespace proxnet {

namespace {

constexpr std::size_t kPiece = std::size_t{1} << 22;  // read or written between two polls

[[noreturn]] void fail(const char* operation, const char* what, const std::string& path, int code = errno) {
  if (code == ENOMEM) throw std::bad_alloc();
  throw FileError(sentence(operation, " ", what, ", ", path, ": ", std::generic_category().message(code)), path, code);
}

// A path with a NUL would name another file to the system.
void check_path(const char* operation, const std::string& path) {
  check(!path.empty(), operation, " a path must not be empty");
  check(path.find('\0') == std::string::npos, operation, " a path must not hold a NUL character, got ",
        path.substr(0, path.find('\0')), "\\0...");
}

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags) : Descriptor(AT_FDCWD, path.c_str(), flags) {}
  Descriptor(int folder, const char* name, int flags) : number_(::openat(folder, name, flags | O_CLOEXEC, 0666)) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool open() const { return number_ >= 0; }

 private:
  int number_;
};

constexpr const char *kSave = "[save]", *kNotWritten = "the file could not be written";
constexpr std::string_view kNewSuffix = ".proxnet.tmp";

// A temporary file with a unique name, removed unless renamed. It is locked while it is in use: an unlocked one belongs
// to a process that has died.
class NewFile {
 public:
  explicit NewFile(const std::filesystem::path& target)
      : path_(name_beside(target)), descriptor_(path_, O_RDWR | O_CREAT | O_EXCL) {}
  ~NewFile() {
    if (descriptor_.open() && !renamed_) ::unlink(path_.c_str());
  }
  bool open() const { return descriptor_.open(); }
  int number() const { return descriptor_.number(); }

  // False if another process has removed the file before it was locked.
  bool lock() {
    struct stat status = {};
    if (::flock(number(), LOCK_EX | LOCK_NB) != 0) return errno != EWOULDBLOCK;  // some file systems have no locks
    return ::fstat(number(), &status) != 0 || status.st_nlink > 0;
  }
  bool rename(const std::string& target) {
    renamed_ = ::rename(path_.c_str(), target.c_str()) == 0;
    return renamed_;
  }

 private:
  // ".<name>.<process>.<count>.<time>.proxnet.tmp": a name may have 255 bytes.
  static std::string name_beside(const std::filesystem::path& target) {
    static std::atomic<unsigned> count{0};
    const auto now = std::chrono::steady_clock::now().time_since_epoch().count();
    const std::string name = target.filename().string().substr(0, 170);
    return (target.parent_path() / sentence(".", name, ".", ::getpid(), ".", count++, ".", now, kNewSuffix)).string();
  }

  std::string path_;
  Descriptor descriptor_;
  bool renamed_ = false;
};

// Whether name_beside() makes such names.
bool is_new_name(std::string_view name) {
  if (!name.starts_with('.') || !name.ends_with(kNewSuffix)) return false;
  name.remove_suffix(kNewSuffix.size());
  for (int part = 0; part < 3; ++part) {
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == name.size()) return false;
    if (name.substr(dot + 1).find_first_not_of("0123456789") != std::string_view::npos) return false;
    name = name.substr(0, dot);
  }
  return true;
}

// Removes temporary files of processes that have died; ignores failures. (Not by directory_iterator: libstdc++'s ends
// the program without memory.)
void remove_left_behind(const std::filesystem::path& folder) {
  const std::string name = folder.empty() ? "." : folder.string();
  const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(name.c_str()), ::closedir);
  if (!entries) return;
  const int at = ::dirfd(entries.get());
  while (const dirent* entry = ::readdir(entries.get())) {
    if (!is_new_name(entry->d_name)) continue;
    const Descriptor file(at, entry->d_name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    struct stat status = {};
    if (file.open() && ::fstat(file.number(), &status) == 0 && S_ISREG(status.st_mode) &&
        ::flock(file.number(), LOCK_EX | LOCK_NB) == 0)
      ::unlinkat(at, entry->d_name, 0);
  }
}

// The target of a chain of symbolic links, which need not exist.
std::filesystem::path followed(const std::string& path) {
  std::filesystem::path target = path;
  std::error_code error;
  for (int links = 0; std::filesystem::is_symlink(target, error); ++links) {
    if (links == 40) fail(kSave, kNotWritten, path, ELOOP);
    const std::filesystem::path next = std::filesystem::read_symlink(target, error);
    if (error) fail(kSave, kNotWritten, path, error.value());
    target = target.parent_path() / next;  // `next` alone where it is absolute
  }
  return target;
}

// `unsynced`: bytes written since the last sync.
void write_all(int number, std::string_view bytes, const std::string& path, std::size_t& unsynced) {
  while (!bytes.empty()) {
    poll_here();
    const ssize_t count = ::write(number, bytes.data(), std::min(kPiece, bytes.size()));
    if (count < 0 && errno != EINTR) fail(kSave, kNotWritten, path);
    if (count <= 0) continue;
    bytes.remove_prefix(static_cast<std::size_t>(count));
    // Syncs now and then, so that the last sync is short.
    if ((unsynced += static_cast<std::size_t>(count)) < 8 * kPiece) continue;
    if (::fdatasync(number) != 0) fail(kSave, kNotWritten, path);
    unsynced = 0;
  }
}

}  // namespace

Buffer<char> read_file(const std::string& path) {
  check_path("[load]", path);
  const Descriptor file(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);  // a pipe without a writer must not block
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

void write_file(const std::string& path, const std::vector<std::string_view>& parts,
                const std::function<void(const ReadBytes&, std::size_t size)>& verify) {
  check_path(kSave, path);
  const std::filesystem::path target = followed(path);
  struct stat old = {};
  const bool replaces = ::stat(target.c_str(), &old) == 0;
  if (replaces && S_ISDIR(old.st_mode)) fail(kSave, kNotWritten, path, EISDIR);
  check(!replaces || S_ISREG(old.st_mode), "[save] only a regular file can be replaced, ", path, " is none");
  remove_left_behind(target.parent_path());
  std::optional<NewFile> file;
  do {
    file.emplace(target);
    if (!file->open()) fail(kSave, kNotWritten, path);
  } while (!file->lock());
  const int number = file->number();
  // Keeps the permissions of the old file.
  if (replaces && ::fchmod(number, old.st_mode & 07777) != 0) fail(kSave, kNotWritten, path);
  std::size_t size = 0, unsynced = 0;
  for (const std::string_view part : parts) {
    write_all(number, part, path, unsynced);
    size += part.size();
  }
  if (::fsync(number) != 0) fail(kSave, kNotWritten, path);
  struct stat written = {};
  if (::fstat(number, &written) != 0 || static_cast<std::size_t>(written.st_size) != size)
    fail(kSave, kNotWritten, path, EIO);
  const ReadBytes read = [&](std::size_t offset, char* to, std::size_t count) {
    while (count > 0) {
      const ssize_t got = ::pread(number, to, count, static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail(kSave, "the file could not be read again", path, got < 0 ? errno : EIO);
      to += got, offset += static_cast<std::size_t>(got), count -= static_cast<std::size_t>(got);
    }
  };
  verify(read, size);
  // Syncing the folder makes the rename durable; some file systems cannot.
  const std::string name = target.string(), folder = target.parent_path().string();
  const Descriptor directory(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY);
  if (!file->rename(name)) fail(kSave, kNotWritten, path);  // no allocation from here on
  if (directory.open() && ::fsync(directory.number()) != 0 && errno != EINVAL && errno != ENOTSUP)
    fail(kSave, "the folder of the file could not be synced", path);
}

}  // namespace proxnet
