#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace larder::test {

/// Throws when there is no such file.
std::string read_file(const std::string& path);
void write_file(const std::string& path, std::string_view text);
/// Replaces the one occurrence of `from`; throws when there is none or more than one.
void edit_file(const std::string& path, std::string_view from, std::string_view to);

/// The text of a manifest of edition 2021, with `rest` behind its `[package]` table.
std::string package(const std::string& name, const std::string& rest = "",
                    const std::string& version = "1.0.0");

/// Files of workspaces and packages: relative path → text.
using Files = std::map<std::string, std::string>;

/// A package in a directory of its name, with `rest` as in `package`, and its Rust files: build
/// scripts, programs and examples do nothing, all others are empty.
struct PackageFiles {
  std::string name;
  std::string rest = "";
  std::vector<std::string> sources = {"src/lib.rs"};
};
Files package_files(const std::vector<PackageFiles>& packages);
/// The same as the members of a virtual workspace, with more in its manifest.
Files workspace_files(const std::vector<PackageFiles>& members, const std::string& rest = "",
                      const std::string& resolver = "2");
/// Of the first where both have a file.
Files operator+(Files left, const Files& right);

/// Copies a directory's files over another one, with their modes and modification times, as Docker
/// does. A `target` directory at its top is left out.
void copy_tree(const std::string& from, const std::string& to);

/// Removes everything in a directory but the entries of these names.
void empty_directory(const std::string& directory, const std::vector<std::string>& kept);

struct FileState {
  std::string kind;
  unsigned mode = 0;
  std::int64_t modified = 0;
  /// Of a file; where a symbolic link points to.
  std::string contents;
  bool operator==(const FileState&) const = default;
};
/// Relative path → state of all that lies in a directory and of the directory itself ("."), but for
/// one entry at its top.
std::map<std::string, FileState> snapshot(const std::string& directory,
                                          const std::string& left_out = "target");

/// The same without the directory itself.
std::map<std::string, FileState> snapshot_below(const std::string& directory);

/// The paths in which two snapshots differ, for messages.
std::vector<std::string> changed_paths(const std::map<std::string, FileState>& before,
                                       const std::map<std::string, FileState>& after);

/// A new directory below the build directory. It is removed when its test case succeeds and stays
/// for inspection when it fails.
class TestDirectory {
 public:
  explicit TestDirectory(std::string_view name);
  const std::string& path() const { return path_; }
  std::string operator/(std::string_view relative) const {
    return path_ + "/" + std::string(relative);
  }

 private:
  std::string path_;
};

}  // namespace larder::test
