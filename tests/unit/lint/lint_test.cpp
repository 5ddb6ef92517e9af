#include "larder/lint/lint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "larder/base/text.hpp"

using namespace larder;

namespace {

/// A workspace with a build script, a toolchain file, a config file and a lock file.
std::map<std::string, std::string> linted_workspace() {
  return {
      {"/c/Cargo.toml",
       "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nmore = "
       "[\"dep:log\"]\n[dependencies]\nitoa = \"1\"\nlog = { version = \"0.4\", optional = true "
       "}\nopenssl-sys = \"0.9\"\n[dev-dependencies]\nhex = \"0.4\"\n"},
      {"/c/Cargo.lock",
       "version = 3\n"
       "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n \"hex\",\n "
       "\"itoa\",\n \"log\",\n \"openssl-sys\",\n]\n"
       "[[package]]\nname = \"cc\"\nversion = \"1.0.0\"\nsource = "
       "\"registry+https://github.com/rust-lang/crates.io-index\"\n"
       "[[package]]\nname = \"hex\"\nversion = \"0.4.3\"\nsource = "
       "\"registry+https://github.com/rust-lang/crates.io-index\"\n"
       "[[package]]\nname = \"itoa\"\nversion = \"1.0.0\"\nsource = "
       "\"registry+https://github.com/rust-lang/crates.io-index\"\n"
       "[[package]]\nname = \"log\"\nversion = \"0.4.0\"\nsource = "
       "\"registry+https://github.com/rust-lang/crates.io-index\"\n"
       "[[package]]\nname = \"openssl-sys\"\nversion = \"0.9.0\"\nsource = "
       "\"registry+https://github.com/rust-lang/crates.io-index\"\ndependencies = [\n "
       "\"cc\",\n]\n"},
      {"/c/src/main.rs", ""},
      {"/c/build.rs", ""},
      {"/c/.dockerignore", "target\nrecipe.json\n"}};
}

const std::string chef_file = R"(FROM rust:1-bookworm AS chef
WORKDIR /app
FROM chef AS planner
COPY . .
RUN cargo chef prepare
FROM chef AS builder
COPY --from=planner /app/recipe.json .
RUN cargo chef cook --release
COPY . .
RUN cargo build --release
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y libssl3 ca-certificates
COPY --from=builder /app/target/release/app /app
)";

const std::string larder_file = R"(FROM rust:1-bookworm AS base
COPY --from=larder-image /cargo-larder /usr/local/bin/
WORKDIR /app
FROM base AS planner
COPY . .
RUN cargo larder prepare -- build --release
FROM base AS builder
COPY --from=planner /app/recipe.json .
RUN cargo larder cook
COPY . .
RUN cargo larder build
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y libssl3 ca-certificates
COPY --from=builder /app/target/release/app /app
)";

std::vector<lint::Finding> findings_of(const std::string& text,
                                       const std::map<std::string, std::string>& files) {
  const MemoryTree tree(files);
  return lint::lint_dockerfile("Dockerfile", text,
                               lint::surroundings_of(tree, "/c/Dockerfile", "/c"));
}

std::set<std::string> ids_of(const std::vector<lint::Finding>& findings) {
  std::set<std::string> out;
  for (const auto& finding : findings) {
    if (finding.rule != "cargo-chef") out.insert(std::string(finding.rule));
  }
  return out;
}

/// A change of one of the two files above, which have no fault.
struct Fault {
  std::string id;
  bool is_chef;
  std::string what;
  std::string with;
  /// The line of the finding; 0 for any.
  std::uint32_t line = 0;
  lint::Severity severity = lint::Severity::Error;
};

using lint::Severity;

