#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace larder::test {

/// What the suite made and has to remove, in a file: each is written down before it is made, so
/// that the next run can remove what a killed one left.
class CreatedObjects {
 public:
  /// The one of the build directory.
  static CreatedObjects open();

  bool exists() const;
  void add(const std::string& kind, const std::string& value) const;
  std::vector<std::string> all(const std::string& kind) const;
  /// The last of its kind; empty for none.
  std::string last(const std::string& kind) const;
  void remove() const;

 private:
  explicit CreatedObjects(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

/// Where the suite keeps its own files: below the build directory.
std::string own_directory();

/// Removes all that the ledger names. Of the build cache, that is what was built on the run's base
/// image, and what belongs to no image and was made while one of its builds ran.
/// False, with a message, when something is left.
bool clean_up();

}  // namespace larder::test
