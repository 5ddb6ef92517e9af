#include "dockerfile_faults.hpp"

#include <algorithm>

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// The file with a fault; nothing where it has no place for it.
using Text = std::optional<std::string>;

Text exchanged(const std::string& text, const std::string& what, const std::string& with) {
  const auto at = text.rfind(what);
  if (at == std::string::npos) return std::nullopt;
  return std::string(text).replace(at, what.size(), with);
}

/// Where the last RUN with this command begins.
std::size_t run_of(const std::string& text, const std::string& command) {
  const auto at = text.rfind(command);
  return at == std::string::npos ? at : text.rfind("\nRUN ", at);
}

Text before_run(const std::string& text, const std::string& command, const std::string& line) {
  const auto at = run_of(text, command);
  if (at == std::string::npos) return std::nullopt;
  return std::string(text).insert(at, "\n" + line);
}

Text mounted(const std::string& text, const std::string& command, const std::string& mount) {
  const auto at = run_of(text, command);
  if (at == std::string::npos) return std::nullopt;
  return std::string(text).insert(at + 5, "--mount=" + mount + " ");
}

const std::string cook_command = "cargo larder cook";
const std::string build_command = "cargo larder build";

Text without_recipe(const std::string& text) {
  const auto at = text.rfind("recipe.json .\n");
  if (at == std::string::npos) return std::nullopt;
  const auto start = text.rfind('\n', at) + 1;
  return std::string(text).erase(start, at + 14 - start);
}

Text without_command(const std::string& text) {
  const auto at = text.rfind("cargo larder prepare -- ");
  if (at == std::string::npos) return std::nullopt;
  const auto end = text.find("\n\n", at);
  return std::string(text).replace(at, end - at, "cargo larder prepare");
}

}  // namespace

const std::vector<DockerfileFault>& dockerfile_faults() {
  static const std::vector<DockerfileFault> all{
      {"sources above cook", "sources-before-cook",
       [](const std::string& t) { return before_run(t, cook_command, "COPY . ."); }},
      {"one directory of sources above cook", "sources-before-cook",
       [](const std::string& t) { return before_run(t, cook_command, "COPY src src"); }},
      {"manifests above cook", "manifests-before-cook",
       [](const std::string& t) {
         return t.find("prepare") == t.rfind("`prepare`") + 1
                    ? Text()
                    : before_run(t, cook_command, "COPY Cargo.toml Cargo.lock ./");
       }},
      {"a revision above cook", "changing-argument",
       [](const std::string& t) { return before_run(t, cook_command, "ARG GIT_COMMIT"); }},
      {"a date above cook", "changing-argument",
       [](const std::string& t) { return before_run(t, cook_command, "ARG BUILD_DATE=x"); }},
      {"RUSTFLAGS for the build", "environment-differs",
       [](const std::string& t) { return before_run(t, build_command, "ENV RUSTFLAGS=-g"); }},
      {"RUSTFLAGS in the build's RUN", "environment-differs",
       [](const std::string& t) {
         return exchanged(t, build_command, "RUSTFLAGS=-g " + build_command);
       }},
      {"a profile's variable for the build", "environment-differs",
       [](const std::string& t) {
         return before_run(t, build_command, "ENV CARGO_PROFILE_RELEASE_LTO=fat");
       }},
      {"a profile's variable for cook and not for prepare", "environment-differs",
       [](const std::string& t) {
         return t.find("larder\", \"prepare") == std::string::npos &&
                        t.find("prepare --") == std::string::npos
                    ? Text()
                    : before_run(t, cook_command, "ENV CARGO_PROFILE_RELEASE_PANIC=abort");
       }},
      {"another CARGO_HOME", "cargo-home-differs",
       [](const std::string& t) { return before_run(t, build_command, "ENV CARGO_HOME=/other"); }},
      {"another user", "user-differs",
       [](const std::string& t) { return before_run(t, build_command, "USER 1234"); }},
      {"another target directory", "target-directory-differs",
       [](const std::string& t) {
         return before_run(t, build_command, "ENV CARGO_TARGET_DIR=/elsewhere");
       }},
      {"another WORKDIR", "target-directory-differs",
       [](const std::string& t) { return before_run(t, build_command, "WORKDIR /elsewhere"); }},
      {"the target directory on a mount at cook", "target-mount",
       [](const std::string& t) { return mounted(t, cook_command, "type=cache,target=target"); }},
      {"the target directory on a mount at the build", "target-mount",
       [](const std::string& t) { return mounted(t, build_command, "type=cache,target=target"); }},
      {"the registry on another mount", "mounts-differ",
       [](const std::string& t) {
         return exchanged(t, "target=/usr/local/cargo/registry",
                          "id=x,target=/usr/local/cargo/registry");
       }},
      {"features for cook", "flag-disagrees",
       [](const std::string& t) {
         return exchanged(t, cook_command, cook_command + " --features extra");
       }},
      {"features for the build", "flag-disagrees",
       [](const std::string& t) {
         return exchanged(t, build_command, build_command + " --features extra");
       }},
      {"no recipe", "recipe-missing", without_recipe},
      {"the recipe of the context", "recipe-from-context",
       [](const std::string& t) {
         const auto copied = t.find("--from=planner");
         return copied == std::string::npos ||
                        t.find("recipe.json", copied) > t.find('\n', copied) ||
                        t.find("planner /cargo-larder") != std::string::npos ||
                        t.find("--chown=1000:1000 /app") != std::string::npos
                    ? Text()
                    : before_run(t, cook_command, "COPY recipe.json .");
       }},
      {"a plain cargo build of another profile", "profile-differs",
       [](const std::string& t) { return exchanged(t, build_command, "cargo build"); }},
      {"a plain cargo check", "mode-differs",
       [](const std::string& t) { return exchanged(t, build_command, "cargo check --release"); }},
      {"no network for the build", "offline-build",
       [](const std::string& t) {
         return t.find("cargo/registry") != std::string::npos ||
                        t.find("COPY recipe.json") != std::string::npos
                    ? Text()
                    : exchanged(t, build_command, build_command + " --offline");
       }},
      {"another toolchain", "toolchain-differs",
       [](const std::string& t) {
         return exchanged(t, build_command, "cargo +nightly larder build");
       }},
      {"no command", "command-missing", without_command},
      {"no lock file", "lock-not-copied",
       [](const std::string& t) {
         const auto at = t.find("\nCOPY . .\nRUN cargo larder prepare");
         return at == std::string::npos
                    ? Text()
                    : std::string(t).replace(at, 9, "\nCOPY Cargo.toml ./\nCOPY src src");
       }},
      {"an older runtime", "older-runtime",
       [](const std::string& t) {
         return exchanged(t, "debian:stable-slim", "debian:bullseye-slim");
       }},
      {"a runtime without glibc", "older-runtime",
       [](const std::string& t) { return exchanged(t, "debian:stable-slim", "alpine:3"); }},
      {"an ARG that no stage declares", "argument-undeclared",
       [](const std::string& t) {
         return t.find("ARG PROFILE=") == std::string::npos
                    ? Text()
                    : exchanged(t, "ARG FEATURES=\nARG PROFILE\n", "ARG FEATURES=\n");
       }},
  };
  return all;
}

std::vector<fs::path> example_dockerfiles() {
  std::vector<fs::path> out;
  for (const auto& entry :
       fs::directory_iterator(fs::path(LARDER_FIXTURES).parent_path() / "examples/docker")) {
    const auto name = entry.path().filename().string();
    if (name == "Dockerfile" || name.ends_with(".Dockerfile")) out.push_back(entry.path());
  }
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace larder::test
