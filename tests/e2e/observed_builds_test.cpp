#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <functional>

#include "larder/observe/preload.hpp"
#include "support/files.hpp"
#include "support/observed.hpp"

// Builds as a whole: observing changes nothing, and each unit has its own log.

namespace larder::test {

namespace {

using observe::ReadKind;

/// Path below `target/debug` → contents of what was made, by the last build of a workspace.
std::map<std::string, std::string> made_files(const std::string& target) {
  std::map<std::string, std::string> out;
  for (const auto& [path, state] : snapshot(target, "")) {
    // The order in this one is by chance.
    if (state.kind != "file" || path == ".rustc_info.json") continue;
    out[path] = state.contents;
  }
  return out;
}

/// A macro, a script that compiles C and prints its environment, and a program that uses both.
std::map<std::string, std::string> everything() {
  return {{"Cargo.toml", package("all",
                                 "[dependencies]\nmaker = { path = \"maker\" }\n"
                                 "[profile.dev]\ncodegen-units = 1\n")},
          {"src/main.rs", "maker::make!();\nfn main() { println!(\"{}\", env!(\"SEEN\")); }\n"},
          {"v.c", "int v(void) { return 1; }\n"},
          {"build.rs", R"(fn main() {
  println!("cargo:rerun-if-changed=build.rs");
  let out = std::env::var("OUT_DIR").unwrap();
  let mut all: Vec<String> = std::env::vars().map(|(k, v)| format!("{k}={v}")).collect();
  all.retain(|x| !x.starts_with("CARGO_MAKEFLAGS") && !x.starts_with("MAKEFLAGS"));
  all.sort();
  std::fs::write(out.clone() + "/vars", all.join("\n")).unwrap();
  println!("cargo:rustc-env=SEEN={}", all.len());
  for line in ["cc -c -o $OUT_DIR/v.o v.c", "ls -l /proc/self/fd | wc -l > $OUT_DIR/files",
               "env | grep -v MAKEFLAGS | sort > $OUT_DIR/env"] {
    assert!(std::process::Command::new("sh").arg("-c").arg(line).status().unwrap().success());
  }
}
)"},
          {"maker/Cargo.toml", package("maker", "[lib]\nproc-macro = true\n")},
          {"maker/src/lib.rs",
           "#[proc_macro]\npub fn make(_: proc_macro::TokenStream) -> proc_macro::TokenStream {\n"
           "format!(\"const N: usize = {};\", std::env::vars().count()).parse().unwrap()\n}\n"}};
}

}  // namespace

TEST_SUITE("observation") {
  TEST_CASE("what is made is the same, byte for byte, with and without observation") {
    const TestDirectory directory("bytes");
    ObservedWorkspace workspace(directory / "w", everything());
    const auto target = workspace / "target";
    must(cargo({"build", "-j1"}, directory / "w", ObservedWorkspace::environment_of_builds()));
    const auto without = made_files(target);
    const auto seen = workspace.build({"-j1"});
    CHECK(seen.size() == 4);
    const auto with = made_files(target);
    REQUIRE(without.size() > 10);
    for (const auto& [path, contents] : without) {
      CAPTURE(path);
      REQUIRE(with.contains(path));
      CHECK((with.at(path) == contents));
    }
    CHECK(with.size() == without.size());
  }

  TEST_CASE("units that are built at the same time have their own observations") {
    constexpr int count = 12;
    std::map<std::string, std::string> files;
    std::string members;
    for (int i = 0; i < count; ++i) {
      const auto name = fmt::format("m{}", i);
      members += fmt::format("\"{}\", ", name);
      files[name + "/Cargo.toml"] = package(name);
      files[name + "/src/lib.rs"] = "";
      files[name + "/own.txt"] = name;
      files[name + "/build.rs"] =
          "fn main() { for _ in 0..20 { assert!(std::process::Command::new(\"sh\").arg(\"-c\")"
          ".arg(\"cat own.txt; ls > /dev/null\").output().unwrap().status.success()); } }\n";
    }
    files["Cargo.toml"] = fmt::format("[workspace]\nresolver = \"2\"\nmembers = [{}]\n", members);
    ObservedWorkspace workspace(TestDirectory("parallel") / "w", files);
    const auto seen = workspace.build({"-j8"});
    CHECK(seen.size() == 3 * count);
    for (int i = 0; i < count; ++i) {
      const auto& script = script_run(seen, fmt::format("m{}", i));
      CAPTURE(described(script));
      CHECK(script.impurities.empty());
      for (int other = 0; other < count; ++other) {
        CHECK(has_read(script, ReadKind::Contents, workspace / fmt::format("m{}/own.txt", other)) ==
              (i == other));
      }
    }
  }

  TEST_CASE("questions that cargo asks rustc are no units") {
    ObservedWorkspace workspace(TestDirectory("questions") / "w", package_with_script(""));
    const auto seen = workspace.build();
    CHECK(seen.size() == 3);
    CHECK(compilation(seen, "build_script_build").unit.package == "observed");
    CHECK(compilation(seen, "observed").unit.package == "observed");
  }

  TEST_CASE("a directory that LD_PRELOAD cannot express is not used") {
    const TestDirectory directory("space");
    std::filesystem::create_directories(directory / "a b");
    auto environment = ObservedWorkspace::environment_of_builds();
    environment.set("TMPDIR", directory / "a b");
    const observe::Preload preload(environment);
    CHECK(preload.logs().find(' ') == std::string::npos);
    CHECK(preload.can_be_loaded());
  }
}

}  // namespace larder::test