const std::vector<Fault>& faults() {
  static const std::vector<Fault> all{
      {"profile-differs", true, "cook --release", "cook", 10},
      {"profile-differs", false, "larder build", "build", 11},
      {"target-differs", true, "cargo build --release",
       "cargo build --release --target x86_64-unknown-linux-musl", 10},
      {"features-differ", true, "cargo build --release", "cargo build --release -F more", 10,
       Severity::Warning},
      {"features-differ", true, "FROM chef AS builder", "FROM chef AS builder\nARG F", 0,
       Severity::Note},
      {"selection-differs", true, "cargo build --release", "cargo test --release", 10,
       Severity::Warning},
      {"mode-differs", true, "cook --release", "cook --release --check", 10},
      {"toolchain-differs", true, "cargo build", "cargo +nightly build", 10, Severity::Warning},
      {"toolchain-differs", true, "cargo chef cook", "cargo +1.80 chef cook", 10,
       Severity::Warning},
      {"config-differs", true, "cargo build", "cargo build --config 'build.rustflags=\"-g\"'", 10,
       Severity::Warning},
      {"environment-differs", true, "COPY . .\nRUN cargo build",
       "COPY . .\nENV RUSTFLAGS=-g\nRUN cargo build", 10},
      {"environment-differs", false, "RUN cargo larder build",
       "RUN export RUSTFLAGS=-g; cargo larder build", 11},
      {"environment-differs", false, "RUN cargo larder build",
       "RUN CARGO_PROFILE_RELEASE_LTO=fat cargo larder build", 11},
      {"environment-differs", true, "RUN cargo build", "RUN CC=clang cargo build", 10,
       Severity::Warning},
      {"environment-differs", false, "FROM base AS builder",
       "FROM base AS builder\nENV CARGO_PROFILE_RELEASE_PANIC=abort", 8},
      {"cargo-home-differs", true, "RUN cargo build", "ENV CARGO_HOME=/home\nRUN cargo build", 11},
      {"target-directory-differs", true, "RUN cargo build", "RUN CARGO_TARGET_DIR=/t cargo build",
       10},
      {"target-directory-differs", true, "COPY . .\nRUN cargo build",
       "WORKDIR /src\nCOPY . .\nRUN cargo build", 11},
      {"user-differs", false, "COPY . .\nRUN cargo larder build",
       "USER 1000\nCOPY . .\nRUN cargo larder build", 12},
      {"base-differs", true, "COPY . .\nRUN cargo build --release",
       "FROM rust:1-trixie AS real\nWORKDIR /app\nCOPY . .\nCOPY --from=builder /app/target "
       "target\nRUN cargo build --release",
       9, Severity::Warning},
      {"changing-argument", false, "FROM base AS builder", "FROM base AS builder\nARG GIT_COMMIT",
       8, Severity::Warning},
      {"sources-before-cook", true, "RUN cargo chef cook", "COPY . .\nRUN cargo chef cook", 8},
      {"sources-before-cook", false, "RUN cargo larder cook",
       "RUN --mount=target=. cargo larder cook", 9},
      {"manifests-before-cook", true, "RUN cargo chef cook",
       "COPY Cargo.toml Cargo.lock ./\nRUN cargo chef cook", 8, Severity::Note},
      {"sources-flattened", true, "COPY . .\nRUN cargo build",
       "COPY Cargo.toml Cargo.lock src ./\nRUN cargo build", 9},
      {"argument-undeclared", false, "FROM rust:1-bookworm AS base",
       "ARG FEATURES=more\nFROM rust:1-bookworm AS base", 0, Severity::Note},
      {"recipe-from-context", false, "COPY --from=planner /app/recipe.json .", "COPY recipe.json .",
       8},
      {"recipe-missing", true, "COPY --from=planner /app/recipe.json .\n", "", 7},
      {"recipe-missing", false, "/app/recipe.json .", "/recipe.json .", 8},
      {"lock-not-copied", false, "COPY . .\nRUN cargo larder prepare",
       "COPY Cargo.toml build.rs ./\nCOPY src src\nRUN cargo larder prepare", 7},
      {"planner-incomplete", true, "COPY . .\nRUN cargo chef prepare",
       "COPY Cargo.toml Cargo.lock ./\nCOPY src src\nRUN cargo chef prepare", 6, Severity::Warning},
      {"planner-incomplete", true, "COPY . .\nRUN cargo chef prepare",
       "COPY Cargo.toml Cargo.lock ./\nRUN cargo chef prepare", 5},
      {"target-mount", false, "RUN cargo larder cook",
       "RUN --mount=type=cache,target=/app/target cargo larder cook", 9},
      {"target-mount", true, "RUN cargo build", "RUN --mount=type=cache,target=target cargo build",
       10},
      {"mounts-differ", false, "RUN cargo larder cook",
       "RUN --mount=type=cache,target=/usr/local/cargo/registry cargo larder cook", 11,
       Severity::Warning},
      {"mount-unused", false, "RUN cargo larder cook",
       "RUN --mount=type=cache,target=/root/.cargo/registry cargo larder cook", 9, Severity::Note},
      {"mount-owner", false, "FROM base AS builder",
       "FROM base AS builder\nUSER 1000\nRUN --mount=type=cache,target=/x cargo fetch", 9},
      {"offline-build", false, "cargo larder build", "cargo larder build --offline", 11},
      {"flag-disagrees", false, "larder cook", "larder cook --features more", 9},
      {"flag-disagrees", false, "cargo larder build", "cargo larder build --profile dev", 11},
      {"flag-without-value", true, "cargo build --release",
       "cargo build --features $NONE --release", 10},
      {"command-refused", true, "cargo build --release", "cargo build --releas", 10},
      {"command-refused", false, "prepare -- build --release",
       "prepare -- build --release --features nonsense", 6},
      {"command-missing", false, "prepare -- build --release", "prepare", 6, Severity::Note},
      {"sccache-incremental", true, "WORKDIR /app",
       "WORKDIR /app\nENV RUSTC_WRAPPER=sccache CARGO_INCREMENTAL=1", 11, Severity::Note},
      {"older-runtime", true, "debian:bookworm-slim", "debian:bullseye-slim", 13},
      {"older-runtime", true, "debian:bookworm-slim", "alpine:3", 13},
      {"older-runtime", true, "rust:1-bookworm", "rust:1", 13, Severity::Warning},
      {"package-missing", true, "libssl3 ", "", 13, Severity::Warning},
      {"package-missing", true, "rust:1-bookworm", "rust:1-slim-bookworm", 6, Severity::Warning},
  };
  return all;
}

