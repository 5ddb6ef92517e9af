#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cook/stub_names.h"

namespace larder::cook {

/// The program name under which we act as rustc's workspace wrapper.
inline constexpr const char* stub_wrapper_name = "larder-stub";

/// The program name under which we replace rustc and build scripts in a dry run, where every crate
/// is stubbed.
inline constexpr const char* dry_run_stub_name = larder_dry_run_stub_name;

/// The file in which calls are recorded, if it exists. It is beside a link of that name, which
/// marks the dry run; the stub that cargo starts may be a link elsewhere.
inline constexpr const char* noted_calls = larder_noted_calls;

/// The build directory of a dry run, beside the same link. The stub finds both from `--out-dir` or
/// `OUT_DIR`.
inline constexpr const char* dry_run_build = larder_dry_run_build;

/// What the wrapper should do with a call of rustc.
struct StubDecision {
  /// Run rustc as if there were no wrapper.
  bool pass_on = true;
  /// The executable that cargo expects of a build script and will run; empty for none.
  std::string build_script;
  /// The library files that rustc would create. Cargo's messages name only files that exist.
  std::vector<std::string> libraries;
};

/// `arguments` are those after the wrapper's own name: rustc and its arguments. Only crates whose
/// manifest lies below `skeleton_directory` are stubbed. Probes (`-vV`, `--print`) always pass.
StubDecision decide_stub(const std::vector<std::string>& arguments, const Environment& environment,
                         const std::string& skeleton_directory);

/// Why rustc must really compile the empty crates; empty when the wrapper is safe.
std::string reason_against_wrapper(const std::string& subcommand, const Environment& environment,
                                   const cargo::Config& config);

/// Acts as the stub that `argv[0]` names, if this is a call of rustc or of a build script in a dry
/// run that records calls. Returns whether it is one. `argv` and `envp` are those of main. Throws
/// `file-write`. In the static program, such a call usually does not get as far as main.
bool answer_recorded_call(char** argv, char** envp);

/// Acts as the wrapper that `argv[0]` names. Returns its exit code; does not return when rustc
/// takes over.
int run_stub_wrapper(const std::vector<std::string>& argv, const Environment& environment);

/// Whether `program` is the name of a stubbed build script. It does nothing, except where calls are
/// recorded.
bool is_stubbed_build_script(const std::string& program);

}  // namespace larder::cook
