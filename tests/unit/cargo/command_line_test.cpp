#include "larder/cargo/command/command_line.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::error_id_of;
using Texts = std::vector<std::string>;

namespace {

CommandLine parse(const std::string& text) {
  return parse_command_line(split_command(text));
}

std::string canonical(const std::string& text) {
  return join_command(parse(text).arguments());
}

}  // namespace

TEST_CASE("every spelling of a flag has one canonical form") {
  struct Row {
    std::string given;
    std::string expected;
  };
  for (const auto& row : std::vector<Row>{
           {"build", "build"},
           {"run", "build"},
           {"build -r", "build --release"},
           {"build --profile release", "build --release"},
           {"build --profile=release --release", "build --release"},
           {"build --profile dev", "build --profile dev"},
           {"bench --profile release", "bench --profile release"},
           {"build -p b -pa --package=c --package b", "build -p a -p b -p c"},
           {"build -p=a", "build -p a"},
           {"build --all", "build --workspace"},
           {"build --workspace --exclude=b --exclude a",
            "build --workspace --exclude a --exclude b"},
           {"build --features 'a b' -Fc,d -F=e --features=a", "build --features a,b,c,d,e"},
           {"build --features ''", "build"},
           {"build --bin x --bin=w --bins", "build --bins --bin w --bin x"},
           {"test --test t --example e --bench b --lib",
            "test --lib --example e --test t --bench b"},
           {"build --target b --target=a", "build --target a --target b"},
           {"+nightly build", "+nightly build"},
           {"build --no-default-features --all-features",
            "build --all-features --no-default-features"},
           {"build --frozen --offline --locked", "build --locked --offline --frozen"},
           {"build --target-dir=t --manifest-path a/Cargo.toml",
            "build --manifest-path a/Cargo.toml --target-dir t"},
           {"build -j4 -v --color=never --message-format json --timings=html --timings",
            "build -j 4 -v --color never --message-format json --timings=html --timings"},
           {"clippy --all-targets -- -D warnings", "clippy --all-targets -- -D warnings"},
           {"test --no-run name -- --nocapture", "test --no-run name -- --nocapture"},
           {"--release build", "build --release"},
           {"zigbuild --target x", "zigbuild --target x"},
           {"build -rvv", "build --release -v -v"},
           {"build -vqrpa -Fx", "build --release -p a --features x -v -q"},
           {"build -rj4 -pb", "build --release -p b -j 4"},
           {"build --config b=2 --config=a.toml --config a=1",
            "build --config b=2 --config a.toml --config a=1"},
           {"build -Zunstable-options -Z trim-paths", "build -Z unstable-options -Z trim-paths"},
           {"check --profile test", "check --profile test"},
           {"test --doc -p a -- --nocapture", "test -p a --doc -- --nocapture"},
           {"rustc --lib -- -Cdebuginfo=0", "rustc --lib -- -Cdebuginfo=0"},
           {"doc --no-deps --open", "doc --no-deps --open"},
           {"rustdoc -p a -- --cfg x", "rustdoc -p a -- --cfg x"},
           {"install --locked --path app --debug --root out",
            "install --profile dev --locked --path app --root out"},
           {"install --locked --path .", "install --locked --path ."}}) {
    CAPTURE(row.given);
    CHECK(canonical(row.given) == row.expected);
  }
}

TEST_CASE("the canonical form parses to itself") {
  for (const std::string text :
       {"build -r --locked -p a",
        "+1.80 test --workspace --exclude x --no-run filter -- --nocapture",
        "check --all-targets --features a,b --target x -j 4 --timings=html -q",
        "clippy --bins --bin 'a*' -- -D warnings", "bench --benches --bench x --profile my",
        "run --bin app -- --port 80", "build --target-dir 'a b' --manifest-path m/Cargo.toml"}) {
    CAPTURE(text);
    const auto once = parse(text).arguments();
    CHECK(parse_command_line(once).arguments() == once);
    CHECK(split_command(join_command(once)) == once);
  }
}

TEST_CASE("--workspace selects everything, whatever packages are named besides") {
  const auto line = parse("build -p a --workspace");
  CHECK(line.workspace);
  CHECK(line.packages.empty());
}

TEST_CASE("run is built: the arguments of the program are no part of it") {
  CHECK(canonical("run --release -- --port 80") == "build --release");
  CHECK(canonical("run -p a serve --release") == "build -p a");
  CHECK(canonical("build --") == "build");
}

TEST_CASE("what cargo would refuse is command-invalid") {
  for (const std::string text : {"",
                                 "--release",
                                 "+nightly",
                                 "build --exclude a",
                                 "build -p",
                                 "build --features",
                                 "build --release --profile dev",
                                 "build --release=yes",
                                 "build --lib=x",
                                 "build app",
                                 "check app",
                                 "clippy app",
                                 "build --doc",
                                 "build --path a",
                                 "build --debug",
                                 "test --doc --lib",
                                 "test --doc --no-run",
                                 "build --no-deps",
                                 "build -- x",
                                 "build --target ''",
                                 "build --target=",
                                 "build --profile ''",
                                 "build --release --profile=",
                                 "build -p ''",
                                 "build --bin=",
                                 "test one two",
                                 "build --no-run"}) {
    CAPTURE(text);
    CHECK(error_id_of([&] { parse(text); }) == "command-invalid");
  }
}

