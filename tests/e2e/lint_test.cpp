#include <doctest/doctest.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "support/artifacts.hpp"
#include "support/dockerfile_faults.hpp"
#include "support/till_workspace.hpp"

// What lint says of a Dockerfile, and what the same commands cost with a real cargo.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A Dockerfile's cook and build. The fault is in how the build differs.
struct Drift {
  std::string rule;
  std::string cook;
  /// `NAME=value` or empty.
  std::string variable;
  std::string build;
  /// The commands that have the fault no more.
  std::string fixed_build;
};

const std::vector<Drift>& drifts() {
  static const std::vector<Drift> all{
      {"profile-differs", "--release", "", "build", "build --release"},
      {"profile-differs", "--profile dist", "", "build --release", "build --profile dist"},
      {"profile-differs", "", "", "build --profile bench", "build"},
      {"target-differs", "", "", "build --target {host}", "build"},
      {"mode-differs", "--check", "", "build", "check"},
      {"mode-differs", "", "", "check", "build"},
      {"features-differ", "", "", "build --features till/memory", "build"},
      {"features-differ", "-p till", "", "build -p till --all-features", "build -p till"},
      {"selection-differs", "-p till-core", "", "build --workspace", "build -p till-core"},
      {"config-differs", "", "", "build --config build.rustflags=\"-g\"", "build"},
      {"environment-differs", "", "RUSTFLAGS=-Cdebuginfo=1", "build", "build"},
      {"environment-differs", "--release", "CARGO_PROFILE_RELEASE_DEBUG=1", "build --release",
       "build --release"},
      {"environment-differs", "--release", "CARGO_PROFILE_RELEASE_LTO=thin", "build --release",
       "build --release"},
      {"target-differs", "", "CARGO_BUILD_TARGET={host}", "build", "build"},
      {"target-directory-differs", "", "CARGO_TARGET_DIR=other", "build", "build"},
      {"target-directory-differs", "", "", "build --target-dir other", "build"},
      {"toolchain-differs", "", "", "+nightly build", "build"},
  };
  return all;
}

std::string with_host(std::string text) {
  const auto at = text.find("{host}");
  return at == std::string::npos ? text : text.replace(at, 6, host_triple());
}

std::string dockerfile_of(const Drift& drift, const std::string& variable,
                          const std::string& build) {
  return fmt::format(
      "FROM rust:1 AS chef\nWORKDIR /app\nFROM chef AS planner\nCOPY . .\nRUN cargo chef "
      "prepare\nFROM "
      "chef AS builder\nCOPY --from=planner /app/recipe.json .\nRUN cargo chef cook {}\nCOPY . "
      ".\nRUN "
      "{} cargo {}\n",
      drift.cook, variable, build);
}

std::set<std::string> ids_in(const std::string& json_text) {
  std::set<std::string> out;
  for (const auto& finding : nlohmann::json::parse(json_text)) out.insert(finding["id"]);
  out.erase("cargo-chef");
  return out;
}

std::set<std::string> linted(const TillWorkspace& till, const std::string& text) {
  write_file(till.plan() + "/Dockerfile", text);
  write_file(till.plan() + "/.dockerignore", "target\nrecipe.json\n");
  return ids_in(larder({"lint", "--message-format", "json"}, till.plan()).output);
}

/// The external units that the build compiles after cook.
std::size_t cold_units(const TillWorkspace& till, const Drift& drift, const std::string& variable,
                       const std::string& build) {
  empty_directory(till.app(), {});
  must(chef({"prepare", "--recipe-path", till.app() + "/recipe.json"}, till.plan()));
  must(chef(Words{"cook"} + split(drift.cook), till.app()));
  till.bring_sources();
  auto environment = test_environment();
  if (const auto equals = variable.find('='); equals != std::string::npos)
    environment.set(variable.substr(0, equals), variable.substr(equals + 1));
  const auto run =
      must(cargo(split(build) + Words{"--message-format", "json"}, till.app(), environment));
  return parse_messages(run.output).compiled_external().size();
}

/// An ordinary run takes the first one of each rule.
std::vector<Drift> chosen_drifts() {
  std::vector<Drift> out;
  std::set<std::string> seen;
  const bool all = std::getenv("LARDER_ALL_DRIFTS") != nullptr;
  for (const auto& drift : drifts()) {
    if (seen.insert(drift.rule).second || all) out.push_back(drift);
  }
  return out;
}

bool can_run(const Drift& drift) {
  if (drift.build.find("nightly") == std::string::npos) return true;
  return cargo({"+nightly", "--version"}, ".").code() == 0;
}

}  // namespace

