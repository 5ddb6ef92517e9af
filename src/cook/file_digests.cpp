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

/// Reads in pieces, because some files are larger than a hundred megabytes.
std::optional<std::string> digest_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return std::nullopt;
  store::Hasher hasher;
  std::vector<char> buffer(std::size_t{1} << 18U);
  ssize_t count = 0;
  while ((count = ::read(file, buffer.data(), buffer.size())) != 0) {
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) break;
    hasher.add({buffer.data(), static_cast<std::size_t>(count)});
  }
  ::close(file);
  return count < 0 ? std::nullopt : std::optional(hasher.digest());
}

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
  auto digest = digest_of_file(path);
  if (!digest || !is_kept) return digest;
  if (::stat(path.c_str(), &status) != 0 || state_of(path, status) != state) return digest;
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