std::string changed(const Fault& fault) {
  auto text = fault.is_chef ? chef_file : larder_file;
  const auto at = text.find(fault.what);
  REQUIRE(at != std::string::npos);
  // The last one: builder, not planner.
  const auto last = text.rfind(fault.what);
  text.replace(last, fault.what.size(), fault.with);
  if (fault.id == "features-differ" && fault.with.find("ARG F") != std::string::npos)
    text = replaced(text, "cargo build --release", "cargo build --release --features \"$F\"");
  if (fault.id == "argument-undeclared")
    text = replaced(text, "-- build --release", "-- build --release --features \"$FEATURES\"");
  return text;
}

}  // namespace

TEST_CASE("files without a fault have no finding") {
  CHECK(ids_of(findings_of(chef_file, linted_workspace())) == std::set<std::string>{});
  CHECK(ids_of(findings_of(larder_file, linted_workspace())) == std::set<std::string>{});
}

TEST_CASE("each fault is found, at its line, and nothing else is") {
  for (const auto& fault : faults()) {
    CAPTURE(fault.id);
    CAPTURE(fault.with);
    const auto text = changed(fault);
    CAPTURE(text);
    auto findings = findings_of(text, linted_workspace());
    std::erase_if(findings,
                  [](const lint::Finding& finding) { return finding.rule == "cargo-chef"; });
    std::string all;
    for (const auto& finding : findings)
      all += std::string(finding.rule) + ":" + std::to_string(finding.at.line) + " " +
             finding.message + "\n";
    CAPTURE(all);
    const auto found =
        std::find_if(findings.begin(), findings.end(),
                     [&](const lint::Finding& finding) { return finding.rule == fault.id; });
    CHECK(found != findings.end());
    if (found == findings.end()) continue;
    CHECK(ids_of(findings) == std::set<std::string>{fault.id});
    if (fault.line != 0) {
      CHECK(found->at.line == fault.line);
      CHECK(found->severity == fault.severity);
    }
  }
}

namespace {

/// A change of what lies around a file without a fault.
struct ContextFault {
  std::string id;
  std::map<std::string, std::string> files;
  std::string removed = {};
  bool is_chef = true;
  Severity severity = Severity::Error;
};

const std::vector<ContextFault>& context_faults() {
  static const std::vector<ContextFault> all{
      {"target-in-context", {{"/c/.dockerignore", "recipe.json"}}, {}, true, Severity::Warning},
      {"target-in-context", {{"/c/.dockerignore", ""}, {"/c/target/release/app", ""}}},
      {"target-in-context",
       {{"/c/.dockerignore", "target\n!target/release\n"}},
       {},
       true,
       Severity::Warning},
      {"file-ignored", {{"/c/Dockerfile.dockerignore", "target\nCargo.lock\n"}}},
      {"file-ignored", {{"/c/.dockerignore", "*\n!src\n!Cargo.toml\n!build.rs\n"}}, {}, false},
      {"lock-missing", {}, "/c/Cargo.lock", true, Severity::Warning},
      {"lock-missing", {}, "/c/Cargo.lock", false},
      {"recipe-in-context",
       {{"/c/.dockerignore", "target"}, {"/c/recipe.json", ""}},
       {},
       true,
       Severity::Warning},
      {"toolchain-file-unseen",
       {{"/c/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n"}},
       {},
       true,
       Severity::Warning}};
  return all;
}

}  // namespace