TEST_CASE("an empty value is named, and where it may come from") {
  const auto error = test::error_of([] { parse("build --release --target ''"); });
  CHECK(error.message().find("`--target`") != std::string::npos);
  CHECK(error.hint().find("ARG") != std::string::npos);
}

TEST_CASE("empty features are none") {
  for (const std::string text : {"build --features ''", "build --features=", "build -F ','",
                                 "build --features ' '", "build --features '' -F ''"}) {
    CAPTURE(text);
    CHECK(canonical(text) == "build");
  }
}

TEST_CASE("subcommands and options that are not handled are command-unsupported, and named") {
  struct Row {
    std::string text;
    std::string named;
  };
  for (const auto& row : std::vector<Row>{{"doc", "documentation of dependencies"},
                                          {"b", "`b`"},
                                          {"fix", "`fix`"},
                                          {"-C app build", "-C"},
                                          {"rustc --crate-type cdylib", "--crate-type"},
                                          {"rustc --profile test", "--profile test"},
                                          {"install", "--path"},
                                          {"install --path app", "--locked"},
                                          {"build --lockfile-path x", "--lockfile-path"}}) {
    CAPTURE(row.text);
    const auto error = test::error_of([&] { parse(row.text); });
    CHECK(error.id() == "command-unsupported");
    CHECK(error.message().find(row.named) != std::string::npos);
  }
}

TEST_CASE("a flag that is not known is kept with its value, or the word that may be one") {
  struct Row {
    std::string text;
    Texts unknown;
  };
  for (const auto& row : std::vector<Row>{
           {"build --frob", {"--frob"}},
           {"build --frob=x -r", {"--frob=x"}},
           {"build --frob x --release", {"--frob", "x"}},
           {"build -X -Q q", {"-X", "-Q", "q"}},
           {"build -Zbuild-std=core -Z bindeps", {"-Z", "build-std=core", "-Z", "bindeps"}},
           {"--frob build", {"--frob"}},
           {"test --frob x y", {"--frob", "x"}}}) {
    CAPTURE(row.text);
    const auto line = parse(row.text);
    CHECK(line.unknown == row.unknown);
    CHECK(parse_command_line(line.arguments()).unknown == row.unknown);
  }
}

TEST_CASE("the profile of a command") {
  struct Row {
    std::string text;
    std::string profile;
  };
  for (const auto& row : std::vector<Row>{{"build", "dev"},
                                          {"check", "dev"},
                                          {"clippy", "dev"},
                                          {"run", "dev"},
                                          {"test", "test"},
                                          {"bench", "bench"},
                                          {"test --release", "release"},
                                          {"bench --profile my", "my"},
                                          {"install --locked --path .", "release"}}) {
    CAPTURE(row.text);
    CHECK(parse(row.text).profile_name() == row.profile);
  }
}

TEST_CASE("development dependencies take part as cargo's compile filter has it") {
  for (const std::string text :
       {"test", "bench", "test --bins", "build --tests", "build --test x", "check --all-targets",
        "build --examples", "build --example e", "build --benches", "build --bench b"}) {
    CAPTURE(text);
    CHECK(parse(text).has_dev_units());
  }
  for (const std::string text : {"build", "check", "build --bins --lib", "run --bin a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse(text).has_dev_units());
  }
}

TEST_CASE("a target filter selects by name or glob, and --all-targets selects all") {
  const auto line = parse("build --bin app --example 'demo-*'");
  CHECK(line.names_targets());
  CHECK(line.filter(TargetKind::Bin).selects("app"));
  CHECK_FALSE(line.filter(TargetKind::Bin).selects("apple"));
  CHECK(line.filter(TargetKind::Example).selects("demo-1"));
  CHECK_FALSE(line.filter(TargetKind::Test).any());
  CHECK(parse("build --all-targets").filter(TargetKind::Bench).selects("anything"));
  CHECK(parse("build --all-targets").names_targets());
  CHECK_FALSE(parse("build -p a").names_targets());
}

TEST_CASE("a string is split as a shell splits it, nothing expanded") {
  struct Row {
    std::string text;
    Texts words;
  };
  for (const auto& row : std::vector<Row>{{"cargo build  -r\t-v\n", {"build", "-r", "-v"}},
                                          {"build cargo", {"build", "cargo"}},
                                          {"--features 'a b'", {"--features", "a b"}},
                                          {"--features \"a 'b\"", {"--features", "a 'b"}},
                                          {"a\\ b 'c\\d' \"e\\\"f\"", {"a b", "c\\d", "e\"f"}},
                                          {"-p'x'y ''", {"-pxy", ""}},
                                          {"$HOME ~ *", {"$HOME", "~", "*"}},
                                          {"  ", {}}}) {
    CAPTURE(row.text);
    CHECK(split_command(row.text) == row.words);
  }
  CHECK(error_id_of([] { (void)split_command("build 'x"); }) == "command-invalid");
  CHECK(error_id_of([] { (void)split_command("build \"x"); }) == "command-invalid");
}

TEST_CASE("joined words split into the same words") {
  const Texts words{"",  "a b", "it's", "\"", "$x", "back\\slash",
                    "*", "a=b", "-p",   "\n", "{}", "!"};
  CHECK(split_command(join_command(words)) == words);
  CHECK(join_command({"build", "--features", "a,b"}) == "build --features a,b");
}
