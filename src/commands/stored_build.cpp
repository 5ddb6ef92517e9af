#include "stored_build.hpp"

#include "larder/base/files.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cook/cook.hpp"
#include "recorded.hpp"

namespace larder::commands {

namespace {

/// The artifacts of the dry run must not be copied anywhere.
std::string reason_against_dry_run(const cargo::CommandLine& line, const cargo::Config& config,
                                   const Environment& environment, const std::string& lock_file) {
  if (!DiskTree().is_file(lock_file)) return "there is no Cargo.lock yet";
  for (const auto* name : {"CARGO_BUILD_ARTIFACT_DIR", "CARGO_BUILD_OUT_DIR"}) {
    if (environment.get(name)) return std::string(name) + " is set";
  }
  for (const auto* key : {"artifact-dir", "out-dir"}) {
    if (config.find({"build", key})) return std::string("a config file sets build.") + key;
  }
  for (const auto& flag : line.own) {
    if (flag.name == "--fix") return "`--fix` changes the sources";
  }
  return "";
}

/// Programs in the place of rustc are only known to cook if cargo itself puts them there.
std::string reason_against_local(const cargo::CommandLine& line, const cargo::Config& config,
                                 const Environment& environment) {
  if (line.subcommand == "clippy") return "";
  for (const auto* name : {"RUSTC_WORKSPACE_WRAPPER", "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"}) {
    if (environment.get(name)) return std::string(name) + " is set";
  }
  if (config.find({"build", "rustc-workspace-wrapper"}))
    return "a config file sets build.rustc-workspace-wrapper";
  return "";
}

}  // namespace

ExitStatus run_with_store(const Context& context, const StoredBuild& build,
                          const std::function<ExitStatus(const Environment&)>& run) {
  const auto& environment = build.cargo.environment;
  const auto stated = cargo::Config::of_arguments(DiskTree(), build.directory, build.line.config);
  const auto machine = cook::machine_config(build.directory, environment);
  const auto lock_file =
      cargo::lockfile_place(build.workspace_root, build.directory, environment, machine, stated);
  const auto config = machine.below(stated);
  const auto reason = reason_against_dry_run(build.line, config, environment, lock_file);
  if (!reason.empty()) {
    context.shell.note("the store is not used: " + reason);
    return run(environment);
  }
  auto local = build.local;
  const auto against_local = reason_against_local(build.line, config, environment);
  if (local == cook::LocalUnits::Include && !against_local.empty()) {
    context.shell.note("local units are not stored: " + against_local);
    local = cook::LocalUnits::LeaveOut;
  }
  auto line = build.line;
  if (line.subcommand == "build") cargo::clear_flags(line, {cargo::FlagRole::Own});
  const auto directories =
      directories_of(context, build.directory, build.workspace_root, build.line);
  const auto lock = cargo::read_lockfile(DiskTree(), lock_file);
  cook::StoreSession session(build.store, context.shell);
  session.restore({build.cargo,
                   driver::cargo_version(build.cargo, build.directory),
                   std::move(line),
                   {},
                   build.directory,
                   build.workspace_root,
                   directories,
                   config,
                   lock,
                   local});
  const auto observed = session.observed(environment);
  auto status = run(observed);
  while (session.take_back_changed() && succeeded(status)) status = run(observed);
  if (succeeded(status)) session.save();
  session.close();
  return status;
}

}  // namespace larder::commands
