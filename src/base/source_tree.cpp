#include "larder/base/source_tree.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder {

namespace {

FileKind kind_of(mode_t mode) {
  return S_ISDIR(mode) ? FileKind::Directory : FileKind::File;
}

/// The kind of an entry: from the listing if it has the type, otherwise by following the link.
DirectoryEntry describe(const std::string& directory, const dirent& entry) {
  DirectoryEntry out{entry.d_name, FileKind::Absent, entry.d_type == DT_LNK};
  if (entry.d_type == DT_DIR) {
    out.kind = FileKind::Directory;
  } else if (entry.d_type != DT_LNK && entry.d_type != DT_UNKNOWN) {
    out.kind = FileKind::File;
  } else {
    const auto path = directory + "/" + out.name;
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0) out.is_link = S_ISLNK(status.st_mode);
    if (::stat(path.c_str(), &status) == 0) out.kind = kind_of(status.st_mode);
  }
  return out;
}

}  // namespace

// System calls instead of std::filesystem, which splits paths on each call: reading a manifest
// needs some twenty lookups.

FileKind DiskTree::kind(const std::string& path) const {
  struct stat status {};
  // Cargo, too, treats a path that cannot be looked up as absent.
  return ::stat(path.c_str(), &status) == 0 ? kind_of(status.st_mode) : FileKind::Absent;
}

bool DiskTree::is_executable(const std::string& path) const {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & S_IXUSR) != 0;
}

std::optional<std::string> DiskTree::read(const std::string& path) const {
  return read_file(path);
}

std::vector<DirectoryEntry> DiskTree::list(const std::string& path) const {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
  if (!directory) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    throw Error("file-read", "cannot list the directory: " + std::generic_category().message(errno))
        .in_file(path);
  }
  std::vector<DirectoryEntry> entries;
  while (const auto* entry = ::readdir(directory.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") entries.push_back(describe(path, *entry));
  }
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return entries;
}

FileKind MemoryTree::kind(const std::string& path) const {
  if (files_.contains(path)) return FileKind::File;
  const std::string prefix = path == "/" ? path : path + "/";
  const auto below = files_.lower_bound(prefix);
  return below != files_.end() && below->first.starts_with(prefix) ? FileKind::Directory
                                                                   : FileKind::Absent;
}

std::optional<std::string> MemoryTree::read(const std::string& path) const {
  const auto found = files_.find(path);
  if (found == files_.end()) return std::nullopt;
  return found->second;
}

std::vector<DirectoryEntry> MemoryTree::list(const std::string& path) const {
  const std::string prefix = path == "/" ? path : path + "/";
  std::map<std::string, FileKind> found;
  for (auto it = files_.lower_bound(prefix); it != files_.end() && it->first.starts_with(prefix);
       ++it) {
    const auto rest = it->first.substr(prefix.size());
    const auto slash = rest.find('/');
    found[rest.substr(0, slash)] =
        slash == std::string::npos ? FileKind::File : FileKind::Directory;
  }
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, kind] : found) entries.push_back({name, kind, false});
  return entries;
}

}  // namespace larder
