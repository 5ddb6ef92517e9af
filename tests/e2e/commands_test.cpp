#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "larder/base/path.hpp"
#include "support/till_workspace.hpp"

// The ways to call the program, and to state the cargo command.

namespace larder::test {

namespace fs = std::filesystem;

TEST_SUITE("commands") {
  TEST_CASE("it works as a subcommand of cargo") {
    const TestDirectory directory("subcommand");
    auto environment = test_environment();
    environment.set("PATH", path::parent(larder_program()) + ":" +
                                environment.get("PATH").value_or("/usr/bin:/bin"));
    const TillWorkspace till(directory, environment);
    const auto prepared = cargo({"larder", "prepare", "--recipe-path", "../app/recipe.json", "--",
                                 "build", "--release", "--locked"},
                                till.plan(), environment);
    CAPTURE(prepared.errors);
    REQUIRE(prepared.code() == 0);
    const auto cooked = till.cargo({"larder", "cook"});
    CAPTURE(cooked.errors);
    REQUIRE(cooked.code() == 0);
    till.bring_sources();
    const auto built = till.cargo({"larder", "build", "--strict"});
    CAPTURE(built.errors);
    CHECK(built.code() == 0);
    CHECK(reused_in(built).all());
    CHECK(till.compiled_by_cargo("build --release --locked") == 0);
  }

  TEST_CASE("the recipe is the same for the program and for the subcommand of cargo") {
    const TestDirectory directory("same-recipe");
    auto environment = test_environment();
    environment.set("PATH", path::parent(larder_program()) + ":" +
                                environment.get("PATH").value_or("/usr/bin:/bin"));
    const TillWorkspace till(directory, environment);
    const Words arguments{"prepare", "--recipe-path", "-", "--", "check", "--locked"};
    const auto direct = larder(arguments, till.plan(), environment);
    const auto through_cargo = cargo(Words{"larder"} + arguments, till.plan(), environment);
    CHECK(direct.code() == 0);
    CHECK(direct.output != "");
    CHECK(direct.output == through_cargo.output);
  }

  TEST_CASE("a recipe comes from a file or from standard input, and from nothing else") {
    const TestDirectory directory("recipe-from");
    const TillWorkspace till(directory);
    till.prepare_for("build --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    REQUIRE(::mkfifo((till.app() + "/pipe").c_str(), 0600) == 0);
    for (const std::string command : {"cook", "build", "verify"}) {
      for (const auto* other : {"pipe", ".", "/dev/null"}) {
        const auto run = till.larder({command, "--recipe-path", other});
        CAPTURE(run.errors);
        CHECK(run.code() == 1);
        CHECK(run.error_id() == "file-read");
      }
    }
    CHECK(till.larder({"diff", "pipe", "recipe.json"}).code() == 2);
    const auto shell = [&](const std::string& text) {
      const auto ran =
          capture_process({{"bash", "-c", text, larder_program()}, till.app(), test_environment()});
      return Run{ran.status, ran.output, ran.errors};
    };
    for (const auto* line : {"\"$0\" cook -q --recipe-path - < recipe.json",
                             "cat recipe.json | \"$0\" cook -q --recipe-path -",
                             "cat recipe.json | \"$0\" cook -q --recipe-path /dev/stdin",
                             "\"$0\" cook -q --recipe-path <(cat recipe.json)"}) {
      fs::remove_all(till.app() + "/target");
      const auto run = shell(line);
      CAPTURE(run.errors);
      CHECK(run.code() == 0);
      CHECK(read_file(till.app() + "/target/larder/recipe.json") == recipe);
    }
    till.bring_sources();
    // What is written to a pipe is not read from it first.
    const auto piped = shell("\"$0\" prepare -q --recipe-path /dev/stdout -- build --locked | cat");
    CHECK(piped.output == recipe);
  }

  TEST_CASE("quiet commands print nothing") {
    const TestDirectory directory("quiet");
    const TillWorkspace till(directory);
    till.bring_sources();
    for (const auto* arguments :
         {"prepare -q -- build --locked", "cook -q", "build -q", "deps -q -- check"}) {
      const auto run = till.larder(split(arguments));
      CAPTURE(std::string(arguments));
      CHECK(run.code() == 0);
      CHECK(run.errors == "");
      CHECK(run.output == "");
    }
  }

  TEST_CASE("flags that change no unit may be recorded and given anew") {
    const TestDirectory directory("neutral");
    const TillWorkspace till(directory);
    till.prepare_for("build -j 2 -v --color never --offline --locked --message-format short");
    REQUIRE(cargo({"fetch"}, till.plan()).code() == 0);
    till.cook({"-j", "1", "-q", "--color", "always", "--offline"});
    till.bring_sources();
    for (const auto* arguments : {"build", "build --jobs 1 --strict", "build -q --color=always",
                                  "build -vv --offline", "build --message-format json"}) {
      const auto run = till.larder(split(arguments));
      CAPTURE(std::string(arguments));
      CAPTURE(run.errors);
      CHECK(run.code() == 0);
    }
    CHECK(till.compiled_by_cargo("build --locked") == 0);
  }

  TEST_CASE("the command may stand in the root manifest; one on the command line wins") {
    const TestDirectory directory("metadata");
    const TillWorkspace till(directory);
    const auto manifest = till.plan() + "/Cargo.toml";
    write_file(manifest, read_file(manifest) +
                             R"(
[workspace.metadata.larder]
commands = ["build --release --locked", "test --locked"]
)");
    till.prepare({});
    till.cook();
    till.bring_sources();
    CHECK(till.compiled_by_cargo("build --release --locked") == 0);
    CHECK(till.compiled_by_cargo("test --locked --no-run") == 0);
    CHECK(till.larder({"test", "--strict"}).code() == 0);

    till.prepare_for("check --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    CHECK(recipe.find("\"check\"") != std::string::npos);
    CHECK(recipe.find("\"--release\"") == std::string::npos);
  }

  TEST_CASE("several commands are cooked together, or one by one") {
    const TestDirectory directory("several");
    const TillWorkspace till(directory);
    till.prepare({"--for", "shipped=build --release --locked --features till/memory", "--for",
                  "tests=test --locked", "--for", "check --locked"});
    const auto debug = till.app() + "/target/debug";
    const auto release = till.app() + "/target/release";
    till.cook({"--only", "tests"});
    CHECK(fs::exists(debug));
    CHECK_FALSE(fs::exists(release));
    till.cook({"--only", "shipped", "--only", "check"});
    till.bring_sources();
    CHECK(till.compiled_by_cargo("build --release --locked --features till/memory") == 0);
    CHECK(till.compiled_by_cargo("test --no-run --locked") == 0);
    CHECK(till.compiled_by_cargo("check --locked") == 0);

    fs::remove_all(debug);
    fs::remove_all(release);
    till.cook();
    CHECK(reused_in(till.larder({"build", "--only", "shipped", "--strict"})).all());
    CHECK(reused_in(till.larder({"test", "--no-run", "--strict"})).all());
    CHECK(reused_in(till.larder({"check", "--strict"})).all());

    const auto unknown = till.larder({"cook", "--only", "shiped"});
    CHECK(unknown.code() == 1);
    CHECK(unknown.error_id() == "unknown-command");
    CHECK(unknown.says("shipped, tests, check"));
    const auto absent = till.larder({"clippy"});
    CHECK(absent.code() == 1);
    CHECK(absent.error_id() == "unknown-command");
  }

  TEST_CASE("deps compiles the dependencies of a command in place") {
    const TestDirectory directory("deps");
    const TillWorkspace till(directory);
    till.bring_sources();
    const auto run = till.larder({"deps", "build", "--release", "--locked"});
    CAPTURE(run.errors);
    CHECK(run.code() == 0);
    CHECK(run.output == "");
    CHECK(till.compiled_by_cargo("build --release --locked") == 0);
    CHECK(till.compiled_by_cargo("check --locked") > 0);
  }
}

}  // namespace larder::test
