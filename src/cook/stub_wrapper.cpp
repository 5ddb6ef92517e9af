#include "larder/cook/stub_wrapper.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "stub/answer.h"

namespace larder::cook {

namespace {

/// What a call of rustc asks for.
struct Compilation {
  std::string crate, crate_type, out_dir, extra_filename, emit;

  bool is_real() const {
    return !emit.empty() && !out_dir.empty() && !crate.empty() && crate != "___";
  }
};

Compilation read_arguments(const std::vector<std::string>& arguments) {
  constexpr std::string_view extra_option = "extra-filename=";
  constexpr std::string_view emit_option = "--emit=";
  Compilation out;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto& argument = arguments[i];
    if (argument.starts_with(emit_option)) out.emit = argument.substr(emit_option.size());
    if (i + 1 == arguments.size()) continue;
    const auto& value = arguments[i + 1];
    if (argument == "--crate-name") out.crate = value;
    if (argument == "--crate-type") out.crate_type = value;
    if (argument == "--out-dir") out.out_dir = value;
    if (argument == "-C" && value.starts_with(extra_option))
      out.extra_filename = value.substr(extra_option.size());
  }
  return out;
}

std::vector<std::string> libraries_of(const Compilation& compilation) {
  const auto& type = compilation.crate_type;
  if (type.empty() || type == "bin") return {};
  const auto stem =
      path::join(compilation.out_dir, "lib" + compilation.crate + compilation.extra_filename);
  std::vector<std::string> out;
  if (compilation.emit.find("metadata") != std::string::npos) out.push_back(stem + ".rmeta");
  if (compilation.emit.find("link") != std::string::npos)
    out.push_back(stem + (type == "lib" || type == "rlib" ? ".rlib" : ".so"));
  return out;
}

/// Where calls are recorded, nobody reads cargo's messages. Keeps existing files: they may be links
/// to real artifacts.
void leave_libraries(const StubDecision& decision) {
  for (const auto& library : decision.libraries) write_new_file(library, "");
}

}  // namespace

StubDecision decide_stub(const std::vector<std::string>& arguments, const Environment& environment,
                         const std::string& skeleton_directory) {
  const auto compilation = read_arguments(arguments);
  const auto manifest = environment.get("CARGO_MANIFEST_DIR").value_or("");
  if (!compilation.is_real() || !path::is_within(manifest, skeleton_directory)) return {};
  StubDecision decision{false, "", libraries_of(compilation)};
  if (compilation.crate.starts_with("build_script_"))
    decision.build_script =
        path::join(compilation.out_dir, compilation.crate + compilation.extra_filename);
  return decision;
}

std::string reason_against_wrapper(const std::string& subcommand, const Environment& environment,
                                   const cargo::Config& config) {
  if (subcommand != "build" && subcommand != "check" && subcommand != "test" &&
      subcommand != "bench") {
    return fmt::format("`cargo {}` sets its own wrapper", subcommand);
  }
  for (const auto* name : {"RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
                           "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"}) {
    if (environment.get(name)) return fmt::format("{} is set", name);
  }
  for (const auto* key : {"rustc-wrapper", "rustc-workspace-wrapper"}) {
    if (config.find({"build", key})) return fmt::format("a config file sets build.{}", key);
  }
  return "";
}

bool answer_recorded_call(char** argv, char** envp) {
  const int problem = larder_answer(argv, envp);
  if (problem > 0) {
    throw Error("file-write", fmt::format("cannot record a call of {} in a dry run: {}", argv[0],
                                          std::strerror(problem)))
        .hint("free space in the directory for temporary files, or set TMPDIR to another one");
  }
  return problem == larder_answered;
}

int run_stub_wrapper(const std::vector<std::string>& argv, const Environment& environment) {
  const std::vector<std::string> arguments(argv.begin() + 1, argv.end());
  if (arguments.empty()) return 2;
  const bool dry_run = path::file_name(argv[0]) == dry_run_stub_name;
  // Called as the interpreter of a stubbed build script.
  if (dry_run && is_stubbed_build_script(arguments[0])) return 0;
  const auto decision = decide_stub(arguments, environment, dry_run ? "/" : path::parent(argv[0]));
  if (decision.pass_on) {
    std::vector<char*> words;
    auto copy = arguments;
    for (auto& word : copy) words.push_back(word.data());
    words.push_back(nullptr);
    ::execvp(words[0], words.data());
    std::fprintf(stderr, "error: cannot start %s: %s\n", words[0], std::strerror(errno));
    return 127;
  }
  if (dry_run) leave_libraries(decision);
  if (decision.build_script.empty()) return 0;
  // Cargo runs it; the program recognises its role by the name.
  ::unlink(decision.build_script.c_str());
  if (::symlink(own_executable().c_str(), decision.build_script.c_str()) != 0) {
    std::fprintf(stderr, "error: cannot create %s: %s\n", decision.build_script.c_str(),
                 std::strerror(errno));
    return 1;
  }
  return 0;
}

bool is_stubbed_build_script(const std::string& program) {
  // The prefix is followed by the name of the source file, which `package.build` may choose.
  const auto name = path::file_name(program);
  return name.starts_with("build-script-") || name.starts_with("build_script_");
}

}  // namespace larder::cook
