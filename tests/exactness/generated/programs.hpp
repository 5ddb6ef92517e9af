#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::test {

using Words = std::vector<std::string>;

/// What cargo said of one command in one directory.
struct Answer {
  bool accepted = false;
  std::string output;
  std::string errors;
};

/// The cargo of this machine with a home of its own.
class Cargo {
 public:
  /// `scratch` holds the cargo home and target directories. Nothing where there is no cargo.
  static std::optional<Cargo> find(const std::string& scratch);

  /// The same with more variables.
  Cargo with(const std::map<std::string, std::string>& variables) const;
  const Environment& environment() const { return environment_; }
  Answer run(Words arguments, const std::string& directory) const;
  /// `cargo … --unit-graph`; nothing is compiled.
  Answer unit_graph(Words arguments, const std::string& directory) const;
  /// Runs the command with every rustc replaced by a program that does nothing, and returns the
  /// fingerprints that cargo left: path below the target directory → contents.
  Answer stubbed(Words arguments, const std::string& directory,
                 std::map<std::string, std::string>& fingerprints) const;

 private:
  std::string program_;
  std::string scratch_;
  Environment environment_;
};

/// Units of a unit graph, each in one line that says all of it but where its sources are,
/// dependencies included.
struct ExternalUnits {
  /// Those of external packages, and of packages that [patch] puts below them.
  std::set<std::string> wanted;
  /// Those, and all of patched packages: which a member may ask for alone, or build itself.
  std::set<std::string> possible;
};
ExternalUnits external_units(const std::string& unit_graph);

/// The local packages that a unit graph compiles as anything but a build script.
std::set<std::string> built_local_packages(const std::string& unit_graph);

}  // namespace larder::test
