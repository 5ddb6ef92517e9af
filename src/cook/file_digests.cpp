#include "larder/cook/file_digests.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <vector>

#include "larder/base/files.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

/// Reading a smaller file takes no longer than looking it up.
constexpr off_t least_size = 65'536;
/// A text with more files leaves out those that this run did not ask for.
constexpr std::size_t most_files = 1000;

class OpenFile {
 public:
  explicit OpenFile(const std::string& path)
      : file_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  ~OpenFile() {
    const int number = errno;
    if (file_ >= 0) ::close(file_);
    errno = number;
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;

  bool is_open() const { return file_ >= 0; }
  bool status(struct stat& out) const { return ::fstat(file_, &out) == 0; }

  std::optional<std::string> digest() const {
    store::Hasher hasher;
    std::vector<char> buffer(std::size_t{1} << 18U);
    ssize_t count = 0;
    while ((count = ::read(file_, buffer.data(), buffer.size())) != 0) {
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return std::nullopt;
      hasher.add({buffer.data(), static_cast<std::size_t>(count)});
    }
    return hasher.digest();
  }

 private:
  int file_;
};

std::string state_of(const std::string& path, const struct stat& status) {
  return fmt::format(" {} {} {} {} {}", status.st_ino, status.st_size, modified(status),
                     changed(status), path);
}

/// Whether the file is a large one that would be in another state if it were changed from now on.
/// The change time must be the kernel's own: an image of a file system may be made with the same
/// dates whatever is in it. It must also be so old that the clock has moved on.
bool is_worth_keeping(const std::string& path, const struct stat& status) {
  constexpr std::int64_t second = 1'000'000'000;
  const auto change = changed(status);
  return S_ISREG(status.st_mode) && status.st_size >= least_size && change % second != 0 &&
         change != modified(status) && change < now_in_nanoseconds() - clock_step &&
         path.starts_with('/') && path.find('\n') == std::string::npos;
}

}  // namespace

FileDigests::FileDigests(std::string_view known) {
  constexpr std::size_t digest_size = 64;
  while (!known.empty()) {
    const auto line = known.substr(0, known.find('\n'));
    known.remove_prefix(std::min(line.size() + 1, known.size()));
    const auto digest = line.substr(0, digest_size);
    if (store::is_digest(digest))
      known_[std::string(line.substr(digest_size))] = {std::string(digest)};
  }
}

std::optional<std::string> FileDigests::of(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  const auto state = state_of(path, status);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(state); found != known_.end()) {
      found->second.is_asked = true;
      return found->second.digest;
    }
  }
  const bool is_kept = is_worth_keeping(path, status);
  const OpenFile file(path);
  if (!file.is_open()) return std::nullopt;
  auto digest = file.digest();
  if (!digest || !is_kept || !file.status(status) || state_of(path, status) != state) return digest;
  const std::lock_guard lock(mutex_);
  known_[state] = {*digest, true};
  return digest;
}

std::string FileDigests::known() const {
  const std::lock_guard lock(mutex_);
  std::string out;
  for (const auto& [state, file] : known_) {
    if (known_.size() > most_files && !file.is_asked) continue;
    out.append(file.digest).append(state).append("\n");
  }
  return out;
}

}  // namespace larder::cook