TEST_CASE("what is wrong with the context is found") {
  for (const auto& row : context_faults()) {
    CAPTURE(row.id);
    auto files = linted_workspace();
    for (const auto& [path, text] : row.files) files[path] = text;
    files.erase(row.removed);
    auto findings = findings_of(row.is_chef ? chef_file : larder_file, files);
    std::erase_if(findings,
                  [](const lint::Finding& finding) { return finding.rule == "cargo-chef"; });
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].rule == row.id);
    CHECK(findings[0].severity == row.severity);
  }
}

TEST_CASE("a config file that prepare does not see is found") {
  auto files = linted_workspace();
  files["/c/.cargo/config.toml"] = "[build]\nrustflags = [\"-g\"]\n";
  const std::string copies =
      "COPY Cargo.toml Cargo.lock build.rs ./\nCOPY src src\nRUN cargo larder prepare";
  CHECK(ids_of(findings_of(larder_file, files)).empty());
  CHECK(ids_of(findings_of(replaced(larder_file, "COPY . .\nRUN cargo larder prepare", copies),
                           files)) == std::set<std::string>{"config-unseen"});
}

TEST_CASE("a library that is compiled along needs no package") {
  auto files = linted_workspace();
  auto& lock = files["/c/Cargo.lock"];
  lock = replaced(replaced(lock, " \"cc\",\n]", " \"cc\",\n \"openssl-src\",\n]"),
                  "[[package]]\nname = \"openssl-sys\"",
                  "[[package]]\nname = \"openssl-src\"\nversion = \"1.0.0\"\nsource = "
                  "\"registry+https://github.com/rust-lang/crates.io-index\"\n[[package]]\nname = "
                  "\"openssl-sys\"");
  const auto without_runtime = replaced(chef_file, "libssl3 ca-certificates", "tini");
  CHECK(ids_of(findings_of(without_runtime, files)).empty());
  const auto slim = replaced(without_runtime, "rust:1-bookworm", "rust:1-slim-bookworm");
  CHECK(ids_of(findings_of(slim, files)) == std::set<std::string>{"package-missing"});
  CHECK(ids_of(findings_of(replaced(slim, "WORKDIR /app\n",
                                    "RUN apt-get install make perl\nWORKDIR /app\n"),
                           files))
            .empty());
}

TEST_CASE("a library is needed to run if it was there to be linked") {
  auto files = linted_workspace();
  for (auto& [path, text] : files) text = replaced(text, "openssl-sys", "curl-sys");
  const auto slim = replaced(chef_file, "rust:1-bookworm", "rust:1-slim-bookworm");
  const auto with = [](const std::string& text, const std::string& package) {
    return replaced(text, "libssl3", package);
  };
  const std::set<std::string> missing{"package-missing"};
  CHECK(ids_of(findings_of(chef_file, files)) == missing);
  CHECK(ids_of(findings_of(with(chef_file, "libcurl4"), files)).empty());
  CHECK(ids_of(findings_of(with(chef_file, "libcurl4t64"), files)).empty());
  CHECK(ids_of(findings_of(slim, files)).empty());
  CHECK(ids_of(findings_of(replaced(slim, "WORKDIR /app\n",
                                    "RUN apt-get install -y libcurl4-openssl-dev\nWORKDIR /app\n"),
                           files)) == missing);
}

TEST_CASE("a comment above a line, or above its instruction, silences a finding of that line") {
  const auto with = [](const std::string& comment) {
    return ids_of(
        findings_of(replaced(chef_file, "RUN cargo build --release", comment + "RUN cargo build"),
                    linted_workspace()));
  };
  const std::set<std::string> found{"profile-differs"};
  CHECK(with("") == found);
  CHECK(with("# larder: allow profile-differs\n").empty());
  CHECK(with("# larder: allow target-differs, profile-differs\n# as it is slow\n").empty());
  CHECK(with("# larder: allow target-differs\n") == found);
  CHECK(with("# larder: allow profile-differs\n\n") == found);
}

TEST_CASE("commands are found in every form of RUN") {
  for (const std::string run :
       {"RUN cargo build", "RUN set -e; cd /app && cargo build", "RUN sh -c 'cargo build'",
        "RUN [\"cargo\", \"build\"]", "RUN [\"/bin/sh\", \"-c\", \"cargo build\"]",
        "RUN <<EOF\nset -e\ncargo build\nEOF", "RUN env A=b cargo build",
        "RUN if true; then cargo build; fi", "RUN (cargo build)",
        "RUN --mount=type=secret,id=x A=$(cat /x) cargo build", "RUN /usr/local/cargo/bin/cargo b",
        "RUN cargo \\\n  # a comment\n  build"}) {
    CAPTURE(run);
    CHECK(ids_of(findings_of(replaced(chef_file, "RUN cargo build --release", run),
                             linted_workspace())) == std::set<std::string>{"profile-differs"});
  }
}

