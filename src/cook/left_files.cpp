#include "larder/cook/left_files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::cook {

namespace {

constexpr std::string_view placeholder = "{temporary}/";

bool is_plain(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_uid == ::geteuid() && status.st_nlink == 1;
}

mode_t usual_mode(bool executable) {
  const auto mask = ::umask(0);
  ::umask(mask);
  return (executable ? 0777U : 0666U) & ~mask;
}

}  // namespace

std::string temporary_directory_of(const PlannedUnit& unit) {
  const auto value = unit.call.environment.get("TMPDIR").value_or("/tmp");
  return value.starts_with('/') ? path::normalize(value) : "";
}

bool can_be_left(const std::string& path) {
  struct stat status {};
  return ::lstat(path.c_str(), &status) == 0 && is_plain(status);
}

std::string name_of_left(const std::string& path) {
  return std::string(placeholder) + std::string(path::file_name(path));
}

bool is_name_of_left(const std::string& name) {
  if (!name.starts_with(placeholder)) return false;
  const auto file = name.substr(placeholder.size());
  return !file.empty() && file != "." && file != ".." && file.find('/') == std::string::npos;
}

std::string left_path(const PlannedUnit& unit, const std::string& name) {
  return path::join(temporary_directory_of(unit), name.substr(placeholder.size()));
}

std::optional<std::string> read_left(const std::string& path) {
  // Anybody may put links there.
  const int file = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return std::nullopt;
  struct stat status {};
  std::optional<std::string> out;
  if (::fstat(file, &status) == 0 && is_plain(status))
    out = read_bytes("/proc/self/fd/" + std::to_string(file));
  ::close(file);
  return out;
}

void leave_again(const std::string& path, const std::string& bytes, bool executable) {
  auto temporary = path + ".XXXXXX";
  const int file = ::mkostemp(temporary.data(), O_CLOEXEC);
  const int problem =
      file < 0 ? errno : fill_and_rename(file, temporary, path, bytes, usual_mode(executable));
  if (problem == 0) return;
  throw Error("file-write", std::string("cannot write the file: ") + std::strerror(problem))
      .in_file(path)
      .hint("set TMPDIR to a writable directory");
}

}  // namespace larder::cook
