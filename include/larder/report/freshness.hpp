#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace larder::report {

/// A unit of an external package, as cargo's messages describe it.
struct ExternalUnit {
  /// The package's.
  std::string name, version;
  /// The target's: its name, and its kinds, such as "lib", "proc-macro", "custom-build".
  std::string target, kind;
  /// The output files. Their paths contain cargo's hash of the unit.
  std::vector<std::string> files;
};

/// Counts what a cargo run compiled and reused, from the lines of its `--message-format json`.
class Freshness {
 public:
  /// Takes one line of cargo's standard output. Returns false when it is not a cargo message.
  bool take(std::string_view line);

  std::size_t external_reused() const { return external_reused_; }
  std::size_t external_total() const { return external_reused_ + external_compiled_.size(); }
  /// The external units that were compiled.
  const std::vector<ExternalUnit>& external_compiled() const { return external_compiled_; }

 private:
  std::size_t external_reused_ = 0;
  std::vector<ExternalUnit> external_compiled_;
};

/// Whether a package id in cargo's messages, in the old or the new notation, belongs to a path
/// package.
bool is_local_package_id(std::string_view id);

/// "name version" from a package id in either notation.
std::string package_of_id(std::string_view id);

}  // namespace larder::report
