#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"
#include "programs.hpp"

namespace larder::test {

/// What "Restored 1 of 3 local units from the store, compiled 2, saved 2" says; -1 where nothing is
/// said.
struct ToldOfLocal {
  int restored = -1, total = -1, compiled = -1, saved = -1;
  bool operator==(const ToldOfLocal&) const = default;
};

ToldOfLocal told_of_local(const Run& run);

/// A workspace of local packages and a store beside it. `app` prints a line for each package that
/// was added: what its `text()` returns. All is compiled without incremental files and debug
/// information.
class LocalWorkspace {
 public:
  /// `name` is the workspace's directory below `directory`.
  explicit LocalWorkspace(const std::string& directory, const std::string& name = "ws");

  std::string root() const { return root_; }
  std::string store() const { return directory_ + "/store"; }
  /// A directory beside the workspace.
  std::string outside() const { return directory_ + "/outside"; }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }
  void unset(const std::string& name) { environment_.unset(name); }
  const Environment& environment() const { return environment_; }

  /// Writes a file, relative to the root, and gives it a date long ago.
  void write(const std::string& file, std::string_view text) const;
  /// A library with this source; `rest` follows its `[package]` table. `app` depends on it.
  void add(const std::string& name, const std::string& source, const std::string& rest = "",
           const std::map<std::string, std::string>& more = {});
  /// A package that `app` does not depend on.
  void add_below(const std::string& name, const std::string& source, const std::string& rest = "",
                 const std::map<std::string, std::string>& more = {});
  /// Writes `app`, the root manifest and the lock file. `rest` is for the root manifest.
  void finish(const std::string& rest = "") const;

  /// Builds with the store, which must succeed.
  Run build(const Words& words = {"build"}) const;
  /// The same with an empty target directory, and new dates for all sources, as after a checkout.
  Run build_anew(const Words& words = {"build"}) const;
  void clean() const;
  /// What the program prints.
  std::string answer() const;
  /// What it prints when cargo alone has built it from nothing in the same target directory.
  std::string true_answer() const;
  /// Checks that the program says what a clean build's says. The target directory is gone then.
  void check_truth() const;

 private:
  std::string directory_, root_;
  Environment environment_;
  std::vector<std::string> members_, printed_;
};

/// `upper` is compiled against `lower`, which has a warning, and `other` against nothing.
LocalWorkspace three_crates(const std::string& directory, const std::string& name = "ws");
/// Replaces a text in the library of a crate.
void edit_source(const LocalWorkspace& workspace, const std::string& crate, const char* from,
                 const char* to);

/// A proc-macro package, `looks`, with macros that look at the machine and return what they see as
/// a string. Each takes one literal; paths are relative to the package that calls it.
extern const char* const source_of_looks;

/// A build script that writes the text of `body`, an expression, to a file, and a library that
/// returns it. It declares `build.rs` alone.
std::string looking_script(const std::string& body);
extern const char* const scripts_library;

}  // namespace larder::test
