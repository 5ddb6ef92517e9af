#include "larder/cook/unit_conditions.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>
#include <vector>

#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/library_directory.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using observe::Read;
using observe::ReadKind;

constexpr std::array<std::pair<ReadKind, std::string_view>, 9> read_kinds{
    {{ReadKind::Contents, "contents "},
     {ReadKind::Listing, "listing "},
     {ReadKind::Link, "link "},
     {ReadKind::RealPath, "real-path "},
     {ReadKind::Presence, "presence "},
     {ReadKind::Absence, "absence "},
     {ReadKind::Writability, "writability "},
     {ReadKind::Replaceability, "replaceability "},
     {ReadKind::OnlyCrates, "only-crates "}}};

std::optional<std::string> digest_of_listing(const std::string& directory) {
  std::vector<std::string> entries;
  std::error_code error;
  for (fs::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    const auto type = static_cast<int>(it->symlink_status().type());
    entries.push_back(it->path().filename().string() + "\n" + std::to_string(type));
  }
  if (error) return std::nullopt;
  std::sort(entries.begin(), entries.end());
  store::Hasher hasher;
  for (const auto& entry : entries) hasher.add_field(entry);
  return hasher.digest();
}

/// What is there: a directory, a file with its size and whether it is executable, a device. Many
/// links in /usr/lib/systemd lead to /dev/null, and a search for a library may look at them all.
std::string state_of_presence(const struct stat& status) {
  if (S_ISDIR(status.st_mode)) return "directory";
  if (S_ISCHR(status.st_mode) || S_ISBLK(status.st_mode))
    return (S_ISCHR(status.st_mode) ? "character device " : "block device ") +
           std::to_string(status.st_rdev);
  if (!S_ISREG(status.st_mode)) return S_ISFIFO(status.st_mode) ? "pipe" : "socket";
  return std::string((status.st_mode & S_IXUSR) != 0 ? "program " : "file ") +
         std::to_string(status.st_size);
}

std::optional<std::string> state_of_link(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return std::nullopt;
  if (!S_ISLNK(status.st_mode)) return state_of_presence(status);
  std::error_code error;
  const auto target = fs::read_symlink(path, error);
  return error ? std::nullopt : std::optional("link " + target.string());
}

std::optional<std::string> real_path(const std::string& path) {
  std::error_code error;
  const auto real = fs::canonical(path, error);
  return error ? std::nullopt : std::optional(real.string());
}

bool is_writable_directory(const std::string& path) {
  return ::access(path.c_str(), W_OK | X_OK) == 0;
}

/// To change a file takes a right to the file, to remove it one to its directory.
std::string state_of_writability(const std::string& path, const struct stat& status) {
  if (S_ISDIR(status.st_mode)) return is_writable_directory(path) ? "writable" : "read-only";
  return std::string(is_writable(path) ? "writable" : "read-only") +
         (is_writable_directory(path::parent(path)) ? "" : " in a read-only directory");
}

/// Nothing where it takes more to tell: a link, or a file of somebody else, which the directory's
/// sticky bit may protect. Rustc refuses to replace a read-only file.
std::optional<std::string> state_of_replaceability(const std::string& path) {
  if (!is_writable_directory(path::parent(path))) return std::nullopt;
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0)
    return errno == ENOENT ? std::optional<std::string>("replaceable") : std::nullopt;
  constexpr mode_t to_write = S_IWUSR | S_IWGRP | S_IWOTH;
  const bool is_own = S_ISREG(status.st_mode) && status.st_uid == ::geteuid();
  return is_own && (status.st_mode & to_write) != 0 ? std::optional<std::string>("replaceable")
                                                    : std::nullopt;
}

/// When a link was made, or a directory moved. That does not change the directory's date, as it
/// does when something in it is made or removed.
std::int64_t put_there(const struct stat& status) {
  if (S_ISLNK(status.st_mode)) return last_change(status);
  return S_ISDIR(status.st_mode) && changed(status) != modified(status) ? changed(status) : 0;
}

}  // namespace

std::string name_of_read(const Read& read, const std::string& build_directory) {
  const auto* kind = std::find_if(read_kinds.begin(), read_kinds.end(),
                                  [&](const auto& entry) { return entry.first == read.kind; });
  auto path = read.path;
  if (path::is_within(path, build_directory))
    path.replace(0, build_directory.size(), build_directory_placeholder);
  return std::string(kind->second) + path;
}