TEST_SUITE("lint") {
  TEST_CASE("what lint finds is compiled again, and is not once it is corrected") {
    const TestDirectory directory("lint-drifts");
    const TillWorkspace till(directory);
    for (const auto& drift : chosen_drifts()) {
      if (!can_run(drift)) continue;
      const auto variable = with_host(drift.variable);
      const auto build = with_host(drift.build);
      CAPTURE(drift.rule);
      CAPTURE(variable);
      CAPTURE(build);
      CHECK(linted(till, dockerfile_of(drift, variable, build)) ==
            std::set<std::string>{drift.rule});
      CHECK(cold_units(till, drift, variable, build) > 0);
      CHECK(linted(till, dockerfile_of(drift, "", drift.fixed_build)).empty());
      CHECK(cold_units(till, drift, "", drift.fixed_build) == 0);
    }
  }

  TEST_CASE("what lint does not report costs nothing") {
    const TestDirectory directory("lint-alike");
    const TillWorkspace till(directory);
    const Drift cook{"", "--release", "", "", ""};
    for (const std::string build : {"build --release -v", "build --profile release --bin till",
                                    "build --release --workspace", "build --release -p till"}) {
      CAPTURE(build);
      CHECK(linted(till, dockerfile_of(cook, "", build)).empty());
      CHECK(cold_units(till, cook, "", build) == 0);
    }
    for (const std::string variable : {"CARGO_INCREMENTAL=0", "CARGO_PROFILE_RELEASE_DEBUG=0",
                                       "CARGO_PROFILE_DEV_DEBUG=1", "CC=clang"}) {
      CAPTURE(variable);
      CHECK(linted(till, dockerfile_of(cook, variable, "build --release")).empty());
      CHECK(cold_units(till, cook, variable, "build --release") == 0);
    }
  }

  TEST_CASE("lint ends with 1 for an error alone, and says where") {
    const TestDirectory directory("lint-codes");
    const TillWorkspace till(directory);
    const Drift cook{"", "--release", "", "", ""};
    CHECK(larder({"lint"}, till.plan()).error_id() == "dockerfile-missing");
    (void)linted(till, dockerfile_of(cook, "", "test --release"));
    CHECK(larder({"lint"}, till.plan()).code() == 0);
    (void)linted(till, dockerfile_of(cook, "", "build"));
    const auto run = larder({"lint"}, till.plan());
    CHECK(run.code() == 1);
    CHECK(run.output.find("Dockerfile:10:6 error[profile-differs]: ") != std::string::npos);
    CHECK(larder({"lint", "nosuch"}, till.plan()).error_id() == "dockerfile-missing");
    write_file(till.plan() + "/Dockerfile", "FROM a\nFROBNICATE\n");
    const auto broken = larder({"lint"}, till.plan());
    CHECK(broken.error_id() == "dockerfile-parse");
    CHECK(broken.says("Dockerfile:2:1"));
  }

  TEST_CASE("the Dockerfiles and pipelines of the examples have no finding") {
    const auto examples = fs::path(LARDER_FIXTURES).parent_path() / "examples";
    Words words{"lint", "--context", (examples / "docker/sample").string()};
    for (const auto& file : example_dockerfiles()) words.push_back(file.string());
    for (const auto* name : {"github.yml", "gitlab.yml", "plain.sh"})
      words.push_back((examples / "ci" / name).string());
    const auto run = larder(words, ".");
    CHECK(words.size() > 15);
    CHECK(run.code() == 0);
    CHECK(run.output == "");
  }
}

TEST_SUITE("init") {
  TEST_CASE("init writes files that lint accepts, and leaves those that exist") {
    const TestDirectory directory("init");
    const TillWorkspace till(directory);
    const auto dockerfile = till.plan() + "/Dockerfile";
    const auto printed = must(larder({"init", "--print"}, till.plan()));
    CHECK(printed.output.find("==> Dockerfile <==\n") == 0);
    CHECK_FALSE(fs::exists(dockerfile));
    const auto first = must(larder({"init"}, till.plan() + "/till"));
    CHECK(first.says("Created Dockerfile"));
    CHECK(printed.output.find(read_file(dockerfile)) != std::string::npos);
    CHECK(larder({"lint"}, till.plan()).output == "");
    CHECK(must(larder({"init"}, till.plan())).says("Unchanged Dockerfile"));

    write_file(dockerfile, "FROM scratch\n");
    const auto refused = larder({"init"}, till.plan());
    CHECK(refused.code() == 1);
    CHECK(refused.error_id() == "init-exists");
    CHECK(refused.output.find("-FROM scratch\n") != std::string::npos);
    CHECK(read_file(dockerfile) == "FROM scratch\n");
    CHECK(must(larder({"init", "--force", "Dockerfile"}, till.plan())).says("Replaced Dockerfile"));
    CHECK(larder({"init", "--force", "Makefile"}, till.plan()).error_id() == "init-exists");
  }

  TEST_CASE(
      "the command that init writes is one that prepare takes, and cook leaves nothing to "
      "compile") {
    const TestDirectory directory("init-command");
    const TillWorkspace till(directory);
    const auto text = must(larder({"init", "--print"}, till.plan())).output;
    const std::string start = "RUN cargo larder prepare -- ";
    const auto at = text.find(start) + start.size();
    till.prepare_for(text.substr(at, text.find('\n', at) - at));
    till.cook();
    till.bring_sources();
    CHECK(reused_in(must(till.larder({"build"}))).all());
  }
}

}  // namespace larder::test
