#include "larder/base/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

namespace larder {

namespace {

#ifdef __APPLE__
#define st_mtim st_mtimespec
#define st_ctim st_ctimespec
#endif

constexpr std::int64_t nanoseconds = 1'000'000'000;

std::int64_t in_nanoseconds(const timespec& time) {
  return time.tv_sec * nanoseconds + time.tv_nsec;
}

Error write_error(const std::string& path, int number) {
  return Error("file-write", std::string("cannot write the file: ") + std::strerror(number))
      .in_file(path)
      .hint("check that the directory exists, is writable and that the disk is not full");
}

Error too_large(const std::string& path) {
  return Error("file-too-large", "the file is larger than 16 MiB")
      .in_file(path)
      .hint("manifests, lock files and recipes are far smaller; check that this is the right file");
}

class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  ~FileDescriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  int get() const { return fd_; }
  /// Closes the file; returns errno, or 0 when everything was written.
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result == 0 ? 0 : errno;
  }

 private:
  int fd_;
};

/// Creates `path` exclusively and fills it. Returns 0 or errno; removes a partial file.
int create_with(const std::string& path, std::string_view contents) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) return errno;
  int problem = write_all(file.get(), contents);
  const int closing = file.close();
  if (problem == 0) problem = closing;
  if (problem != 0) ::unlink(path.c_str());
  return problem;
}

/// For something that is not a regular file, such as /dev/stdout or a pipe.
int write_in_place(const std::string& path, std::string_view contents) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0) return errno;
  const int problem = write_all(file.get(), contents);
  const int closing = file.close();
  return problem != 0 ? problem : closing;
}

constexpr std::string_view temporary_mark = ".tmp";

/// Whether `name` is a temporary name for `file` whose process has ended.
bool is_abandoned(std::string_view name, std::string_view file) {
  if (!name.starts_with(file) || !name.substr(file.size()).starts_with(temporary_mark))
    return false;
  const std::string id(name.substr(file.size() + temporary_mark.size()));
  const bool digits =
      !id.empty() && id.size() < 10 &&
      std::all_of(id.begin(), id.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!digits) return false;
  const auto pid = static_cast<pid_t>(std::stol(id));
  return pid == ::getpid() || (::kill(pid, 0) != 0 && errno == ESRCH);
}

/// The names in a directory, in the order of the file system. Returns 0 or errno.
template <typename Visit>
int visit_names(const std::string& directory, const Visit& visit) {
  const std::unique_ptr<DIR, int (*)(DIR*)> opened(::opendir(directory.c_str()), ::closedir);
  if (!opened) return errno;
  for (;;) {
    errno = 0;  // it is readdir's only sign of a failure
    const auto* entry = ::readdir(opened.get());
    if (entry == nullptr) return errno;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") visit(name);
  }
}

/// Removes the temporary files that killed processes left for `path`.
void remove_abandoned(const std::string& path) {
  const auto parent = path::parent(path);
  const auto directory = parent.empty() ? std::string(".") : parent;
  std::vector<std::string> abandoned;
  visit_names(directory, [&](std::string_view name) {
    if (is_abandoned(name, path::file_name(path))) abandoned.emplace_back(name);
  });
  for (const auto& name : abandoned) ::unlink(path::join(directory, name).c_str());
}

std::string temporary_for(const std::string& path) {
  return path + std::string(temporary_mark) + std::to_string(::getpid());
}

/// Renames unless `to` exists. Returns 0 or errno.
int rename_new(const std::string& from, const std::string& to) {
#ifdef RENAME_NOREPLACE
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
#endif
  // This system or file system cannot do that in one step.
  if (::link(from.c_str(), to.c_str()) != 0) return errno;
  ::unlink(from.c_str());
  return 0;
}

/// The destination of a symbolic link; any other path unchanged.
std::string followed(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
  return real ? real.get() : path;
}

}  // namespace

namespace {

/// Enough for most of what comes through a pipe.
constexpr std::size_t stream_size = 65536;

/// `expected` is the size of the file, or a guess.
std::string read_all(int fd, const std::string& path, std::size_t expected) {
  // The last byte is left free, so that the end of the file is found without growing.
  std::string contents(std::min(expected, largest_file) + 1, '\0');
  std::size_t done = 0;
  for (;;) {
    if (done == contents.size()) contents.resize(2 * done);
    const auto count = ::read(fd, contents.data() + done, contents.size() - done);
    if (count == 0) {
      contents.resize(done);
      return contents;
    }
    if (count > 0) {
      done += static_cast<std::size_t>(count);
      if (done > largest_file) throw too_large(path);
    } else if (errno != EINTR) {
      throw Error("file-read", std::string("cannot read the file: ") + std::strerror(errno))
          .in_file(path);
    }
  }
}

/// A descriptor that a shell has opened for us (`<(command)`, `< file`). Such a pipe has a writer,
/// so reading it ends.
bool is_inherited(const std::string& path) {
  return path == "/dev/stdin" || path.starts_with("/dev/fd/") || path.starts_with("/proc/self/fd/");
}

}  // namespace