TEST_CASE("cargo-larder under cargo-chef's name is cargo-larder") {
  const auto text =
      replaced(chef_file, "WORKDIR /app\n",
               "COPY --from=x /cargo-larder /usr/local/cargo/bin/cargo-chef\nWORKDIR /app\n");
  CHECK(findings_of(text, linted_workspace()).empty());
  CHECK(ids_of(findings_of(replaced(text, "cook --release", "cook"), linted_workspace())) ==
        std::set<std::string>{"profile-differs"});
}

TEST_CASE("a cache that is exported without mode=max is found in pipelines") {
  const auto lines = [](const std::string& text) {
    std::vector<std::uint32_t> out;
    for (const auto& finding : lint::lint_pipeline("ci.yml", text)) out.push_back(finding.at.line);
    return out;
  };
  using Lines = std::vector<std::uint32_t>;
  CHECK(lines("  with:\n    cache-to: type=gha\n") == Lines{2});
  CHECK(lines("  with:\n    cache-to: type=gha,mode=max\n").empty());
  CHECK(lines("    cache-to: |\n      type=registry,ref=x\n    push: true\n") == Lines{1});
  CHECK(lines("    cache-to: |\n      type=registry,ref=x,mode=max\n    push: true\n").empty());
  CHECK(lines("docker buildx build --cache-to type=local,dest=x .\n") == Lines{1});
  CHECK(lines("# cache-to: type=gha\n# larder: allow cache-mode\ncache-to: type=gha\n").empty());
}

TEST_CASE("a recipe that is made in a member's directory is found") {
  auto files = linted_workspace();
  files["/c/Cargo.toml"] += "[workspace]\nmembers = [\"tool\"]\n";
  files["/c/tool/Cargo.toml"] = "[package]\nname = \"tool\"\nversion = \"0.1.0\"\n";
  files["/c/tool/src/main.rs"] = "";
  auto& lock = files["/c/Cargo.lock"];
  lock += "[[package]]\nname = \"tool\"\nversion = \"0.1.0\"\n";
  const auto in_member = [](const std::string& text) {
    return replaced(replaced(text, "RUN cargo larder prepare",
                             "WORKDIR /app/tool\nRUN cargo larder "
                             "prepare"),
                    "FROM base AS builder\nCOPY --from=planner /app/recipe.json .",
                    "FROM base AS builder\nWORKDIR /app/tool\nCOPY --from=planner "
                    "/app/tool/recipe.json .");
  };
  CHECK(ids_of(findings_of(larder_file, files)).empty());
  const auto findings = findings_of(in_member(larder_file), files);
  const auto found =
      std::find_if(findings.begin(), findings.end(),
                   [](const lint::Finding& finding) { return finding.rule == "recipe-misplaced"; });
  REQUIRE(found != findings.end());
  CHECK(found->at.line == 7);
  CHECK(found->severity == Severity::Error);
}

TEST_CASE("every rule has a file with its fault, and one without") {
  // These have a test of their own above.
  std::set<std::string_view> tested{"cache-mode", "config-unseen", "recipe-misplaced"};
  // Not a fault: what can be switched. `chef_file` has it and `larder_file` has not.
  const auto has_chef = [](const std::string& text) {
    const auto findings = findings_of(text, linted_workspace());
    return std::any_of(findings.begin(), findings.end(),
                       [](const lint::Finding& finding) { return finding.rule == "cargo-chef"; });
  };
  CHECK(has_chef(chef_file));
  CHECK_FALSE(has_chef(larder_file));
  tested.insert("cargo-chef");
  for (const auto& fault : faults()) tested.insert(fault.id);
  for (const auto& fault : context_faults()) tested.insert(fault.id);
  for (const auto& rule : lint::rules()) {
    CAPTURE(rule.id);
    CHECK(tested.erase(rule.id) == 1);
  }
  CHECK(tested.empty());
}

TEST_CASE("rules are sorted and have one name each") {
  const auto& rules = lint::rules();
  CHECK(std::is_sorted(rules.begin(), rules.end(),
                       [](const lint::Rule& a, const lint::Rule& b) { return a.id < b.id; }));
}
