#pragma once

#include <functional>
#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/report/history.hpp"

namespace larder::test {

/// What a commit is known to do to the recipe of `build --release`.
struct Expected {
  report::Verdict verdict = report::Verdict::Same;
  bool touches_manifests = false;
  struct Change {
    report::ChangeKind kind;
    std::string subject;
    /// The file and what its line begins with (leading blanks aside) of the first cause; without a
    /// file, no cause is expected.
    std::string file;
    std::string line;
    bool gone = false;
  };
  /// All of them, in the order in which they are told.
  std::vector<Change> changes = {};
  std::string error_id = {};
};

struct ScriptedCommit {
  std::string subject;
  std::function<void(MemoryTree&)> edit;
  Expected expected;
  /// Made on a branch of its own and merged: what is expected is expected of the merge.
  bool is_merge = false;
};

/// A life of the sample workspace, which lies at "/".
std::vector<ScriptedCommit> scripted_commits();

}  // namespace larder::test
