#pragma once

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace larder::cook {

/// Digests of files by their contents. Large files that an earlier run has read are not read again
/// as long as the kernel says that they are the same: inode, size, date, and the time of the last
/// change, which no program can set. A linker may have 200 MB with its libraries.
///
/// What is known is a text, which must come from a place that only this user can write to.
class FileDigests {
 public:
  /// Knows nothing yet.
  FileDigests() = default;
  /// Knows what an earlier run has left (`known`). Lines that are not understood are ignored.
  explicit FileDigests(std::string_view known);

  /// Nothing when the file cannot be read; errno then says why. May be called by several threads.
  std::optional<std::string> of(const std::string& path);

  /// What a later run may rely on. Does not change if no file was read.
  std::string known() const;

 private:
  struct Known {
    std::string digest;
    bool is_asked = false;
  };

  /// By the state of a file and its path: " INODE SIZE DATE CHANGE PATH". Several images of a
  /// system may use one store, and have other files at the same paths.
  std::map<std::string, Known> known_;
  mutable std::mutex mutex_;
};

}  // namespace larder::cook
