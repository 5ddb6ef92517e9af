#include "larder/base/text_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

namespace larder {

namespace {

Error write_error(const std::string& path, int number) {
  return Error("file-write", std::string("cannot write the file: ") + std::strerror(number))
      .in_file(path)
      .hint("check that the directory exists, is writable and that the disk is not full");
}

Error too_large(const std::string& path) {
  return Error("file-too-large", "the file is larger than 16 MiB")
      .in_file(path)
      .hint("manifests, lock files and recipes are far smaller; check that this is one");
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
  /// Closes and returns errno, 0 when all was written.
  int close() {
    const int result = ::close(fd_);
    fd_ = -1;
    return result == 0 ? 0 : errno;
  }

 private:
  int fd_;
};

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

/// Creates `path` exclusively and fills it; 0 or errno. A half-written file is removed.
int create_with(const std::string& path, std::string_view contents) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.get() < 0) return errno;
  int problem = write_all(file.get(), contents);
  const int closing = file.close();
  if (problem == 0) problem = closing;
  if (problem != 0) ::unlink(path.c_str());
  return problem;
}

/// What is there and no file, such as /dev/stdout or a pipe, is written to and stays what it is.
int write_in_place(const std::string& path, std::string_view contents) {
  FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.get() < 0) return errno;
  const int problem = write_all(file.get(), contents);
  const int closing = file.close();
  return problem != 0 ? problem : closing;
}

/// The file that a symbolic link stands for.
std::string followed(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> real(::realpath(path.c_str(), nullptr), ::free);
  return real ? real.get() : path;
}

}  // namespace

std::optional<std::string> read_text_file(const std::string& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
    throw Error("file-read", std::string("cannot open the file: ") + std::strerror(errno))
        .in_file(path);
  }
  std::string contents;
  std::array<char, 16384> buffer{};
  for (;;) {
    const auto count = ::read(file.get(), buffer.data(), buffer.size());
    if (count == 0) return contents;
    if (count > 0) {
      contents.append(buffer.data(), static_cast<std::size_t>(count));
      if (contents.size() > largest_text_file) throw too_large(path);
    } else if (errno != EINTR) {
      throw Error("file-read", std::string("cannot read the file: ") + std::strerror(errno))
          .in_file(path);
    }
  }
}

std::optional<std::int64_t> modified(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
}

bool is_writable(const std::string& path) {
  return ::access(path.c_str(), W_OK) == 0 || errno == ENOENT;
}

void make_directories(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) {
    throw Error("file-write", "cannot make the directory: " + error.message()).in_file(path);
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
  const auto temporary = path + ".tmp" + std::to_string(::getpid());
  int problem = create_with(temporary, contents);
  if (problem == EEXIST) {  // left by a killed process that had our id
    ::unlink(temporary.c_str());
    problem = create_with(temporary, contents);
  }
  if (problem != 0) throw write_error(path, problem);
  if (::rename(temporary.c_str(), path.c_str()) != 0) {
    problem = errno;
    ::unlink(temporary.c_str());
    throw write_error(path, problem);
  }
}

bool write_new_file(const std::string& path, std::string_view contents) {
  const auto directory = path::parent(path);
  if (!directory.empty()) make_directories(directory);
  const int problem = create_with(path, contents);
  if (problem == EEXIST) return false;
  if (problem != 0) throw write_error(path, problem);
  return true;
}

}  // namespace larder
