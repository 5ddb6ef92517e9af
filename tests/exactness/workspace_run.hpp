#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cases.hpp"
#include "toolchain.hpp"
#include "units.hpp"

namespace larder::test {

struct RunOptions {
  Toolchain toolchain;
  /// Holds `cargo-home`, and a directory for each repository.
  std::string directory;
  /// With `-Zbuild-dir-new-layout`: a nightly toolchain is needed.
  bool new_layout = false;
  /// A cargo-chef that makes the recipes, which are then cooked with the command; empty for our
  /// own.
  std::string cargo_chef;
};

enum class Outcome {
  Exact,
  /// Units are missing, extra or different.
  Differs,
  /// `prepare` gave an error.
  Refused,
  CookFailed,
  /// Cargo itself cannot run the command.
  NotRun,
};

struct CaseResult {
  std::string repository;
  /// As seen from the repository.
  std::string workspace;
  Case what;
  Outcome outcome = Outcome::NotRun;
  std::size_t real = 0;
  std::size_t cooked = 0;
  UnitDifference difference;
  /// Why the skeleton is not merged; empty where the skeleton is a merged one.
  std::string unmerged;
  /// What cargo or cargo-larder said where it went wrong.
  std::string words;
  /// Of prepare and cook.
  double seconds = 0;
};

/// A workspace of a repository that lies in `source`; `run` is where it is when it is used, so that
/// the real build and cook have the same paths.
struct WorkspacePlace {
  std::string repository;
  std::string workspace;
  std::string source;
  std::string run;
  std::string target;
};

/// Runs the commands for real and through prepare and cook, with everything stubbed.
/// `on_result` is called for each case. Returns why the workspace cannot be used at all, empty when
/// it was.
std::string run_workspace(const WorkspacePlace& place, const std::vector<std::string>& commands,
                          const RunOptions& options,
                          const std::function<void(const CaseResult&)>& on_result);

}  // namespace larder::test