std::optional<std::string> read_file(const std::string& path) {
  // Opening a pipe without O_NONBLOCK would block until someone writes to it.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw Error("file-read", std::string("cannot open the file: ") + std::strerror(errno))
        .in_file(path);
  }
  struct stat status {};
  const bool is_known = ::fstat(file.get(), &status) == 0;
  if (is_known && S_ISREG(status.st_mode))
    return read_all(file.get(), path, static_cast<std::size_t>(status.st_size));
  if (is_known && S_ISFIFO(status.st_mode) && !is_inherited(path)) {
    throw Error("file-read", "cannot read the file: it is a pipe")
        .in_file(path)
        .hint("use a regular file");
  }
  ::fcntl(file.get(), F_SETFL, 0);
  return read_all(file.get(), path, stream_size);
}

std::optional<std::string> read_bytes(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat status {};
  if (file.get() < 0 || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode))
    return std::nullopt;
  std::string bytes(static_cast<std::size_t>(status.st_size), '\0');
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::read(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    // If it became shorter in the meantime, another process is writing it.
    if (count <= 0) return std::nullopt;
    done += static_cast<std::size_t>(count);
  }
  return bytes;
}

std::string read_standard_input() {
  return read_all(STDIN_FILENO, "standard input", stream_size);
}

std::string without_links(const std::string& path) {
  std::error_code missing;
  const auto real = std::filesystem::weakly_canonical(path, missing);
  return missing ? path : real.string();
}

std::int64_t now_in_nanoseconds() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

std::optional<std::int64_t> modified(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return modified(status);
}

std::int64_t modified(const struct stat& status) {
  return in_nanoseconds(status.st_mtim);
}

int write_all(int fd, std::string_view contents) {
  while (!contents.empty()) {
    const auto written = ::write(fd, contents.data(), contents.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    contents.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

std::vector<std::string> names_in(const std::string& directory, std::error_code& error) {
  std::vector<std::string> out;
  const int problem =
      visit_names(directory, [&](std::string_view name) { out.emplace_back(name); });
  error.assign(problem, std::generic_category());
  std::sort(out.begin(), out.end());
  return out;
}

std::vector<std::string> names_in(const std::string& directory) {
  std::error_code ignored;
  return names_in(directory, ignored);
}

void make_link(const std::string& to, const std::string& at) {
  if (::symlink(to.c_str(), at.c_str()) == 0) return;
  throw Error("file-write", std::string("cannot create the link: ") + std::strerror(errno))
      .in_file(at);
}

std::int64_t changed(const struct stat& status) {
  return in_nanoseconds(status.st_ctim);
}

bool set_modified(const std::string& path, std::optional<std::int64_t> date) {
  timespec time{0, UTIME_NOW};
  if (date) {
    // Rounded down, because tv_nsec must not be negative, not even before 1970.
    const auto below_second = (*date % nanoseconds + nanoseconds) % nanoseconds;
    time = {(*date - below_second) / nanoseconds, below_second};
  }
  const timespec times[2] = {time, time};
  return ::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0;
}

bool is_writable(const std::string& path) {
  return ::access(path.c_str(), W_OK) == 0 || errno == ENOENT;
}

void make_directories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw Error("file-write", "cannot create the directory: " + error.message()).in_file(path);
  }
}

void write_file_atomically(const std::string& target, std::string_view contents) {
  const auto path = followed(target);
  const auto directory = path::parent(path);
  if (!directory.empty()) make_directories(directory);
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    if (const int failed = write_in_place(path, contents); failed != 0)
      throw write_error(path, failed);
    return;
  }
  remove_abandoned(path);
  const auto temporary = temporary_for(path);
  if (const int problem = create_with(temporary, contents); problem != 0)
    throw write_error(path, problem);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    const int problem = errno;
    ::unlink(temporary.c_str());
    throw write_error(path, problem);
  }
}

bool write_new_file(const std::string& path, std::string_view contents) {
  const auto directory = path::parent(path);
  if (!directory.empty()) make_directories(directory);
  remove_abandoned(path);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) return false;
  const auto temporary = temporary_for(path);
  if (const int problem = create_with(temporary, contents); problem != 0)
    throw write_error(path, problem);
  const int problem = rename_new(temporary, path);
  if (problem == 0) return true;
  ::unlink(temporary.c_str());
  if (problem == EEXIST) return false;
  throw write_error(path, problem);
}

int fill_and_rename(int file, const std::string& temporary, const std::string& path,
                    std::string_view contents, mode_t mode) {
  int problem = write_all(file, contents);
  if (::fchmod(file, mode) != 0 && problem == 0) problem = errno;
  if (::close(file) != 0 && problem == 0) problem = errno;
  if (problem == 0 && ::rename(temporary.c_str(), path.c_str()) != 0) problem = errno;
  if (problem != 0) ::unlink(temporary.c_str());
  return problem;
}

void replace_file(const std::string& path, std::string_view contents, bool executable,
                  std::int64_t date) {
  // Not overwritten in place, because it may be a hard link to another file.
  ::unlink(path.c_str());
  int problem = create_with(path, contents);
  if (problem == 0 && executable && ::chmod(path.c_str(), 0755) != 0) problem = errno;
  if (problem == 0 && !set_modified(path, date)) problem = errno;
  if (problem != 0) throw write_error(path, problem);
}

}  // namespace larder
