#include "larder/cook/stub_wrapper.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "../support/values.hpp"
#include "larder/base/files.hpp"
#include "larder/cook/stub_calls.hpp"

using namespace larder;
using namespace larder::cook;
using Texts = std::vector<std::string>;

namespace {

const std::string skeleton = "/w/target/larder/abc/0";

StubDecision decide(const Texts& arguments, const std::string& manifest_directory = skeleton) {
  return decide_stub(arguments, test::environment_of({{"CARGO_MANIFEST_DIR", manifest_directory}}),
                     skeleton);
}

Texts compile(const std::string& crate, const Texts& more = {}) {
  Texts out{"rustc",      "--crate-name",
            crate,        "--edition=2021",
            "src/lib.rs", "--emit=dep-info,metadata,link",
            "-C",         "metadata=1",
            "-C",         "extra-filename=-0123",
            "--out-dir",  "/w/target/debug/deps"};
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace

TEST_CASE("crates of the skeleton are not compiled") {
  const auto decision = decide(compile("larder_root"));
  CHECK_FALSE(decision.pass_on);
  CHECK(decision.build_script.empty());
  CHECK_FALSE(decide(compile("larder_features"), skeleton + "/features").pass_on);
}

TEST_CASE("a build script of the skeleton gets the executable that cargo expects") {
  auto arguments = compile("build_script_build");
  CHECK(decide(arguments).build_script == "/w/target/debug/deps/build_script_build-0123");
  std::erase(arguments, "extra-filename=-0123");
  std::erase(arguments, "-C");
  CHECK(decide(arguments).build_script == "/w/target/debug/deps/build_script_build");
}

TEST_CASE("the library files that rustc would make are told") {
  CHECK(decide(compile("larder_root")).libraries.empty());
  CHECK(decide(compile("syn", {"--crate-type", "lib"})).libraries ==
        Texts{"/w/target/debug/deps/libsyn-0123.rmeta", "/w/target/debug/deps/libsyn-0123.rlib"});
  CHECK(
      decide(compile("derive", {"--crate-type", "proc-macro"})).libraries ==
      Texts{"/w/target/debug/deps/libderive-0123.rmeta", "/w/target/debug/deps/libderive-0123.so"});
  CHECK(decide(compile("app", {"--crate-type", "bin"})).libraries.empty());
}

TEST_CASE("every other crate is compiled") {
  for (const std::string directory : {"/w/member", "/home/u/.cargo/registry/src/x/syn-2.0.0",
                                      "/w/target/larder/abc/00", "/w/target/larder/abc", ""}) {
    CAPTURE(directory);
    CHECK(decide(compile("syn"), directory).pass_on);
  }
  CHECK(decide_stub(compile("syn"), Environment(), skeleton).pass_on);
}

TEST_CASE("questions to rustc reach it, also on behalf of a skeleton crate") {
  for (const auto& arguments : std::vector<Texts>{
           {"rustc", "-vV"},
           {"rustc", "--print", "cfg"},
           {"rustc", "-", "--crate-name", "___", "--print=file-names", "--crate-type", "lib"},
           {"rustc", "-", "--crate-name", "___", "--emit=link", "--out-dir", "/tmp/x"},
           {"rustc", "--crate-name", "a", "--emit=link"},
           {"rustc", "--crate-name", "a", "--out-dir", "/x"},
           {"rustc", "--out-dir", "/x", "--emit=link"},
           {"rustc", "--emit=link", "--out-dir", "/x", "--crate-name"},
           {"rustc"}}) {
    CAPTURE(arguments);
    CHECK(decide(arguments).pass_on);
  }
}

TEST_CASE("a stubbed build script is known by its name") {
  for (const std::string program :
       {"build-script-build", "/w/target/debug/build/x-1/build-script-build",
        "build_script_build-0123", "/w/target/debug/build/x-1/build-script-main"}) {
    CAPTURE(program);
    CHECK(is_stubbed_build_script(program));
  }
  for (const std::string program :
       {"cargo-larder", "larder-stub", "build", "/build-script-build/cargo"}) {
    CAPTURE(program);
    CHECK_FALSE(is_stubbed_build_script(program));
  }
}

TEST_CASE("the wrapper without rustc's name is wrong usage") {
  CHECK(run_stub_wrapper({"/s/larder-stub"}, Environment()) == 2);
}

TEST_CASE("the wrapper returns success for a skeleton crate without starting rustc") {
  auto argv = compile("larder_root");
  argv[0] = "/no/such/rustc";
  argv.insert(argv.begin(), skeleton + "/larder-stub");
  CHECK(run_stub_wrapper(argv, test::environment_of({{"CARGO_MANIFEST_DIR", skeleton}})) == 0);
}

TEST_CASE("the stub wrapper is used only where no other wrapper can be") {
  const auto reason = [](const std::string& subcommand,
                         std::map<std::string, std::string> variables,
                         const std::string& config_text) {
    const auto tree = test::tree_of({{"/w/.cargo/config.toml", config_text}});
    return reason_against_wrapper(subcommand, Environment(std::move(variables)),
                                  cargo::Config::load(tree, "/w", "", ""));
  };
  for (const std::string subcommand : {"build", "check", "test", "bench"}) {
    CAPTURE(subcommand);
    CHECK(reason(subcommand, {}, "").empty());
  }
  for (const std::string subcommand : {"clippy", "zigbuild"}) {
    CAPTURE(subcommand);
    CHECK_FALSE(reason(subcommand, {}, "").empty());
  }
  for (const std::string variable :
       {"RUSTC_WRAPPER", "CARGO_BUILD_RUSTC_WRAPPER", "RUSTC_WORKSPACE_WRAPPER",
        "CARGO_BUILD_RUSTC_WORKSPACE_WRAPPER"}) {
    CAPTURE(variable);
    CHECK(reason("build", {{variable, "sccache"}}, "").find(variable) != std::string::npos);
    CHECK(reason("build", {{variable, ""}}, "").empty());
  }
  for (const std::string key : {"rustc-wrapper", "rustc-workspace-wrapper"}) {
    CAPTURE(key);
    CHECK_FALSE(reason("build", {}, "[build]\n" + key + " = \"sccache\"\n").empty());
  }
}
