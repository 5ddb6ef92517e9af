#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "support/vendored_workspace.hpp"

// Which toolchain cook runs, however it is called: the one that the real build will run. rustup is
// played by scripts that do what it does, so that no test needs or installs a toolchain.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// As rustup's proxy: takes `+toolchain`, the variable, the toolchain file of the directory or the
/// default, in this order, and leaves its choice in the environment.
constexpr std::string_view proxy = R"sh(
toolchain=default source=default
if [ -f rust-toolchain.toml ]; then
  toolchain=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml) source=toolchain-file
fi
[ -z "$RUSTUP_TOOLCHAIN" ] || {{ toolchain=$RUSTUP_TOOLCHAIN source=env; }}
case $1 in +*) toolchain=${{1#+}} source=cli; shift ;; esac
[ -d {0}/toolchains/$toolchain ] || {{
  echo "error: toolchain '$toolchain' is not installed" >&2
  exit 1
}}
export RUSTUP_TOOLCHAIN=$toolchain
[ -n "$OLD_RUSTUP" ] || export RUSTUP_TOOLCHAIN_SOURCE=$source
exec {0}/toolchains/$toolchain/bin/cargo "$@"
)sh";

/// As `rustup show active-toolchain` and `rustup run`.
constexpr std::string_view rustup = R"sh(
case $1 in
  --version) [ -n "$OLD_RUSTUP" ] && echo 'rustup 1.28.2 (x)' || echo 'rustup 1.29.0 (x)' ;;
  show) echo "${RUSTUP_TOOLCHAIN:-default} (because)" ;;
  run)
    export RUSTUP_TOOLCHAIN=$2
    shift 2
    exec "$@" ;;
esac
)sh";

/// A cargo that notes how it is run, and starts the program as cargo starts its subcommands.
constexpr std::string_view toolchain_cargo = R"sh(
case $1 in
  --version) echo 'cargo 1.99.0 ({1})' ;;
  larder) CARGO={0}/toolchains/{1}/bin/cargo exec {2} "$@" ;;
  *) echo '{1}' "$1" >> {0}/log ;;
esac
)sh";

Environment without_choice(Environment environment) {
  environment.unset("RUSTUP_TOOLCHAIN");
  environment.unset("RUSTUP_TOOLCHAIN_SOURCE");
  return environment;
}

/// A recipe with a toolchain file for a channel; empty: without.
std::string with_toolchain_file(const std::string& recipe, const std::string& channel) {
  auto document = nlohmann::json::parse(recipe);
  if (!channel.empty()) {
    document["skeleton"]["rust_toolchain_file"] = {
        "Toml", fmt::format("[toolchain]\nchannel = \"{}\"\n", channel)};
  }
  return document.dump();
}

const Words direct{larder_program(), "cook"};
const Words through_cargo{"cargo", "larder", "cook"};

class Toolchains {
 public:
  explicit Toolchains(const TestDirectory& directory)
      : shelf_(directory),
        directory_(directory.path()),
        environment_(without_choice(shelf_.environment())) {
    write_program("bin/cargo", fmt::format(proxy, directory_));
    write_program("bin/rustup", std::string(rustup));
    for (const auto* name : {"default", "pinned", "other"}) {
      write_program(fmt::format("toolchains/{}/bin/cargo", name),
                    fmt::format(toolchain_cargo, directory_, name, larder_program()));
    }
    set_path(directory_ + "/bin");
  }

  void set_path(const std::string& first) { environment_.set("PATH", first + ":/usr/bin:/bin"); }
  void set(const std::string& name, const std::string& value) { environment_.set(name, value); }

  /// Cooks a recipe with a toolchain file (empty: without) and a `+toolchain` in its command.
  Run cook(const Words& argv, const std::string& channel, const std::string& plus = "") const {
    auto recipe = nlohmann::json::parse(with_toolchain_file(shelf_.recipe(), channel));
    if (!plus.empty()) recipe["larder"]["commands"][0]["args"] = {plus, "build"};
    shelf_.set_recipe(recipe.dump());
    fs::remove(directory_ + "/log");
    return run_in(shelf_.app(), argv, environment_);
  }

  void check_used(const Words& argv, const std::string& channel, const std::string& expected,
                  const std::string& plus = "") const {
    CAPTURE(joined(argv));
    const auto run = must(cook(argv, channel, plus));
    CAPTURE(run.errors);
    CHECK(read_file(directory_ + "/log") == fmt::format("{0} build\n{0} clean\n", expected));
    CHECK(run.says(fmt::format("cargo 1.99.0 ({})", expected)));
  }

  /// Both as a program of its own and through cargo.
  void check_both(const std::string& channel, const std::string& expected,
                  const std::string& plus = "") const {
    check_used(direct, channel, expected, plus);
    check_used(through_cargo, channel, expected, plus);
  }

