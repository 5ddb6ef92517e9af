#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::cook {

/// The name under which this program acts as rustc's workspace wrapper.
inline constexpr const char* stub_wrapper_name = "larder-stub";

/// The name under which it stands before rustc, and in the place of build scripts, in a dry run:
/// every crate is stubbed.
inline constexpr const char* dry_run_stub_name = "larder-dry-run";

/// The directory beside that program in which it notes its calls, if there is one.
inline constexpr const char* noted_calls = "calls";

/// The build directory of a dry run, beside that program.
inline constexpr const char* dry_run_build = "build";

/// What the wrapper is to do with a call of rustc.
struct StubDecision {
  /// Run rustc as if there were no wrapper.
  bool pass_on = true;
  /// The executable that cargo expects of a build script and will run; empty when none.
  std::string build_script;
  /// The library files that rustc would make: cargo's messages name only those that are there.
  std::vector<std::string> libraries;
};

/// `arguments` are those behind the wrapper's own name: rustc and its arguments. Only crates whose
/// manifest lies below `skeleton_directory` are stubbed; probes (`-vV`, `--print`) always pass.
StubDecision decide_stub(const std::vector<std::string>& arguments, const Environment& environment,
                         const std::string& skeleton_directory);

/// Why cook must let rustc compile the empty crates really, empty when the wrapper is safe.
std::string reason_against_wrapper(const std::string& subcommand, const Environment& environment,
                                   const cargo::Config& config);

/// Acts as the wrapper that `argv[0]` names; returns its exit code, or does not return when rustc
/// takes over.
int run_stub_wrapper(const std::vector<std::string>& argv, const Environment& environment);

/// Acts as the build script that `argv[0]` names: it does nothing, but in a dry run that notes
/// calls it is noted as one.
int run_stubbed_build_script(const std::vector<std::string>& argv, const Environment& environment);

/// Whether a program of this name is a stubbed build script being run.
bool is_stubbed_build_script(const std::string& program);

}  // namespace larder::cook