std::optional<Read> read_of_name(const std::string& name, const std::string& build_directory) {
  for (const auto& [kind, word] : read_kinds) {
    if (!name.starts_with(word)) continue;
    auto path = name.substr(word.size());
    constexpr std::string_view placeholder = build_directory_placeholder;
    if (path.starts_with(placeholder)) path.replace(0, placeholder.size(), build_directory);
    return Read{std::move(path), kind};
  }
  return std::nullopt;
}

bool is_about_writing(ReadKind kind) {
  return kind == ReadKind::Writability || kind == ReadKind::Replaceability;
}

bool is_name_of_kernel(const std::string& path) {
  return path == "/proc/sys/kernel/hostname" || path == "/proc/sys/kernel/osrelease" ||
         path == "/proc/sys/kernel/version";
}

std::optional<std::string> FileStates::look(const Read& read) const {
  if (read.kind == ReadKind::Replaceability) return state_of_replaceability(read.path);
  // Where cargo has not compiled anything yet, nothing else is in the way either.
  if (read.kind == ReadKind::OnlyCrates)
    return has_only_crates(read.path, plan_) ? std::optional<std::string>("only crates")
                                             : std::nullopt;
  struct stat status {};
  const auto how = read.kind == ReadKind::Link ? AT_SYMLINK_NOFOLLOW : 0;
  if (::fstatat(AT_FDCWD, read.path.c_str(), &status, how) != 0) {
    std::error_code ignored;
    if (errno == ENOENT || errno == ENOTDIR)
      return fs::is_symlink(read.path, ignored) ? "nothing behind a link" : "nothing";
    return errno == EACCES || errno == ELOOP ? std::optional<std::string>("closed") : std::nullopt;
  }
  if (read.kind == ReadKind::Link) return state_of_link(read.path);
  if (read.kind == ReadKind::RealPath) return real_path(read.path);
  if (read.kind == ReadKind::Writability) return state_of_writability(read.path, status);
  if (read.kind == ReadKind::Listing) return digest_of_listing(read.path);
  if (read.kind != ReadKind::Contents || S_ISDIR(status.st_mode)) return state_of_presence(status);
  if (!S_ISREG(status.st_mode)) return std::nullopt;
  const auto digest = digests_->of(read.path);
  if (!digest) return errno == EACCES ? std::optional<std::string>("closed") : std::nullopt;
  return ((status.st_mode & S_IXUSR) != 0 ? "program " : "file ") + *digest;
}

const std::optional<std::string>& FileStates::state_of(const Read& read) {
  const auto [at, is_new] = known_.try_emplace(read);
  if (is_new) at->second = look(read);
  return at->second;
}

void FileStates::look_ahead(const std::vector<Read>& reads) {
  std::vector<decltype(known_)::iterator> unknown;
  for (const auto& read : reads) {
    if (const auto [at, is_new] = known_.try_emplace(read); is_new) unknown.push_back(at);
  }
  in_parallel(unknown.size(), [&](std::size_t i) { unknown[i]->second = look(unknown[i]->first); });
}

std::int64_t step_of_clock(std::int64_t date) {
  constexpr std::int64_t second = 1'000'000'000;
  return date % second == 0 ? 2 * second : clock_step;
}

std::int64_t last_change(const struct stat& status) {
  return std::max(changed(status), modified(status));
}

std::int64_t last_changed(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return 0;
  const auto own = last_change(status);
  if (!S_ISLNK(status.st_mode) || ::stat(path.c_str(), &status) != 0) return own;
  return std::max(own, last_change(status));
}

std::int64_t way_changed(const std::string& path) {
  constexpr int most_links = 40;  // as in the kernel
  std::int64_t newest = 0;
  auto rest = path::components(path);
  std::reverse(rest.begin(), rest.end());
  std::string at = "/";
  for (int links = 0; !rest.empty() && links < most_links;) {
    const auto next = path::join(at, rest.back());
    rest.pop_back();
    struct stat status {};
    if (::lstat(next.c_str(), &status) != 0) break;
    newest = std::max(newest, put_there(status));
    if (!S_ISLNK(status.st_mode)) {
      at = next;
      continue;
    }
    ++links;
    std::error_code error;
    const auto target = fs::read_symlink(next, error).string();
    if (target.starts_with('/')) at = "/";
    const auto more = path::components(target);
    rest.insert(rest.end(), more.rbegin(), more.rend());
  }
  return newest;
}

}  // namespace larder::cook
