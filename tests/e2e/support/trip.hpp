#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "files.hpp"
#include "programs.hpp"
#include "sparse_registry.hpp"

namespace larder::test {

/// The tests' environment with a CARGO_HOME of its own, which is made, as a new layer has it.
Environment with_home(const std::string& home);

/// Adds an empty package to a registry, with `rest` behind its `[package]` table.
void publish(SparseRegistry& registry, const std::string& name, const std::string& rest = "",
             const std::string& version = "1.0.0");

/// The config by which a registry stands in for crates.io.
std::string instead_of_crates_io(const SparseRegistry& registry);

/// A git repository with these files; its URL.
std::string make_repository(const std::string& directory,
                            const std::map<std::string, std::string>& files);

/// A workspace for which a registry of the test stands in for crates.io, in three places, each with
/// a CARGO_HOME of its own: where it is prepared (`plan`), where it is cooked and then built
/// (`app`), and where a plain cargo builds it (`plain`).
class Trip {
 public:
  explicit Trip(std::string_view name) : directory_(name), registry(directory_ / "registry") {}

  /// Path in the workspace → text.
  void write(const std::map<std::string, std::string>& files) const;
  /// Adds the config to what was written, and the lock file, by the versions that the registry has
  /// now.
  void lock();
  /// An environment variable of all that runs.
  void set(const std::string& name, const std::string& value) { variables_[name] = value; }

  void prepare(const Words& arguments) const;
  Run cook(const Words& arguments = {}) const;
  /// What cook asks the registry for.
  std::vector<std::string> asked_by_cook(const Words& arguments = {});
  /// What a plain cargo asks for.
  std::vector<std::string> asked_by_build(std::string_view command);
  /// The sources come, and cargo runs, told to be offline and cut off from the network. Where that
  /// is not possible it is only told, and the skip is, or it is a failure where CI is set.
  Run build_offline(std::string_view command) const;

  /// Cook with the whole lock file asks for the very things that a plain cargo asks for, and the
  /// build after it compiles no external package and needs no network.
  void check(std::string_view command);

  std::string plan() const { return directory_ / "plan"; }
  std::string app() const { return directory_ / "app"; }
  std::string operator/(std::string_view path) const { return directory_ / path; }

 private:
  Environment home_of(const std::string& place) const;

  TestDirectory directory_;
  std::map<std::string, std::string> variables_;

 public:
  SparseRegistry registry;
};

}  // namespace larder::test
