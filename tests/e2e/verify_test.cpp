#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// What `verify` foretells against what the real build then compiles.

namespace larder::test {

namespace {

namespace fs = std::filesystem;
using Names = std::multiset<std::string>;
using nlohmann::json;

Files externals() {
  return Files{
             {"leaf/src/lib.rs", "pub fn leaf() -> u32 { 1 }\n"},
             {"leaf-1.0.1/Cargo.toml", package("leaf", "", "1.0.1")},
             {"leaf-1.0.1/src/lib.rs", "pub fn leaf() -> u32 { 2 }\n"},
             {"mid/src/lib.rs", "pub fn mid() -> u32 { leaf::leaf() + soft::soft() }\n"},
             {"soft/src/lib.rs", "pub fn soft() -> u32 { 0 }\n"},
             {"scripted/build.rs",
              R"(fn main() {
    println!("cargo:rerun-if-env-changed=KNOB");
    println!("cargo:rerun-if-changed=data.txt");
    println!("cargo:rerun-if-env-changed=RUSTC_WRAPPER");
}
)"},
             {"scripted/data.txt", "1\n"},
             {"shaded/src/lib.rs", "pub const SHADE: Option<&str> = option_env!(\"SHADE\");\n"},
         } +
         package_files(
             {{"leaf"},
              {"mid", "[features]\nextra = []\n[dependencies]\nleaf = \"1\"\nsoft = \"1\"\n"},
              {"soft"},
              {"scripted"},
              {"shaded", "[dependencies]\nscripted = \"1\"\n"},
              {"derive", "[lib]\nproc-macro = true\n[dependencies]\nleaf = \"1\"\n"}});
}

Files workspace() {
  return {
      {"Cargo.toml", package("app",
                             R"([dependencies]
mid = "1"
leaf = "=1.0.0"
scripted = "1"
shaded = "1"
derive = "1"

[patch.crates-io]
soft = { path = "patched/soft" }
)")},
      {"src/main.rs", "fn main() { println!(\"{}\", mid::mid()); }\n"},
      {"patched/soft/Cargo.toml", package("soft")},
      {"patched/soft/src/lib.rs", "pub fn soft() -> u32 { 3 }\n"},
  };
}

/// "mid 1.0.0 mid lib" of the external units that a build compiled.
Names compiled_by(const Run& run) {
  Names names;
  std::istringstream lines{run.output};
  for (std::string line; std::getline(lines, line);) {
    const auto message = json::parse(line, nullptr, false);
    if (!message.is_object() || message.value("reason", "") != "compiler-artifact") continue;
    const auto id = message.at("package_id").get<std::string>();
    if (is_path_id(id) || message.at("fresh").get<bool>()) continue;
    const auto at = id.find('#') + 1;
    auto package = id.substr(at);
    if (const auto sign = package.find('@'); sign != std::string::npos) package[sign] = ' ';
    const auto& target = message.at("target");
    names.insert(package + " " + target.at("name").get<std::string>() + " " +
                 target.at("kind").at(0).get<std::string>());
  }
  return names;
}

struct Verdict {
  Run run;
  Names cold;
  /// Package → kinds of reasons.
  std::map<std::string, std::set<std::string>> reasons;
  std::string changes;
};

Verdict verify(const std::string& directory, const Environment& environment) {
  Verdict out{larder({"verify", "--message-format", "json"}, directory, environment), {}, {}, ""};
  const auto document = json::parse(out.run.output, nullptr, false);
  if (!document.is_object()) return out;
  CHECK(document.at("warm").get<bool>() == (out.run.code() == 0));
  out.changes = document.at("changed_since_cook").dump();
  for (const auto& cold : document.at("commands").at(0).at("cold")) {
    const auto name = cold.at("package").get<std::string>();
    out.cold.insert(name + " " + cold.at("version").get<std::string>() + " " +
                    cold.at("target").get<std::string>() + " " +
                    cold.at("kind").get<std::string>());
    for (const auto& reason : cold.at("reasons"))
      out.reasons[name].insert(reason.at("kind").get<std::string>());
  }
  return out;
}

/// The real build compiles what verify said that it would.
void check_foretold(const Verdict& verdict, const std::string& directory,
                    const Environment& environment) {
  CHECK(verdict.cold ==
        compiled_by(must(cargo({"build", "--message-format", "json"}, directory, environment))));
}

void copy_with_dates(const std::string& from, const std::string& to) {
  fs::remove_all(to);
  must(run_in("/", {"cp", "-a", from, to}));
}

/// A cooked checkout that each change starts from, always in the same place.
class Cooked {
 public:
  explicit Cooked(const TestDirectory& directory)
      : app_(directory / "app"), kept_(directory / "kept"), environment_(test_environment()) {
    const StubbedWorkspace laid_out(app_, workspace(), externals());
    run({"update", "-p", "mid", "--offline"});
    must(larder({"prepare", "--", "build", "--locked"}, app_, environment_));
    must(larder({"cook"}, app_, environment_));
    copy_with_dates(app_, kept_);
  }

  const std::string& app() const { return app_; }

  void run(const Words& arguments) const { must(cargo(arguments, app_, environment_)); }

  /// Verifies and builds after a change, and compares. Returns what verify said.
  Verdict check(const std::map<std::string, std::string>& variables,
                const std::function<void()>& change) const {
    copy_with_dates(kept_, app_);
    change();
    auto environment = environment_;
    for (const auto& [name, value] : variables) environment.set(name, value);
    const auto before = snapshot(app_, "");
    auto verdict = verify(app_, environment);
    CAPTURE(verdict.run.errors);
    CAPTURE(verdict.run.output);
    CHECK(changed_paths(before, snapshot(app_, "")) == std::vector<std::string>{});
    check_foretold(verdict, app_, environment);
    CHECK(verdict.run.code() == (verdict.cold.empty() ? 0 : 1));
    return verdict;
  }

 private:
  std::string app_;
  std::string kept_;
  Environment environment_;
};

}  // namespace

TEST_SUITE("verify") {
  TEST_CASE("verify names what the real build compiles, and why, and changes nothing") {
    const TestDirectory directory("verify");
    const Cooked cooked(directory);
    const auto file = [&](const std::string& name) { return cooked.app() + "/" + name; };
    struct Row {
      std::string name;
      std::map<std::string, std::string> variables;
      std::function<void()> change;
      /// Package → one of the kinds of reason for it.
      std::map<std::string, std::string> reasons;
    };
    write_script(directory / "other-rustc",
                 R"(case " $* " in
*' -vV '*) rustc "$@" | sed 's/^commit-hash: .*/commit-hash: 0000/' ;;
*) exec rustc "$@" ;;
esac
)");
    const auto nothing = [] {};
    const std::vector<Row> rows{
        {"nothing", {}, nothing, {}},
        {"rustflags",
         {{"RUSTFLAGS", "--cfg other"}},
         nothing,
         {{"leaf", "rustflags"}, {"mid", "rustflags"}, {"derive", "rustflags"}}},
        {"a feature",
         {},
         [&] {
           edit_file(file("Cargo.toml"), "mid = \"1\"",
                     R"(mid = { version = "1", features = ["extra"] })");
         },
         {{"mid", "features"}}},
        {"a profile variable",
         {{"CARGO_PROFILE_DEV_OPT_LEVEL", "1"}},
         nothing,
         {{"leaf", "profile"}, {"scripted", "profile"}}},
        {"another rustc", {{"RUSTC", directory / "other-rustc"}}, nothing, {{"leaf", "rustc"}}},
        {"sources elsewhere",
         {},
         [&] {
           fs::rename(file("vendor"), file("moved"));
           edit_file(file(".cargo/config.toml"), "\"vendor\"", "\"moved\"");
         },
         {{"leaf", "place"}}},
        {"a variable that a build script asked for",
         {{"KNOB", "2"}},
         nothing,
         {{"scripted", "environment"}, {"shaded", "dependency"}}},
        {"a variable that rustc saw", {{"SHADE", "dark"}}, nothing, {{"shaded", "environment"}}},
        {"a deleted library",
         {},
         [&] {
           for (const auto& entry : fs::directory_iterator(file("target/debug/deps"))) {
             if (entry.path().filename().string().starts_with("libleaf")) fs::remove(entry.path());
           }
         },
         {{"leaf", "missing"}, {"mid", "dependency"}}},
        {"a touched vendored file",
         {},
         [&] { write_file(file("vendor/scripted/data.txt"), "1\n"); },
         {{"scripted", "files"}, {"shaded", "dependency"}}},
        {"a version",
         {},
         [&] {
           edit_file(file("Cargo.toml"), "leaf = \"=1.0.0\"", "leaf = \"=1.0.1\"");
           cooked.run({"update", "--offline", "-p", "leaf", "--precise", "1.0.1"});
         },
         {{"leaf", "version"}, {"mid", "dependency"}}},
        {"a file of a patched crate",
         {},
         [&] { write_file(file("patched/soft/src/lib.rs"), "pub fn soft() -> u32 { 4 }\n"); },
         {{"mid", "dependency"}}},
        {"an emptied target directory",
         {},
         [&] { fs::remove_all(file("target/debug")); },
         {{"leaf", "missing"}, {"derive", "missing"}}},
    };
    for (const auto& row : rows) {
      CAPTURE(row.name);
      const auto verdict = cooked.check(row.variables, row.change);
      CAPTURE(verdict.run.output);
      CHECK(verdict.cold.empty() == row.reasons.empty());
      for (const auto& [name, kind] : row.reasons) {
        CAPTURE(name);
        const auto found = verdict.reasons.find(name);
        REQUIRE(found != verdict.reasons.end());
        CHECK(found->second.contains(kind));
      }
      for (const auto& [variable, value] : row.variables) {
        CAPTURE(variable);
        const bool tracked = variable.starts_with("RUST") || variable.starts_with("CARGO_PROFILE");
        CHECK((verdict.changes.find(variable) != std::string::npos) == tracked);
      }
    }
  }

  TEST_CASE("a wrapper in front of rustc does not make build scripts cold that ask for it") {
    const TestDirectory directory("verify-wrapper");
    write_script(directory / "pass-on", "exec \"$@\"\n");
    auto environment = test_environment();
    environment.set("RUSTC_WRAPPER", directory / "pass-on");
    const StubbedWorkspace laid_out(directory / "app", workspace(), externals());
    const auto app = directory / "app";
    for (const Words& arguments : {Words{"prepare", "--", "build"}, {"cook"}})
      must(larder(arguments, app, environment));
    const auto warm = verify(app, environment);
    CAPTURE(warm.run.errors);
    CAPTURE(warm.run.output);
    CHECK(warm.run.code() == 0);
    environment.unset("RUSTC_WRAPPER");
    const auto cold = verify(app, environment);
    CHECK(cold.run.code() == 1);
    CHECK(cold.reasons.at("scripted").contains("environment"));
    check_foretold(cold, app, environment);
  }

  TEST_CASE("a variable that the config sets is named only when it has changed") {
    const TestDirectory directory("verify-env-table");
    auto files = workspace();
    files[".cargo/config.toml"] =
        "[env]\nKNOB = \"1\"\nCFLAGS = { value = \"-O1\", force = true }\n";
    const StubbedWorkspace laid_out(directory / "app", files, externals());
    const auto app = directory / "app";
    auto environment = test_environment();
    for (const Words& arguments : {Words{"prepare", "--", "build"}, {"cook"}})
      must(larder(arguments, app, environment));
    const auto warm = verify(app, environment);
    CAPTURE(warm.run.output);
    CHECK(warm.run.code() == 0);
    auto other = environment;
    other.set("RUSTFLAGS", "--cfg other");
    other.set("CFLAGS", "-O2");
    const auto cold = verify(app, other);
    CHECK(cold.run.code() == 1);
    CHECK(cold.run.output.find("KNOB") == std::string::npos);
    CHECK(cold.changes.find("RUSTFLAGS") != std::string::npos);
    CHECK(cold.changes.find("CFLAGS") == std::string::npos);
    // Whatever this cargo makes of it, verify says the same, and why.
    edit_file(app + "/.cargo/config.toml", "KNOB = \"1\"", "KNOB = \"2\"");
    const auto changed = verify(app, environment);
    CAPTURE(changed.run.output);
    check_foretold(changed, app, environment);
    CHECK((changed.run.output.find("KNOB") != std::string::npos) == !changed.cold.empty());
  }

  TEST_CASE("a variable with a password is in no recipe, and verify says what is cold by that") {
    const TestDirectory directory("verify-secret");
    const auto with_password = [](const std::string& password) {
      auto files = workspace();
      files[".cargo/config.toml"] = "[env]\nKNOB = \"postgres://me:" + password +
                                    "@localhost/db\"\nSHADE = { value = \"https://" + password +
                                    "@localhost\", force = true }\n";
      return files;
    };
    const auto environment = test_environment();
    const auto must_run = [&](const Words& words, const std::string& place) {
      auto run = must(larder(words, place, environment));
      CHECK(run.errors.find("s3cret") == std::string::npos);
      return run;
    };
    const auto plan = directory / "plan";
    const auto app = directory / "app";
    const StubbedWorkspace planned(plan, with_password("s3cret"), externals());
    const auto prepared = must_run({"prepare", "--", "build"}, plan);
    CHECK(prepared.says("`env.KNOB` of .cargo/config.toml, `env.SHADE` of .cargo/config.toml"));
    const auto recipe = read_file(plan + "/recipe.json");
    CHECK(recipe.find("s3cret") == std::string::npos);

    fs::create_directories(app);
    fs::copy(plan + "/vendor", app + "/vendor", fs::copy_options::recursive);
    write_file(app + "/recipe.json", recipe);
    must_run({"cook"}, app);
    copy_tree(plan, app);
    const auto cold = verify(app, environment);
    CAPTURE(cold.run.output);
    check_foretold(cold, app, environment);
    // What rustc asked for every cargo compares with `[env]`; what build scripts asked for newer
    // ones do, and then `shaded` is compiled for that.
    REQUIRE(cold.reasons.contains("shaded"));
    const std::string name = cold.reasons.contains("scripted") ? "KNOB" : "SHADE";
    CHECK(cold.run.output.find("variable " + name +
                               " changed (set in [env], and in no recipe because of a "
                               "password or token)") != std::string::npos);
    CHECK(cold.run.output.find("s3cret") == std::string::npos);

    const StubbedWorkspace changed(directory / "changed", with_password("s3cret2"), externals());
    must_run({"prepare", "--", "build"}, directory / "changed");
    CHECK(read_file(directory / "changed/recipe.json") == recipe);
  }

  TEST_CASE("another CARGO_HOME moves the sources of all dependencies") {
    const TestDirectory directory("verify-home");
    const TillWorkspace till(directory);
    till.cook_for("build --locked");
    till.bring_sources();
    CHECK(verify(till.app(), test_environment()).run.code() == 0);
    auto environment = test_environment();
    const auto home = environment.get("CARGO_HOME").value_or("");
    fs::create_directories(directory / "home");
    fs::create_directory_symlink(home + "/registry", directory / "home/registry");
    environment.set("CARGO_HOME", directory / "home");
    const auto verdict = verify(till.app(), environment);
    CAPTURE(verdict.run.output);
    CHECK(verdict.run.code() == 1);
    CHECK(verdict.reasons.at("memchr") == std::set<std::string>{"place"});
    CHECK(verdict.changes.find("CARGO_HOME") != std::string::npos);
    const auto built = larder({"build", "--message-format", "json"}, till.app(), environment);
    CHECK(verdict.cold == compiled_by(built));
    CHECK(built.says("since cook: CARGO_HOME has a different value than during cook"));
  }

  TEST_CASE("without a recipe the command is given; without sources there is a clear error") {
    const TillWorkspace till(TestDirectory("verify-plain"));
    check_error(till.larder({"verify"}), 1, "no-command");
    till.cook_for("test --locked");
    check_error(till.larder({"verify"}), 1, "manifest-missing");
    till.bring_sources();
    CHECK(must(till.larder({"verify"})).output == "");
    const auto release = till.larder({"verify", "--", "build", "--release"});
    CHECK(release.code() == 1);
    CHECK(release.says("memchr v2.5.0: it is not in the target directory"));
  }
}

}  // namespace larder::test
