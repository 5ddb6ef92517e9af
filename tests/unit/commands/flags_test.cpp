#include "commands/flags.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "larder/cargo/command/flags.hpp"

using namespace larder;
using namespace larder::commands;
using Texts = std::vector<std::string>;

namespace {

cargo::CommandLine line_of(const std::string& text) {
  return cargo::parse_command_line(cargo::split_command(text));
}

cargo::CommandLine check(const std::string& recorded, const std::string& flags) {
  const auto line = line_of(recorded);
  return check_given(line, cargo::split_command(flags), line.subcommand);
}

/// What cook gives to its own cargo of it.
Texts for_cook(const std::string& recorded, const std::string& flags) {
  auto words = given_to_cook(line_of(recorded), check(recorded, flags)).arguments();
  words.erase(words.begin());
  return words;
}

/// The command that `build` runs.
std::string built(const std::string& recorded, const std::string& flags) {
  auto line = line_of(recorded);
  cargo::add_flags(line, check(recorded, flags));
  return cargo::join_command(line.arguments());
}

}  // namespace

TEST_CASE("flags that change no unit are accepted and handed to cargo") {
  const std::string flags = "-j 4 -v --offline --locked --color never --keep-going";
  CHECK(for_cook("build --release", flags) ==
        Texts{"--offline", "-j", "4", "-v", "--color", "never", "--keep-going"});
  CHECK(built("build --release", flags) ==
        "build --release --locked --offline -j 4 -v --color never --keep-going");
  CHECK(for_cook("build", "--frozen") == Texts{"--offline"});
  CHECK(for_cook("build", "").empty());
}

TEST_CASE("flags that agree with the recorded command are accepted and not repeated") {
  for (const auto& [recorded, flags] : std::vector<std::pair<std::string, std::string>>{
           {"build --release", "--release"},
           {"build --release", "--profile release"},
           {"build -p a -p b", "-p b -p a"},
           {"build --workspace --exclude x", "--workspace --exclude x"},
           {"build --features a,b", "-F b -F a"},
           {"build --bin app", "--bin=app"},
           {"build --target x", "--target x"},
           {"test --all-features --no-run", "--all-features"},
           {"build --no-default-features --all-targets", "--all-targets --no-default-features"}}) {
    CAPTURE(flags);
    CHECK(for_cook(recorded, flags).empty());
  }
}

TEST_CASE("one target may be added where the command names none") {
  CHECK(for_cook("build", "--target x") == Texts{"--target", "x"});
}

TEST_CASE("a target directory is told apart, not put among cargo's words") {
  CHECK(check("build", "--target-dir t").target_dir == "t");
  CHECK(for_cook("build", "--target-dir t").empty());
}

TEST_CASE("any other flag must agree, else the error names the flag and the command") {
  struct Row {
    std::string recorded;
    std::string flags;
    std::string named;
  };
  for (const auto& row :
       std::vector<Row>{{"build", "--release", "--release"},
                        {"build --release", "--profile dev", "--profile"},
                        {"build", "-p a", "-p"},
                        {"build -p a -p b", "-p a", "-p"},
                        {"build", "--workspace", "--workspace"},
                        {"build --workspace --exclude x", "--workspace --exclude y", "--exclude"},
                        {"build", "--lib", "--lib"},
                        {"build", "--bins", "--bins"},
                        {"build --bin a", "--bin b", "--bin"},
                        {"build", "--example e", "--example"},
                        {"build", "--test t", "--test"},
                        {"build", "--bench b", "--bench"},
                        {"build", "--all-targets", "--all-targets"},
                        {"build", "--features a", "--features"},
                        {"build", "--all-features", "--all-features"},
                        {"build", "--no-default-features", "--no-default-features"},
                        {"build", "--manifest-path m", "--manifest-path"},
                        {"build --target x", "--target y", "--target"},
                        {"build", "--target x --target y", "--target"}}) {
    CAPTURE(row.recorded);
    CAPTURE(row.flags);
    const auto error = test::error_of([&] { check(row.recorded, row.flags); });
    CHECK(error.id() == "flag-disagrees");
    CHECK(error.message().find("`" + row.named + "`") != std::string::npos);
    CHECK(error.message().find("`cargo " + row.recorded + "`") != std::string::npos);
  }
}

TEST_CASE("the hint tells where a Dockerfile has to declare what chooses the flag") {
  const auto hint = test::error_of([] { check("build --release", "--features metrics"); }).hint();
  CHECK(hint.find("cargo larder prepare") != std::string::npos);
  CHECK(hint.find("ARG in the planner stage") != std::string::npos);
}

TEST_CASE("flags without a value to disagree with are accepted") {
  CHECK(for_cook("build --release --features a", "--features ''").empty());
  CHECK(for_cook("build --release", "--features ''").empty());
}

TEST_CASE("flags that are not known must be those of the command") {
  CHECK(test::error_id_of([] { check("build", "--frobnicate"); }) == "flag-disagrees");
  CHECK(for_cook("build --frobnicate", "--frobnicate").empty());
  CHECK(test::error_id_of([] { check("build", "--config a.b=1"); }) == "flag-disagrees");
  CHECK(for_cook("build --config a.b=1", "--config a.b=1").empty());
  CHECK(test::error_id_of([] { check("build", "stray"); }) == "command-invalid");
}