  std::string toolchain_file() const { return shelf_.app() + "/rust-toolchain.toml"; }
  std::string bin(const std::string& toolchain) const {
    return fmt::format("{}/toolchains/{}/bin", directory_, toolchain);
  }

 private:
  void write_program(const std::string& path, const std::string& text) const {
    write_file(directory_ + "/" + path, "");
    write_script(directory_ + "/" + path, text);
  }

  VendoredWorkspace shelf_;
  std::string directory_;
  Environment environment_;
};

/// The default and one of another version; empty where there are no two.
std::pair<std::string, std::string> two_toolchains(const Environment& environment) {
  const auto ask = [&](const Words& argv) {
    const auto asked = run_in("/", argv, environment);
    return asked.code() == 0 ? asked.output : std::string();
  };
  const auto active = ask({"rustup", "show", "active-toolchain"});
  const auto first = active.substr(0, active.find_first_of(" \n"));
  const auto version = ask({"cargo", "--version"});
  std::istringstream names(ask({"rustup", "toolchain", "list", "--quiet"}));
  for (std::string name; !first.empty() && std::getline(names, name);) {
    if (ask({"cargo", "+" + name, "--version"}) != version) return {first, name};
  }
  return {first, ""};
}

}  // namespace

TEST_SUITE("toolchains") {
  TEST_CASE("the recipe's toolchain file decides, as it will for the build") {
    const Toolchains toolchains(TestDirectory("toolchain-file"));
    toolchains.check_both("", "default");
    toolchains.check_both("pinned", "pinned");
  }

  TEST_CASE("a toolchain that the user asks for wins over the file") {
    Toolchains toolchains(TestDirectory("toolchain-asked"));
    toolchains.check_used({"cargo", "+other", "larder", "cook"}, "pinned", "other");
    toolchains.check_used(Words{"rustup", "run", "other"} + direct, "pinned", "other");
    toolchains.set("RUSTUP_TOOLCHAIN", "other");
    toolchains.check_both("pinned", "other");
  }

  TEST_CASE("the default is a wish as well when the user asks for it") {
    Toolchains toolchains(TestDirectory("toolchain-default"));
    toolchains.check_used({"cargo", "+default", "larder", "cook"}, "pinned", "default");
    toolchains.check_used(Words{"rustup", "run", "default"} + direct, "pinned", "default");
    toolchains.check_used(Words{"rustup", "run", "default"} + through_cargo, "pinned", "default");
    toolchains.set("RUSTUP_TOOLCHAIN", "default");
    toolchains.check_both("pinned", "default");
  }

  TEST_CASE("a rustup that does not say how it chose") {
    Toolchains toolchains(TestDirectory("toolchain-old"));
    toolchains.set("OLD_RUSTUP", "1");
    for (const std::string file : {"", "pinned"}) {
      const std::string unasked = file.empty() ? "default" : file;
      toolchains.check_both(file, unasked);
      toolchains.check_used({"cargo", "+other", "larder", "cook"}, file, "other");
      toolchains.check_used(Words{"rustup", "run", "other"} + direct, file, "other");
      toolchains.check_used(Words{"rustup", "run", "default"} + direct, file, "default");
      // Its proxy passes on a wish for the default and the default alike.
      toolchains.check_used({"cargo", "+default", "larder", "cook"}, file, unasked);
      toolchains.set("RUSTUP_TOOLCHAIN", "other");
      toolchains.check_both(file, "other");
      toolchains.set("RUSTUP_TOOLCHAIN", "default");
      toolchains.check_used(direct, file, "default");
      toolchains.set("RUSTUP_TOOLCHAIN", "");
    }
  }

  TEST_CASE("+toolchain in the recorded command wins over everything") {
    Toolchains toolchains(TestDirectory("toolchain-plus"));
    toolchains.check_both("pinned", "other", "+other");
    toolchains.set("RUSTUP_TOOLCHAIN", "pinned");
    toolchains.check_used(direct, "", "other", "+other");
  }

  TEST_CASE("an empty RUSTUP_TOOLCHAIN counts as none") {
    Toolchains toolchains(TestDirectory("toolchain-empty"));
    toolchains.set("RUSTUP_TOOLCHAIN", "");
    toolchains.check_used(direct, "pinned", "pinned");
  }

  TEST_CASE("without rustup the one cargo there is is used") {
    Toolchains toolchains(TestDirectory("toolchain-none"));
    toolchains.set_path(toolchains.bin("other"));
    toolchains.check_both("pinned", "other");
    // As cargo starts its subcommands, where PATH has another one.
    toolchains.set("CARGO", toolchains.bin("default") + "/cargo");
    toolchains.check_used(direct, "", "default");
  }

  TEST_CASE("of a toolchain that is not installed it is said who asks for it") {
    const TestDirectory directory("toolchain-absent");
    Toolchains toolchains(directory);
    for (const auto& argv : {direct, through_cargo}) {
      check_error(toolchains.cook(argv, "absent"), 1, "cargo-failed",
                  {"error: toolchain 'absent' is not installed", toolchains.toolchain_file()});
      CHECK_FALSE(fs::exists(directory / "log"));
    }
    const auto plus = toolchains.cook(direct, "pinned", "+absent");
    check_error(plus, 1, "cargo-failed", {"the cargo command"});
    CHECK_FALSE(plus.says(toolchains.toolchain_file() + "\n"));
    toolchains.set("RUSTUP_TOOLCHAIN", "absent");
    check_error(toolchains.cook(direct, "pinned"), 1, "cargo-failed", {"RUSTUP_TOOLCHAIN"});
  }

  TEST_CASE("however it is called, cook runs the cargo that the same call of the build runs") {
    const TestDirectory directory("toolchain-table");
    const VendoredWorkspace vendored(directory);
    auto environment = without_choice(vendored.environment());
    environment.set("RUSTUP_AUTO_INSTALL", "0");
    const auto [first, second] = two_toolchains(environment);
    if (second.empty()) {
      MESSAGE("SKIPPED: there are no two different toolchains of rustup here");
      return;
    }
    fs::create_directories(directory / "bin");
    fs::create_symlink(larder_program(), directory / "bin/cargo-larder");
    environment = with_path(directory / "bin", environment);

    struct Call {
      Words before;
      bool direct;
      std::string variable;
    };
    std::vector<Call> calls{{{}, true, ""}, {{"cargo"}, false, ""}};
    for (const auto& name : {first, second}) {
      calls.push_back({{}, true, name});
      calls.push_back({{"cargo"}, false, name});
      calls.push_back({{"cargo", "+" + name}, false, ""});
      calls.push_back({{"rustup", "run", name}, true, ""});
      calls.push_back({{"rustup", "run", name, "cargo"}, false, ""});
    }
    for (const std::string& file : {std::string(), first, second}) {
      for (const auto& call : calls) {
        auto here = environment;
        if (!call.variable.empty()) here.set("RUSTUP_TOOLCHAIN", call.variable);
        const auto run = [&](const Words& argv) { return run_in(vendored.app(), argv, here); };
        const auto program = call.direct ? Words{"cargo-larder"} : Words{"larder"};
        const auto cook = call.before + program + Words{"cook", "--offline"};
        auto build = call.before + (call.direct ? Words{"cargo"} : Words{}) + Words{"--version"};
        CAPTURE(joined(cook));
        CAPTURE(call.variable);
        CAPTURE(file);
        vendored.set_recipe(with_toolchain_file(vendored.recipe(), file));
        fs::remove_all(vendored.app() + "/target");
        const auto cooked = must(run(cook));
        CAPTURE(cooked.errors);
        // With the toolchain file that cook has left, as the sources will bring it.
        CHECK(fs::exists(vendored.app() + "/rust-toolchain.toml") == !file.empty());
        const auto version = run(build).output;
        CHECK(version.starts_with("cargo 1."));
        CHECK(cooked.says("(" + version.substr(0, version.find('\n')) + ")"));
      }
    }
  }

  TEST_CASE("the rustup of this machine") {
    const VendoredWorkspace vendored(TestDirectory("toolchain-real"));
    auto environment = without_choice(vendored.environment());
    environment.set("RUSTUP_AUTO_INSTALL", "0");
    const auto listed = run_in("/", {"rustup", "toolchain", "list", "--quiet"}, environment);
    if (listed.code() != 0) {
      MESSAGE("SKIPPED: there is no rustup here");
      return;
    }
    const auto cook_with = [&](const std::string& channel) {
      fs::remove_all(vendored.app() + "/target");
      vendored.set_recipe(with_toolchain_file(vendored.recipe(), channel));
      return larder({"cook", "--offline"}, vendored.app(), environment);
    };
    std::istringstream names(listed.output);
    for (std::string name; std::getline(names, name);) {
      CAPTURE(name);
      const auto version = cargo({"+" + name, "--version"}, "/", environment).output;
      must_say(cook_with(name), {version.substr(0, version.find('\n'))});
      // As rustup starts us, which leaves its choice of the default in the environment.
      auto called = environment;
      called.set("RUSTUP_TOOLCHAIN", name);
      called.set("RUSTUP_TOOLCHAIN_SOURCE", "default");
      CHECK(larder({"cook", "--offline"}, vendored.app(), called)
                .says(version.substr(0, version.find('\n'))));
    }
    // A name that rustup takes for one of the user's own, which it never downloads.
    check_error(cook_with("larder-is-not-there"), 1, "cargo-failed",
                {"larder-is-not-there", vendored.app() + "/rust-toolchain.toml"});
  }
}

}  // namespace larder::test
