#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "programs.hpp"

namespace larder::test {

/// What "Restored 1 of 3 external units from the store (0.1 s), compiled 2, saved 2" says; -1 where
/// nothing is said.
struct Told {
  int restored = -1, total = -1, compiled = -1, saved = -1;
};

Told told_by(const Run& run);

/// Writes a file, and gives it a date long ago.
void write_old_file(const std::string& path, const std::string& text);

/// A program that prints what its dependencies in a directory source say: `upper` is compiled
/// against `lower`, `other` against nothing. It has a store beside it.
class StoreWorkspace {
 public:
  explicit StoreWorkspace(const std::string& directory);

  std::string app() const { return directory_ + "/app"; }
  std::string store() const { return directory_ + "/store"; }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }
  void unset(const std::string& name) { environment_.unset(name); }
  /// Puts a directory before all others, and then the toolchain's own programs, without rustup.
  void put_on_path(const std::string& directory);
  const Environment& environment() const { return environment_; }

  void vendor(const std::string& name, const std::string& rest, const std::string& source,
              const std::map<std::string, std::string>& more = {},
              const std::string& version = "1.0.0") const;
  /// The expressions are printed with a comma between them.
  void set_main(const std::string& expressions, const std::string& dependencies) const;
  void lock() const;

  /// The workspace in another directory, with the vendored sources where they are.
  void copy_beside(const std::string& other) const;

  Run cook(const Words& flags = {}, const Words& command = {"build", "--locked"}) const;
  /// Into an empty target directory.
  Told cook_anew(const Words& flags = {}, const Words& command = {"build", "--locked"}) const;
  /// The same with these stores only.
  Told cook_with(const Words& flags) const;
  void clean() const;
  /// The program in the workspace, which must succeed.
  Run run(const Words& words) const;

  /// Builds on what is cooked, which must all be reused, and runs it.
  std::string answer(const std::string& profile = "dev") const;
  /// The truth: a clean build by cargo alone.
  std::string clean_answer() const;

  /// Cooks twice, changes something, and cooks again: of all `units` only so many are compiled
  /// then, and the program says what a clean build does; all that it said before is other now but
  /// for as many lines at its end.
  void check_is_condition(int units, const std::function<void()>& change, int compiled,
                          std::size_t same_lines = 0) const;

  /// Lets `other` say what the variable `ASKED_FOR` was when it was compiled.
  void let_other_ask() const;

  /// A directory beside the workspace, and a file in it.
  std::string outside(const std::string& name) const { return directory_ + "/outside/" + name; }

  /// Paths of the store's files of one kind.
  std::vector<std::string> files_of(const std::string& part) const;

 private:
  std::string run_program(const std::string& target, const std::string& profile) const;

  std::string directory_;
  Environment environment_;
};

}  // namespace larder::test
