#include <doctest/doctest.h>

#include <chrono>
#include <filesystem>
#include <functional>

#include "larder/base/text.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"

// Units whose rustc loads a proc-macro, in a store: what the macro looks at are conditions.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// `other` asks the macro of `macros` for its text, whose expression is `body`; `{}` in it stands
/// for a directory outside the package.
class MacroWorkspace : public StoreWorkspace {
 public:
  MacroWorkspace(const TestDirectory& directory, std::string body)
      : StoreWorkspace(directory.path()) {
    body = replaced(std::move(body), "{}", directory / "outside");
    vendor("macros", "[lib]\nproc-macro = true\n",
           "use proc_macro::TokenStream;\n#[proc_macro]\npub fn asked(_: TokenStream) -> "
           "TokenStream {\n    let text: String = { " +
               body + " };\n    format!(\"{text:?}\").parse().unwrap()\n}\n");
    vendor("other", "[dependencies]\nmacros = \"1\"\n",
           "pub fn text() -> &'static str { macros::asked!() }\n", {{"note", "a"}});
    lock();
  }
};

}  // namespace

TEST_SUITE("store") {
  TEST_CASE("whatever a macro looks at decides whether what it made is restored") {
    struct Row {
      const char* what;
      const char* body;
      std::function<void(MacroWorkspace&)> before, change;
    };
    const auto nothing = [](MacroWorkspace&) {};
    const std::vector<Row> rows{
        {"a file outside the package", "std::fs::read_to_string(\"{}/f\").unwrap()",
         [](auto& w) { write_old_file(w.outside("f"), "a"); },
         [](auto& w) { write_old_file(w.outside("f"), "b"); }},
        {"a file of the package",
         "std::fs::read_to_string(std::env::var(\"CARGO_MANIFEST_DIR\").unwrap() + "
         "\"/note\").unwrap()",
         nothing, [](auto& w) { write_old_file(w.app() + "/vendor/other/note", "b"); }},
        {"whether there is a file", "std::path::Path::new(\"{}/f\").exists().to_string()", nothing,
         [](auto& w) { write_old_file(w.outside("f"), ""); }},
        {"the names in a directory", "std::fs::read_dir(\"{}\").unwrap().count().to_string()",
         nothing, [](auto& w) { write_old_file(w.outside("f"), ""); }},
        {"a variable", "std::env::var(\"ASKED\").unwrap_or_default()", nothing,
         [](auto& w) { w.set("ASKED", "b"); }},
        {"a variable of a CI's run", "std::env::var(\"CI_JOB_ID\").unwrap_or_default()",
         [](auto& w) { w.set("CI_JOB_ID", "1"); }, [](auto& w) { w.set("CI_JOB_ID", "2"); }},
        {"all variables",
         "std::env::vars().filter(|v| v.0.starts_with(\"ASK\")).count().to_string()", nothing,
         [](auto& w) { w.set("ASKED", "b"); }},
        {"what a program says",
         "String::from_utf8(std::process::Command::new(\"sh\").args([\"-c\", \"echo $ASKED; cat "
         "{}/f\"]).output().unwrap().stdout).unwrap()",
         [](auto& w) { write_old_file(w.outside("f"), "a"); },
         [](auto& w) { w.set("ASKED", "b"); }}};
    for (const auto& row : rows) {
      CAPTURE(row.what);
      const TestDirectory directory("store-macro-reads");
      MacroWorkspace workspace(directory, row.body);
      row.before(workspace);
      workspace.check_is_condition(
          4, [&] { row.change(workspace); }, 1);
    }
  }

  TEST_CASE("what a macro does that no later run can be told from is not stored") {
    const std::vector<std::pair<const char*, const char*>> rows{
        {"format!(\"{:?}\", std::time::SystemTime::now())", "1 asking for the date"},
        {"std::fs::write(\"{}/left\", \"x\").unwrap(); String::new()",
         "1 writing outside the unit's own directory"}};
    for (const auto& [body, reason] : rows) {
      CAPTURE(body);
      const TestDirectory directory("store-macro-acts");
      const MacroWorkspace workspace(directory, body);
      const auto first = workspace.cook();
      CHECK(told_by(first).saved == 3);
      CHECK(
          first.says(std::string("1 external unit is not stored: ") + reason + " (other 1.0.0)\n"));
      CHECK(workspace.cook_anew().restored == 3);
      (void)workspace.answer();
    }
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
