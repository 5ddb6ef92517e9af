#include "larder/driver/cargo.hpp"

#include <doctest/doctest.h>

#include <cerrno>
#include <filesystem>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using larder::driver::find_cargo;
using larder::test::error_of;
using Texts = std::vector<std::string>;

namespace {

/// A directory for PATH with these scripts.
class Programs {
 public:
  void add(const std::string& name, const std::string& script) {
    write_file_atomically(directory_ / name, "#!/bin/sh\n" + script + "\n");
    std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_all);
  }
  Environment environment(std::map<std::string, std::string> variables = {}) const {
    variables["PATH"] = directory_.path();
    return Environment(std::move(variables));
  }
  const std::string& path() const { return directory_.path(); }

 private:
  test::TemporaryDirectory directory_;
};

const std::string nightly = "nightly-x86_64-unknown-linux-gnu";

}  // namespace

TEST_CASE("without rustup cargo is $CARGO, else cargo on PATH") {
  const Programs none;
  CHECK(find_cargo(none.environment(), "/", "").argv == Texts{"cargo"});
  CHECK(find_cargo(none.environment({{"CARGO", "/t/bin/cargo"}}), "/", "").argv ==
        Texts{"/t/bin/cargo"});
}

TEST_CASE("a toolchain that the user asked for by name or variable is kept") {
  const Programs none;
  for (const std::string source : {"cli", "env"}) {
    CAPTURE(source);
    const auto cargo = find_cargo(none.environment({{"RUSTUP_TOOLCHAIN", nightly},
                                                    {"RUSTUP_TOOLCHAIN_SOURCE", source},
                                                    {"CARGO", "/t/bin/cargo"}}),
                                  "/", "");
    CHECK(cargo.argv == Texts{"/t/bin/cargo"});
    CHECK(cargo.environment.get("RUSTUP_TOOLCHAIN") == nightly);
  }
}

TEST_CASE("rustup's own choice is forgotten, with the libraries it put in front") {
  const Programs none;
  for (const std::string source : {"default", "toolchain-file", "path-override"}) {
    CAPTURE(source);
    const auto cargo = find_cargo(none.environment({{"RUSTUP_TOOLCHAIN", nightly},
                                                    {"RUSTUP_TOOLCHAIN_SOURCE", source},
                                                    {"CARGO", "/t/bin/cargo"},
                                                    {"LD_LIBRARY_PATH", "/t/lib:/mine:/t/lib/"}}),
                                  "/", "");
    CHECK(cargo.argv == Texts{"cargo"});
    for (const auto* name : {"RUSTUP_TOOLCHAIN", "RUSTUP_TOOLCHAIN_SOURCE", "CARGO"})
      CHECK_FALSE(cargo.environment.variables().contains(name));
    CHECK(cargo.environment.get("LD_LIBRARY_PATH") == "/mine");
  }
}

TEST_CASE("a library path of the toolchain alone is removed as a whole") {
  const Programs none;
  const auto cargo = find_cargo(none.environment({{"RUSTUP_TOOLCHAIN", nightly},
                                                  {"RUSTUP_TOOLCHAIN_SOURCE", "default"},
                                                  {"CARGO", "/t/bin/cargo"},
                                                  {"LD_LIBRARY_PATH", "/t/lib"}}),
                                "/", "");
  CHECK_FALSE(cargo.environment.variables().contains("LD_LIBRARY_PATH"));
}

TEST_CASE("a variable without a source is the user's, unless a proxy could have left it there") {
  Programs programs;
  std::string version = "echo 'rustup 1.28.2 (x)'";
  const auto kept = [&](const std::string& toolchain, const std::string& cargo) {
    programs.add("rustup", "[ \"$1\" = --version ] && " + version +
                               "; [ -z \"$RUSTUP_TOOLCHAIN\" ] && [ \"$1 $2\" = 'show "
                               "active-toolchain' ] && echo '" +
                               nightly + " (default)'; exit 0");
    const auto environment =
        programs.environment({{"RUSTUP_TOOLCHAIN", toolchain}, {"CARGO", cargo}});
    return find_cargo(environment, programs.path(), "").environment.get("RUSTUP_TOOLCHAIN") ==
           toolchain;
  };
  const std::string other = "1.80.0-x86_64-unknown-linux-gnu";
  // Started by cargo: by the proxy of an older rustup or under `rustup run`.
  CHECK_FALSE(kept(nightly, "/t/bin/cargo"));
  CHECK(kept(other, "/t/bin/cargo"));
  // Called directly.
  CHECK(kept(nightly, ""));
  CHECK(kept(other, ""));
  // This one's proxy would have named the source, so it was `rustup run`.
  for (const auto* text : {"echo 'rustup 1.29.0 (x)'", "echo 'rustup 1.30.1'"}) {
    version = text;
    CHECK(kept(nightly, "/t/bin/cargo"));
  }
}

