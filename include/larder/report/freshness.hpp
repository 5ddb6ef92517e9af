#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace larder::report {

/// A unit of an external package, as cargo's messages describe it.
struct ExternalUnit {
  /// Of the package.
  std::string name, version;
  /// Of the target: its name, and its kinds as "lib", "proc-macro", "custom-build".
  std::string target, kind;
  /// What compiling makes; the hash that is cargo's name of the unit is in their paths.
  std::vector<std::string> files;
};

/// Counts what a cargo run compiled and reused, from the lines of its `--message-format json`.
class Freshness {
 public:
  /// Takes one line of cargo's standard output; false when it is no message of cargo's.
  bool take(std::string_view line);

  std::size_t external_reused() const { return external_reused_; }
  std::size_t external_total() const { return external_reused_ + external_compiled_.size(); }
  /// The external units that were compiled.
  const std::vector<ExternalUnit>& external_compiled() const { return external_compiled_; }

 private:
  std::size_t external_reused_ = 0;
  std::vector<ExternalUnit> external_compiled_;
};

/// Whether a package id of cargo's messages is that of a path package, in its old and its new
/// notation.
bool is_local_package_id(std::string_view id);

/// "name version" of a package id in either notation.
std::string package_of_id(std::string_view id);

}  // namespace larder::report
