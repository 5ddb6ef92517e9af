#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>

#include "larder/base/text.hpp"
#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"

// Units whose rustc loads a proc-macro, in a store: what the macro looks at are conditions.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_SUITE("store-conditions") {
  TEST_CASE("whatever a macro looks at decides whether what it made is restored") {
    const std::vector<Asking> rows{
        {"a-file-outside", "std::fs::read_to_string(\"{}/f\").unwrap()", writing("a"),
         writing("b")},
        {"a-file-of-the-package",
         "std::fs::read_to_string(std::env::var(\"CARGO_MANIFEST_DIR\").unwrap() + "
         "\"/note\").unwrap()",
         {},
         [](auto& w, auto&) {
           write_old_file(w.app() + "/vendor/a-file-of-the-package/note", "b");
         }},
        {"whether-it-is-there",
         "std::path::Path::new(\"{}/f\").exists().to_string()",
         {},
         writing("")},
        {"names-in-a-directory",
         "std::fs::read_dir(\"{}\").unwrap().count().to_string()",
         {},
         writing("")},
        {"a-variable", "std::env::var(\"ASKED\").unwrap_or_default()", {}, setting("ASKED", "b")},
        {"a-variable-of-a-run", "std::env::var(\"CI_JOB_ID\").unwrap_or_default()",
         setting("CI_JOB_ID", "1"), setting("CI_JOB_ID", "2")},
        {"unchanged", "std::fs::read_to_string(\"{}/f\").unwrap()", writing("a"), {}}};
    const TestDirectory directory("store-macro-reads");
    MacrosWorkspace(directory, rows).check();
  }

  TEST_CASE("whatever variable a macro looks at unnamed decides as well") {
    const std::vector<Asking> rows{
        {"all-of-them",
         "std::env::vars().filter(|v| v.0.starts_with(\"ASK\")).count().to_string()",
         {},
         setting("ASKED", "b")},
        {"what-a-program-says",
         "String::from_utf8(std::process::Command::new(\"sh\").args([\"-c\", \"echo $ASKED; cat "
         "{}/f\"]).output().unwrap().stdout).unwrap().replace(\"\\n\", \" \")",
         writing("a"), setting("ASKED", "b")}};
    const TestDirectory directory("store-macro-variables");
    MacrosWorkspace(directory, rows).check();
  }

  TEST_CASE("what a macro does that no later run can be told from is not stored") {
    const std::vector<Asking> rows{
        {"date", "format!(\"{:?}\", std::time::SystemTime::now())", {}, {}},
        {"writing", "std::fs::write(\"{}/left\", \"x\").unwrap(); String::new()", {}, {}}};
    const TestDirectory directory("store-macro-acts");
    const MacrosWorkspace workspace(directory, rows);
    const auto first = workspace.cook();
    CAPTURE(first.errors);
    CHECK(told_by(first).saved == 1);
    CHECK(
        first.says("2 external units are not stored: 1 asking for the date (date 1.0.0); "
                   "1 writing outside the unit's own directory (writing 1.0.0)\n"));
    CHECK(workspace.cook_anew().restored == 1);
    (void)workspace.answer();
  }

  TEST_CASE("a macro may ask cargo where the workspace is, as proc-macro-crate does") {
    const std::vector<Asking> rows{
        {"reads-what-cargo-names",
         "std::fs::read_to_string(String::from_utf8(std::process::Command::new("
         "std::env::var(\"CARGO\").unwrap()).args([\"locate-project\", \"--workspace\", "
         "\"--message-format=plain\", \"--manifest-path\", \"{}/Cargo.toml\"])"
         ".output().unwrap().stdout).unwrap().trim()).unwrap().lines().last().unwrap().to_string()",
         [](auto&, const std::string& outside) {
           write_old_file(outside + "/Cargo.toml", package("x") + "#a");
           write_file(outside + "/src/lib.rs", "");
         },
         [](auto&, const std::string& outside) {
           write_old_file(outside + "/Cargo.toml", package("x") + "#b");
         }},
        {"asks-cargo",
         "String::from_utf8(std::process::Command::new(std::env::var(\"CARGO\").unwrap())"
         ".args([\"locate-project\", \"--workspace\", \"--message-format=plain\"])"
         ".output().unwrap().stdout).unwrap().trim().rsplit('/').nth(1).unwrap().to_string()",
         {},
         {}}};
    const TestDirectory directory("store-macro-cargo");
    MacrosWorkspace(directory, rows).check();
  }

  TEST_CASE("a library outside that is linked into a crate is a condition by its content") {
    const auto compiler = find_program("cc");
    const auto archiver = find_program("ar");
    const TestDirectory directory("store-native");
    StoreWorkspace workspace(directory.path());
    const auto make_library = [&](const std::string& text) {
      write_file(directory / "n.c", "const char *native(void) { return \"" + text + "\"; }\n");
      fs::create_directories(directory / "native");
      fs::remove(directory / "native/libn.a");
      for (const auto& words :
           {Words{compiler, "-c", "-o", directory / "n.o", directory / "n.c"},
            Words{archiver, "rcs", directory / "native/libn.a", directory / "n.o"}})
        REQUIRE(succeeded(capture_process({words, "", workspace.environment()}).status));
      fs::last_write_time(directory / "native/libn.a",
                          fs::file_time_type::clock::now() - std::chrono::hours(10000));
    };
    workspace.vendor("other", "",
                     "extern \"C\" { fn native() -> *const std::ffi::c_char; }\n"
                     "pub fn text() -> &'static str {\n"
                     "    unsafe { std::ffi::CStr::from_ptr(native()) }.to_str().unwrap()\n}\n",
                     {{"build.rs",
                       "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                       "    println!(\"cargo:rustc-link-search=native=" +
                           (directory / "native") +
                           "\");\n    println!(\"cargo:rustc-link-lib=static=n\");\n}\n"}});
    workspace.lock();
    make_library("one");
    CHECK(workspace.cook_anew().saved == 5);
    CHECK(workspace.cook_anew().restored == 5);
    CHECK(workspace.answer() == "upper 1, lower 1\none\n");
    make_library("two");
    CHECK(workspace.cook_anew().restored == 4);
    CHECK(workspace.answer() == workspace.clean_answer());
    CHECK(workspace.answer() == "upper 1, lower 1\ntwo\n");
  }
}

}  // namespace larder::test