TEST_CASE("a variable without a source is kept where there is no rustup to ask") {
  const Programs none;
  for (const std::string cargo : {"", "/t/bin/cargo"}) {
    CHECK(find_cargo(none.environment({{"RUSTUP_TOOLCHAIN", nightly}, {"CARGO", cargo}}), "/", "")
              .environment.get("RUSTUP_TOOLCHAIN") == nightly);
  }
}

TEST_CASE("+toolchain goes to rustup's cargo, whatever the environment chose") {
  const Programs none;
  const auto cargo = find_cargo(none.environment({{"RUSTUP_TOOLCHAIN", "stable"},
                                                  {"RUSTUP_TOOLCHAIN_SOURCE", "env"},
                                                  {"CARGO", "/t/bin/cargo"}}),
                                "/", "nightly");
  CHECK(cargo.argv == Texts{"cargo", "+nightly"});
  CHECK_FALSE(cargo.environment.get("RUSTUP_TOOLCHAIN"));
  CHECK(cargo.command({"build", "-v"}, "/d").argv == Texts{"cargo", "+nightly", "build", "-v"});
  CHECK(cargo.command({}, "/d").directory == "/d");
}

TEST_CASE("the version of cargo is the first line it prints") {
  Programs programs;
  programs.add("cargo", "[ \"$1\" = --version ] && echo 'cargo 1.2.3 (x)' && echo more");
  CHECK(driver::cargo_version(find_cargo(programs.environment(), "/", ""), programs.path()) ==
        "cargo 1.2.3 (x)");
}

TEST_CASE("a missing cargo and a failing one are different errors") {
  Programs programs;
  const auto cargo = find_cargo(programs.environment(), "/", "");
  CHECK(error_of([&] { (void)driver::cargo_version(cargo, programs.path()); }).id() ==
        "cargo-missing");
  CHECK(error_of([&] { (void)driver::check_started(NotStarted{ENOENT}, cargo); }).id() ==
        "cargo-missing");
  programs.add("cargo", "echo 'toolchain not installed' >&2; exit 1");
  const auto error = error_of([&] { (void)driver::cargo_version(cargo, programs.path()); });
  CHECK(error.id() == "cargo-failed");
  CHECK(error.message().find("toolchain not installed") != std::string::npos);
}

TEST_CASE("how a started cargo ended is handed on") {
  const auto status = driver::check_started(Exited{101}, driver::Cargo{{"cargo"}, Environment()});
  CHECK(std::get<Exited>(status).code == 101);
}

TEST_CASE("of a toolchain that cannot be used it is said who asks for it") {
  Programs programs;
  programs.add("cargo", "echo 'error: not installed' >&2; exit 1");
  const auto shown = [&](const Environment& environment, const std::string& toolchain) {
    const auto cargo = find_cargo(environment, programs.path(), toolchain);
    const auto error = error_of([&] { (void)driver::cargo_version(cargo, programs.path()); });
    CHECK(error.id() == "cargo-failed");
    CHECK(error.message().find("error: not installed") != std::string::npos);
    return error;
  };
  CHECK(shown(programs.environment(), "").location().file == "");
  write_file_atomically(programs.path() + "/rust-toolchain.toml", "[toolchain]\npath = \"x\"\n");
  CHECK(shown(programs.environment(), "").location().file == "");
  write_file_atomically(programs.path() + "/rust-toolchain.toml",
                        "[toolchain]\nchannel = \"1.2.3\"\n");
  const auto by_file = shown(programs.environment(), "");
  CHECK(by_file.location().file == programs.path() + "/rust-toolchain.toml");
  CHECK(by_file.hint().find("1.2.3") != std::string::npos);
  const auto by_flag = shown(programs.environment(), "4.5.6");
  CHECK(by_flag.location().file == "");
  CHECK(by_flag.message().find("`4.5.6`") != std::string::npos);
  const auto by_variable = shown(programs.environment({{"RUSTUP_TOOLCHAIN", "7.8.9"}}), "");
  CHECK(by_variable.location().file == "");
  CHECK(by_variable.message().find("RUSTUP_TOOLCHAIN") != std::string::npos);
}
