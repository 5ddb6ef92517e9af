#pragma once

#include <functional>
#include <string>
#include <vector>

#include "files.hpp"
#include "store_workspace.hpp"

namespace larder::test {

/// The source of a library that says what its build script has written.
extern const char* const text_of_script;

/// A build script that writes a text. `body` is statements that end with the text's expression;
/// `{}` in it stands for a directory outside the package.
std::string script(std::string body, const std::string& outside);

/// `other` has such a script; `upper` and `lower` have none.
class ScriptWorkspace : public StoreWorkspace {
 public:
  ScriptWorkspace(const TestDirectory& directory, const std::string& body);
};

/// A package whose build script, or a macro that it uses, looks at something, and what changes
/// that. `{}` in the body stands for a directory of its own outside, which `before` and `change`
/// are told.
struct Asking {
  using Action = std::function<void(StoreWorkspace&, const std::string& outside)>;
  std::string name, body;
  Action before, change;
};

/// The text of the file `f` there, with an old date.
Asking::Action writing(const std::string& text);
Asking::Action setting(const std::string& variable, const std::string& value);

/// One program above a table of packages, with as many units each.
class AskingWorkspace : public StoreWorkspace {
 public:
  /// Makes all changes at once: of each package that has one as many units are compiled then. What
  /// depends on none of them stands last.
  void check();

 protected:
  AskingWorkspace(const TestDirectory& directory, std::vector<Asking> rows, int units,
                  int compiled);
  const std::vector<Asking>& rows() const { return rows_; }
  /// Packages that they have in common.
  void add_units(int count) { common_ += count; }
  /// Once all are vendored.
  void finish();

 private:
  std::vector<Asking> rows_;
  int units_, compiled_, common_ = 0;
};

/// Each has a build script: three units.
class ScriptsWorkspace : public AskingWorkspace {
 public:
  ScriptsWorkspace(const TestDirectory& directory, std::vector<Asking> rows);
};

/// Each asks a macro of its own for its text; their macros are in one package. A file `note` with
/// the text "a" is in each.
class MacrosWorkspace : public AskingWorkspace {
 public:
  MacrosWorkspace(const TestDirectory& directory, std::vector<Asking> rows);
};

}  // namespace larder::test
