#include <doctest/doctest.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/till_workspace.hpp"

// Keys, variables and flags by which cargo reads and writes elsewhere: what is prepared is what
// cargo reads, and cook writes nothing there. Cargo 1.97 is the first with a stable
// `resolver.lockfile-path`.

namespace larder::test {

namespace {

/// Whether the nightly cargo that is installed reads `resolver.lockfile-path`.
bool has_lockfile_path() {
  const TestDirectory directory("lockfile-path-probe");
  write_file(directory / "Cargo.toml", package("probe"));
  write_file(directory / "src/lib.rs", "");
  const auto run = cargo({"+nightly", "generate-lockfile", "--offline", "--config",
                          "resolver.lockfile-path='locks/Cargo.lock'"},
                         directory.path());
  if (std::filesystem::exists(directory / "locks/Cargo.lock")) return true;
  tell_missing("no nightly cargo that knows resolver.lockfile-path");
  return false;
}

/// Two versions of a vendored package; the lock file in `locks` has the older one, that beside the
/// manifest the newer.
class Redirected {
 public:
  explicit Redirected(std::string_view name) : directory_(name), environment_(test_environment()) {
    environment_.set("RUSTUP_TOOLCHAIN", "nightly");
    write("Cargo.toml", package("app", "[dependencies]\ndep = \"1\"\n"));
    write("src/lib.rs", "");
    config("");
    for (const auto* version : {"1.0.0", "1.1.0"}) {
      const auto place = std::string("vendor/dep-") + version + "/";
      write(place + "Cargo.toml", package("dep", "", version));
      write(place + "src/lib.rs", "");
      write(place + ".cargo-checksum.json", "{\"files\":{}}");
    }
    must(cargo({"generate-lockfile"}, root(), environment_));
    write("newer", read_file(root() + "/Cargo.lock"));
    write("Cargo.toml", package("app", "[dependencies]\ndep = \"=1.0.0\"\n"));
    must(cargo({"generate-lockfile"}, root(), environment_));
    write("locks/Cargo.lock", read_file(root() + "/Cargo.lock"));
    write("Cargo.toml", package("app", "[dependencies]\ndep = \"1\"\n"));
    write("Cargo.lock", read_file(root() + "/newer"));
  }

  void config(const std::string& more) const {
    write(".cargo/config.toml", more +
                                    R"(
[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "vendor"
)");
  }
  void write(const std::string& path, std::string_view text) const {
    write_file(root() + "/" + path, text);
  }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }

  /// Prepares, then cooks by both commands: nothing but the target directory changes, and the real
  /// build compiles no external package.
  void check(const Words& command) const {
    must(larder(Words{"prepare", "--"} + command, root(), environment_));
    for (const auto& cook : {Words{"cook"}, Words{"deps", "--"} + command}) {
      CAPTURE(joined(cook));
      std::filesystem::remove_all(root() + "/target");
      const auto before = snapshot_below(root());
      must(larder(cook, root(), environment_));
      CHECK(joined(changed_paths(before, snapshot_below(root()))) == "");
      const auto messages =
          must_reuse_all(cargo(command + Words{"--message-format", "json"}, root(), environment_));
      REQUIRE(messages.external.size() == 1);
      version_ = messages.external[0].package_id;
      std::filesystem::remove_all(root() + "/out");
    }
  }

  /// The package that the real build had.
  bool built_older() const { return version_.find("1.0.0") != std::string::npos; }

  std::string root() const { return directory_ / "app"; }

 private:
  TestDirectory directory_;
  Environment environment_;
  mutable std::string version_;
};

const std::string lock_key = "resolver.lockfile-path = \"locks/Cargo.lock\"\n";

}  // namespace

TEST_SUITE("redirects") {
  TEST_CASE("a lock file elsewhere by a config file is read, and not written") {
    if (!has_lockfile_path()) return;
    const Redirected app("lock-by-config");
    app.config(lock_key);
    app.check({"build"});
    CHECK(app.built_older());
    app.check({"build", "--locked"});
  }

  TEST_CASE("a lock file elsewhere by the environment is read, and not written") {
    if (!has_lockfile_path()) return;
    Redirected app("lock-by-environment");
    app.set("CARGO_RESOLVER_LOCKFILE_PATH", "locks/Cargo.lock");
    app.check({"build"});
    CHECK(app.built_older());
  }

  TEST_CASE("a lock file elsewhere by --config wins over the environment") {
    if (!has_lockfile_path()) return;
    Redirected app("lock-by-flag");
    app.set("CARGO_RESOLVER_LOCKFILE_PATH", "none/Cargo.lock");
    app.check({"build", "--config", "resolver.lockfile-path='locks/Cargo.lock'"});
    CHECK(app.built_older());
  }

  TEST_CASE("without a command it is the same") {
    if (!has_lockfile_path()) return;
    const Redirected app("lock-of-open-recipe");
    app.config(lock_key);
    must(larder({"prepare"}, app.root()));
    const auto recipe = read_file(app.root() + "/recipe.json");
    CHECK(recipe.find("1.0.0") != std::string::npos);
    CHECK(recipe.find("1.1.0") == std::string::npos);
  }

  TEST_CASE("a lock file that is not where it is configured is missing") {
    const Redirected app("lock-missing");
    app.config("resolver.lockfile-path = \"none/Cargo.lock\"\n");
    check_error(larder({"prepare", "--", "build"}, app.root()), 1, "lock-missing",
                {"none/Cargo.lock"});
  }

  TEST_CASE("the skeleton's artifacts are not put where the user's go") {
    if (!has_lockfile_path()) return;
    Redirected app("artifacts");
    write_script(app.root() + "/pass-on", "exec \"$@\"\n");
    app.set("RUSTC_WRAPPER", app.root() + "/pass-on");
    app.config("build.artifact-dir = \"out\"\nunstable.unstable-options = true\n");
    app.check({"build"});
    app.config("unstable.unstable-options = true\n");
    app.set("CARGO_BUILD_ARTIFACT_DIR", "out");
    app.check({"build"});
  }
}

}  // namespace larder::test
