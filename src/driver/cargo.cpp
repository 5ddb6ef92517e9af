#include "larder/driver/cargo.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstring>
#include <optional>
#include <utility>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/config/config.hpp"

namespace larder::driver {

namespace {

/// Removes the toolchain's library directories, which rustup put in front.
void drop_toolchain_libraries(Environment& environment, const std::string& cargo_path) {
  const auto variable = environment.get("LD_LIBRARY_PATH");
  if (!variable || !cargo_path.starts_with('/')) return;
  const auto libraries = path::join(path::parent(path::parent(cargo_path)), "lib");
  std::string kept;
  std::size_t start = 0;
  while (start <= variable->size()) {
    const auto end = std::min(variable->find(':', start), variable->size());
    const auto entry = variable->substr(start, end - start);
    if (!entry.empty() && path::normalize(entry) != libraries)
      kept += (kept.empty() ? "" : ":") + entry;
    start = end + 1;
  }
  if (kept.empty()) {
    environment.unset("LD_LIBRARY_PATH");
  } else {
    environment.set("LD_LIBRARY_PATH", kept);
  }
}

/// Removes rustup's own choice from the environment, so that its proxy chooses again.
void forget_choice(Environment& environment) {
  drop_toolchain_libraries(environment, environment.get("CARGO").value_or(""));
  for (const auto* name : {"RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO"})
    environment.unset(name);
}

/// The toolchain that rustup would choose in `directory` without the variable; empty when there is
/// no rustup.
std::string active_toolchain(Environment environment, const std::string& directory) {
  environment.unset("RUSTUP_TOOLCHAIN");
  const auto shown =
      capture_process({{"rustup", "show", "active-toolchain"}, directory, environment});
  if (!succeeded(shown.status)) return "";
  return shown.output.substr(0, shown.output.find_first_of(" \n"));
}

/// Whether this version of rustup's proxy records where its choice came from. It does from 1.29 on.
bool proxy_names_source(const Environment& environment, const std::string& directory) {
  const auto shown = capture_process({{"rustup", "--version"}, directory, environment});
  int major = 0;
  int minor = 0;
  const bool known = succeeded(shown.status) &&
                     std::sscanf(shown.output.c_str(), "rustup %d.%d", &major, &minor) == 2;
  return known && std::pair(major, minor) >= std::pair(1, 29);
}

/// Whether `RUSTUP_TOOLCHAIN` is the user's choice, and not one that rustup's proxy left there.
bool is_asked_for(const Environment& environment, const std::string& directory,
                  const std::string& chosen) {
  const auto source = environment.get("RUSTUP_TOOLCHAIN_SOURCE").value_or("");
  if (!source.empty()) return source == "cli" || source == "env";
  // Below a proxy's cargo, `CARGO` would be set.
  if (!environment.get("CARGO")) return true;
  // This proxy would have named its source, so `rustup run` set the variable.
  if (proxy_names_source(environment, directory)) return true;
  // An older proxy sets the name alone. If rustup would choose the same without it, the user did
  // not ask for it.
  return active_toolchain(environment, directory) != chosen;
}

Error missing(const std::string& program, int error_number) {
  return Error("cargo-missing",
               fmt::format("cannot start `{}`: {}", program, std::strerror(error_number)))
      .hint("install Rust (https://rustup.rs), or put cargo on PATH");
}

/// The toolchain file that rustup follows in `directory`; nothing when it cannot be read here.
std::optional<cargo::ToolchainFile> toolchain_file(const std::string& directory) {
  try {
    return cargo::find_toolchain_file(DiskTree(), directory, "/");
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// The output of cargo or rustup, headed by what requested the toolchain.
Error failed(const Cargo& cargo, const std::string& directory, std::string said) {
  while (said.ends_with('\n')) said.pop_back();
  const auto asked = [&](const std::string& toolchain, const std::string& by) {
    return Error(
               "cargo-failed",
               fmt::format(
                   "the toolchain `{}`, selected by {}, cannot be used: `{} --version` failed\n{}",
                   toolchain, by, cargo.argv[0], said))
        .hint(fmt::format("install it first (`rustup toolchain install {}`), or select another one",
                          toolchain));
  };
  if (cargo.argv.size() > 1) return asked(cargo.argv[1].substr(1), "the cargo command");
  if (const auto chosen = cargo.environment.get("RUSTUP_TOOLCHAIN"))
    return asked(*chosen, "RUSTUP_TOOLCHAIN");
  const auto file = toolchain_file(directory);
  if (file && !file->channel.empty()) return asked(file->channel, "this file").in_file(file->path);
  return Error("cargo-failed", fmt::format("`{} --version` failed\n{}", cargo.argv[0], said))
      .hint("fix what cargo reports; `cargo --version` must work in " + directory);
}

}  // namespace

ProcessSpec Cargo::command(const std::vector<std::string>& arguments,
                           const std::string& directory) const {
  auto words = argv;
  words.insert(words.end(), arguments.begin(), arguments.end());
  return {std::move(words), directory, environment};
}

Cargo find_cargo(const Environment& given, const std::string& directory,
                 const std::string& toolchain) {
  Cargo cargo{{}, given};
  auto& environment = cargo.environment;
  // Build scripts must not see it.
  environment.unset("LARDER_STORE_KEY");
  if (!toolchain.empty()) {
    forget_choice(environment);
    cargo.argv = {"cargo", "+" + toolchain};
    return cargo;
  }
  const auto chosen = environment.get("RUSTUP_TOOLCHAIN");
  if (chosen && !is_asked_for(environment, directory, *chosen)) forget_choice(environment);
  cargo.argv = {environment.get("CARGO").value_or("cargo")};
  return cargo;
}

std::string cargo_version(const Cargo& cargo, const std::string& directory) {
  const auto shown = capture_process(cargo.command({"--version"}, directory));
  check_started(shown.status, cargo);
  if (!succeeded(shown.status)) throw failed(cargo, directory, shown.errors);
  return shown.output.substr(0, shown.output.find('\n'));
}

ExitStatus check_started(const ExitStatus& status, const Cargo& cargo) {
  if (const auto* failed = std::get_if<NotStarted>(&status))
    throw missing(cargo.argv[0], failed->error_number);
  return status;
}

}  // namespace larder::driver
