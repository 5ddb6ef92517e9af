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
    const auto environment = with_path(path::parent(larder_program()));
    const TillWorkspace till(directory, environment);
    must(cargo({"larder", "prepare", "--recipe-path", "../app/recipe.json", "--", "build",
                "--release", "--locked"},
               till.plan(), environment));
    must(till.cargo({"larder", "cook"}));
    till.bring_sources();
    check_all_reused(till.cargo({"larder", "build", "--strict"}));
    CHECK(till.compiled_by_cargo("build --release --locked") == 0);
  }

  TEST_CASE("the recipe is the same for the program and for the subcommand of cargo") {
    const TestDirectory directory("same-recipe");
    const auto environment = with_path(path::parent(larder_program()));
    const TillWorkspace till(directory, environment);
    const Words arguments{"prepare", "--recipe-path", "-", "--", "check", "--locked"};
    const auto direct = larder(arguments, till.plan(), environment);
    const auto through_cargo = cargo(Words{"larder"} + arguments, till.plan(), environment);
    CHECK(direct.code() == 0);
    CHECK(direct.output != "");
    CHECK(direct.output == through_cargo.output);
  }

  TEST_CASE("a recipe comes from a file or from standard input, and from nothing else") {
    const TillWorkspace till(TestDirectory("recipe-from"));
    till.prepare_for("build --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    REQUIRE(::mkfifo((till.app() + "/pipe").c_str(), 0600) == 0);
    for (const std::string command : {"cook", "build", "verify"}) {
      for (const auto* other : {"pipe", ".", "/dev/null"}) {
        check_error(till.larder({command, "--recipe-path", other}), 1, "file-read");
      }
    }
    CHECK(till.larder({"diff", "pipe", "recipe.json"}).code() == 2);
    const auto shell = [&](const std::string& text) {
      return run_in(till.app(), {"bash", "-c", text, larder_program()});
    };
    for (const auto* line : {"\"$0\" cook -q --recipe-path - < recipe.json",
                             "cat recipe.json | \"$0\" cook -q --recipe-path -",
                             "cat recipe.json | \"$0\" cook -q --recipe-path /dev/stdin",
                             "\"$0\" cook -q --recipe-path <(cat recipe.json)"}) {
      fs::remove_all(till.app() + "/target");
      must(shell(line));
      CHECK(read_file(till.app() + "/target/larder/recipe.json") == recipe);
    }
    till.bring_sources();
    // What is written to a pipe is not read from it first.
    const auto piped = shell("\"$0\" prepare -q --recipe-path /dev/stdout -- build --locked | cat");
    CHECK(piped.output == recipe);
  }

  TEST_CASE("quiet commands print nothing") {
    const TillWorkspace till(TestDirectory("quiet"));
    till.bring_sources();
    for (const auto* arguments :
         {"prepare -q -- build --locked", "cook -q", "build -q", "deps -q -- check"}) {
      CAPTURE(std::string(arguments));
      const auto run = must(till.larder(split(arguments)));
      CHECK(run.errors == "");
      CHECK(run.output == "");
    }
  }

  TEST_CASE("flags that change no unit may be recorded and given anew") {
    const TillWorkspace till(TestDirectory("neutral"));
    till.prepare_for("build -j 2 -v --color never --offline --locked --message-format short");
    must(cargo({"fetch"}, till.plan()));
    till.cook({"-j", "1", "-q", "--color", "always", "--offline"});
    till.bring_sources();
    for (const auto* arguments : {"build", "build --jobs 1 --strict", "build -q --color=always",
                                  "build -vv --offline", "build --message-format json"}) {
      CAPTURE(std::string(arguments));
      must(till.larder(split(arguments)));
    }
    CHECK(till.compiled_by_cargo("build --locked") == 0);
  }

  TEST_CASE("the command may stand in the root manifest; one on the command line wins") {
    const TillWorkspace till(TestDirectory("metadata"));
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
    must(till.larder({"test", "--strict"}));

    till.prepare_for("check --locked");
    const auto recipe = read_file(till.app() + "/recipe.json");
    CHECK(recipe.find("\"check\"") != std::string::npos);
    CHECK(recipe.find("\"--release\"") == std::string::npos);
  }

  TEST_CASE("several commands are cooked together, or one by one") {
    const TillWorkspace till(TestDirectory("several"));
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
    check_all_reused(till.larder({"build", "--only", "shipped", "--strict"}));
    check_all_reused(till.larder({"test", "--no-run", "--strict"}));
    check_all_reused(till.larder({"check", "--strict"}));

    check_error(till.larder({"cook", "--only", "shiped"}), 1, "unknown-command",
                {"shipped, tests, check"});
    check_error(till.larder({"clippy"}), 1, "unknown-command");
  }

  TEST_CASE("deps compiles the dependencies of a command in place") {
    const TillWorkspace till(TestDirectory("deps"));
    till.bring_sources();
    const auto run = must(till.larder({"deps", "build", "--release", "--locked"}));
    CHECK(run.output == "");
    CHECK(till.compiled_by_cargo("build --release --locked") == 0);
    CHECK(till.compiled_by_cargo("check --locked") > 0);
  }
}

}  // namespace larder::test
