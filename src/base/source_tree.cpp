#include "larder/base/source_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"

namespace larder {

namespace fs = std::filesystem;

namespace {

FileKind kind_of(const fs::file_status& status) {
  if (fs::is_directory(status)) return FileKind::Directory;
  return fs::exists(status) ? FileKind::File : FileKind::Absent;
}

}  // namespace

FileKind DiskTree::kind(const std::string& path) const {
  std::error_code ignored;  // whatever cannot be looked at does not exist for cargo either
  return kind_of(fs::status(path, ignored));
}

std::optional<std::string> DiskTree::read(const std::string& path) const {
  return read_text_file(path);
}

std::vector<DirectoryEntry> DiskTree::list(const std::string& path) const {
  std::vector<DirectoryEntry> entries;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; !error && it != end; it.increment(error)) {
    // The entry knows its type from the listing, unless it is a symbolic link: most are not looked
    // at.
    std::error_code ignored;
    const auto kind = it->is_directory(ignored) ? FileKind::Directory
                      : it->exists(ignored)     ? FileKind::File
                                                : FileKind::Absent;
    entries.push_back({it->path().filename().string(), kind});
  }
  if (error && error != std::errc::no_such_file_or_directory &&
      error != std::errc::not_a_directory) {
    throw Error("file-read", "cannot list the directory: " + error.message()).in_file(path);
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
  for (const auto& [name, kind] : found) entries.push_back({name, kind});
  return entries;
}

}  // namespace larder
