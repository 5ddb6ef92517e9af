#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/till_workspace.hpp"

// sccache in front of rustc, by its own statistics.

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// An sccache server of the test's own, with an empty store.
class Sccache {
 public:
  explicit Sccache(const TestDirectory& directory)
      : environment_(test_environment()), config_(directory / "sccache.toml") {
    const int port = 20000 + static_cast<int>(::getpid()) % 20000;
    environment_.set("SCCACHE_DIR", directory / "store");
    environment_.set("SCCACHE_CONF", config_);
    environment_.set("SCCACHE_SERVER_PORT", std::to_string(port));
    environment_.set("SCCACHE_IDLE_TIMEOUT", "300");
    // What sccache does not take.
    environment_.set("CARGO_INCREMENTAL", "0");
    write_file(config_, "");
    start();
  }
  ~Sccache() { ask({"--stop-server"}); }
  Sccache(const Sccache&) = delete;
  Sccache& operator=(const Sccache&) = delete;

  const Environment& environment() const { return environment_; }

  void zero() const { run({"--zero-stats"}); }
  /// Rust crates that were found, and that were not.
  std::pair<int, int> rust_hits_and_misses() const {
    const auto stats = json::parse(run({"--show-stats", "--stats-format", "json"})).at("stats");
    const auto count = [&](const char* what) {
      return stats.at(what).at("counts").value("Rust", 0);
    };
    return {count("cache_hits"), count("cache_misses")};
  }

 private:
  /// It waits for its server for ten seconds, which a busy machine may need.
  void start() const {
    for (int attempts = 2; attempts > 0; --attempts) {
      if (ask({"--start-server"}).code() == 0) return;
      ask({"--stop-server"});
    }
    run({"--start-server"});
  }
  Run ask(const Words& arguments) const {
    return run_in("/", Words{"sccache"} + arguments, environment_);
  }
  std::string run(const Words& arguments) const { return must(ask(arguments)).output; }

  Environment environment_;
  std::string config_;
};

}  // namespace

TEST_SUITE("sccache") {
  TEST_CASE("the second cook takes every crate from sccache, and the build reuses all of them") {
    const auto program = find_program("sccache");
    if (program.empty()) return;
    struct Row {
      std::string name, variable, config;
    };
    for (const auto& row : std::vector<Row>{{"by name", "sccache", ""},
                                            {"by path", program, ""},
                                            {"by name in config", "", "sccache"},
                                            {"by path in config", "", program}}) {
      CAPTURE(row.name);
      const TestDirectory directory("sccache");
      const Sccache sccache(directory);
      auto environment = sccache.environment();
      if (!row.variable.empty()) environment.set("RUSTC_WRAPPER", row.variable);
      const TillWorkspace till(directory, environment);
      if (!row.config.empty()) {
        write_file(till.plan() + "/.cargo/config.toml",
                   "[build]\nrustc-wrapper = \"" + row.config + "\"\n");
      }
      till.cook_for("build --locked");
      fs::remove_all(till.app() + "/target");
      sccache.zero();
      till.cook();
      const auto [hits, misses] = sccache.rust_hits_and_misses();
      till.bring_sources();
      const auto messages =
          must_reuse_all(till.cargo({"build", "--locked", "--message-format", "json"}));
      // Programs, build scripts among them, are linked anew; libraries are found.
      int libraries = 0;
      for (const auto& artifact : messages.external) {
        if (artifact.unit.find("\"lib\"") != std::string::npos) ++libraries;
      }
      CHECK(libraries > 0);
      CHECK(hits == libraries);
      // The empty root of the skeleton, which lies in a directory of another name each time.
      CHECK(misses == 1);
    }
  }
}

}  // namespace larder::test
