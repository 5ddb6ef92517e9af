#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "larder/base/text.hpp"
#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/local_workspace.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// `build --store`: the workspace's own crates come from the store as well, by content and not by
// date. See local_hazards_test.cpp for what could make one stale.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_SUITE("local") {
  TEST_CASE("after an edit only that crate and those above it are compiled, with the reason") {
    const TestDirectory directory("local-edits");
    const auto workspace = three_crates(directory.path());
    CHECK(told_of_local(workspace.build()) == ToldOfLocal{0, 4, 4, 4});
    const auto first = workspace.answer();
    const auto again = workspace.build_anew();
    CHECK(told_of_local(again) == ToldOfLocal{4, 4, 0, 0});
    CHECK(workspace.answer() == first);
    // Cargo shows it again for a unit that it finds fresh.
    CHECK(again.says("unused variable"));
    struct Row {
      const char *crate, *from, *to;
      ToldOfLocal told;
    };
    for (const auto& row : {Row{"other", "other 1", "other 2", {2, 4, 2, 2}},
                            Row{"lower", "lower 1", "lower 2", {1, 4, 3, 3}},
                            Row{"upper", "upper 1", "upper 2", {2, 4, 2, 2}},
                            // Undone.
                            Row{"upper", "upper 2", "upper 1", {4, 4, 0, 0}}}) {
      CAPTURE(row.to);
      edit_source(workspace, row.crate, row.from, row.to);
      const auto run = workspace.build_anew();
      CHECK(told_of_local(run) == row.told);
      if (row.told.compiled > 0)
        CHECK(run.says(fmt::format("{0} ({0}/src/lib.rs has changed)", row.crate)));
      CHECK(workspace.answer().find(row.to) != std::string::npos);
    }
    workspace.check_truth();
  }

  TEST_CASE("in a target directory that is there, out-of-date units are replaced") {
    const TestDirectory directory("local-warm");
    const auto workspace = three_crates(directory.path());
    workspace.build();
    CHECK(told_of_local(workspace.build()).total == -1);
    edit_source(workspace, "lower", "lower 1", "lower 2");
    CHECK(told_of_local(workspace.build()) == ToldOfLocal{0, 3, 3, 3});
    // A date that tells cargo nothing.
    edit_source(workspace, "lower", "lower 2", "lower 3");
    fs::last_write_time(workspace.root() + "/lower/src/lib.rs",
                        fs::file_time_type::clock::now() - std::chrono::hours(10000));
    CHECK(told_of_local(workspace.build()) == ToldOfLocal{0, 3, 3, 3});
    CHECK(workspace.answer().find("lower 3") != std::string::npos);
    edit_source(workspace, "lower", "lower 3", "lower 2");
    CHECK(told_of_local(workspace.build()) == ToldOfLocal{3, 3, 0, 0});
    workspace.check_truth();
  }

  TEST_CASE("what no later build can be told from is not stored, and the reason is said") {
    struct Row {
      std::string name, body, reason;
    };
    const TestDirectory directory("local-impure");
    LocalWorkspace workspace(directory.path());
    const std::vector<Row> rows{
        {"date", "format!(\"{:?}\", std::time::SystemTime::now())", "asking for the date"},
        {"writing", "fs::write(\"../left\", \"x\").unwrap(); String::new()",
         "writing outside the unit's own directory"},
        {"network", "format!(\"{:?}\", std::net::UdpSocket::bind(\"127.0.0.1:0\").is_ok())",
         "using the network"}};
    for (const auto& row : rows) {
      workspace.add(row.name, scripts_library, "build = \"build.rs\"\n",
                    {{"build.rs", looking_script(row.body)}});
    }
    workspace.add("dates", "pub fn text() -> String { env!(\"NUMBER\").into() }\n",
                  "build = \"build.rs\"\n",
                  {{"build.rs", "fn main() { println!(\"cargo:rustc-env=NUMBER=1\"); }\n"}});
    workspace.add_below("shared", "", "[lib]\ncrate-type = [\"cdylib\"]\n");
    workspace.finish();
    const auto first = workspace.build();
    CAPTURE(first.errors);
    // The programs of the four scripts.
    CHECK(told_of_local(first).saved == 4);
    for (const auto& row : rows)
      CHECK(first.says(fmt::format("1 {} ({} 1.0.0)", row.reason, row.name)));
    CHECK(first.says("because the build script prints no `rerun-if` (dates 1.0.0)"));
    CHECK(first.says("1 without a hash in the file name (shared 1.0.0)"));
    CHECK(first.says("; 5 depending on such a unit\n"));
    CHECK(told_of_local(workspace.build_anew()).restored == 4);
  }

  TEST_CASE("units that are compiled incrementally are left alone, which is said once") {
    const TestDirectory directory("local-incremental");
    auto workspace = three_crates(directory.path());
    workspace.set("CARGO_INCREMENTAL", "1");
    const auto run = workspace.build();
    CHECK(told_of_local(run) == ToldOfLocal{0, 4, 4, 0});
    CHECK(
        run.says("note: local units are not stored, because they are compiled incrementally. Set "
                 "CARGO_INCREMENTAL=0 to store them\n"));
    workspace.set("CARGO_INCREMENTAL", "0");
    CHECK(told_of_local(workspace.build_anew({"build", "--no-local"})).total == -1);
    CHECK(told_of_local(workspace.build_anew()).saved == 4);
    workspace.set("LARDER_STORE", workspace.store());
    workspace.clean();
    const auto by_variable = larder({"build"}, workspace.root(), workspace.environment());
    // A step of an image may not have the store's mount.
    CHECK(told_of_local(by_variable).total == -1);
  }

  TEST_CASE("two workspaces with equal names have nothing in common") {
    const TestDirectory directory("local-twins");
    const auto one = three_crates(directory.path(), "one");
    const auto two = three_crates(directory.path(), "two");
    edit_source(two, "lower", "lower 1", "lower of two");
    one.build();
    CHECK(told_of_local(two.build()).restored == 0);
    two.check_truth();
    CHECK(told_of_local(one.build_anew()).restored == 4);
    CHECK(told_of_local(two.build_anew()).restored == 4);
    one.check_truth();
    two.check_truth();
  }

  TEST_CASE("a file that changes after its unit was restored is noticed, whatever its date") {
    const TestDirectory directory("local-afterwards");
    auto workspace = three_crates(directory.path());
    workspace.add("slow", "pub fn text() -> String { env!(\"ASKED\").into() }\n",
                  "build = \"build.rs\"\n",
                  {{"build.rs",
                    "fn main() {\n    println!(\"cargo:rerun-if-env-changed=ASKED\");\n"
                    "    let text = std::env::var(\"EDIT\").unwrap_or_default();\n"
                    "    println!(\"cargo:rustc-env=ASKED={}\", text.len() * 0);\n"
                    "    if text != \"\" { std::process::Command::new(\"sh\").args([\"-c\", "
                    "&text]).status().unwrap(); }\n}\n"}});
    workspace.finish();
    workspace.build();
    // The script of this build edits what was restored before cargo began.
    workspace.set("EDIT",
                  "sed -i 's/other 1/other 2/' ../other/src/lib.rs; "
                  "touch -d 2001-01-01 ../other/src/lib.rs");
    const auto run = workspace.build_anew();
    CAPTURE(run.errors);
    CHECK(
        run.says("something that other 1.0.0 depends on has changed while the build was running"));
    CHECK(workspace.answer().find("other 2") != std::string::npos);
    workspace.set("EDIT", "");
    workspace.build_anew();
    workspace.check_truth();
  }

  TEST_CASE("`store check --rebuild` finds a unit that no two compilations make alike") {
    const TestDirectory directory("local-rebuild");
    LocalWorkspace workspace(directory.path());
    workspace.add_below("random",
                        "use std::hash::{BuildHasher, Hasher};\n#[proc_macro]\npub fn number(_: "
                        "proc_macro::TokenStream) -> proc_macro::TokenStream {\n"
                        "    std::collections::hash_map::RandomState::new().build_hasher().finish()"
                        ".to_string().parse().unwrap()\n}\n",
                        "[lib]\nproc-macro = true\n");
    workspace.add("same", "pub fn text() -> String { \"1\".into() }\n");
    workspace.add("other", "pub fn text() -> String { random::number!().to_string() }\n",
                  "[dependencies]\nrandom = { path = \"../random\" }\n");
    workspace.finish();
    workspace.build();
    const auto check = [&] {
      return larder(
          {"store", "check", "--store", workspace.store(), "--rebuild", "100", "--", "build"},
          workspace.root(), workspace.environment());
    };
    CHECK(check().error_id() == "target-not-empty");
    workspace.clean();
    const auto checked = check();
    CAPTURE(checked.errors);
    CHECK(checked.code() == 1);
    CHECK(checked.says("Differs other 1.0.0 lib-other "));
    CHECK(checked.says("Compared 3 of 3 units in the store, 1 differ"));
  }

  TEST_CASE("the build directory may be another one than the target directory") {
    const TestDirectory directory("local-build-dir");
    LocalWorkspace workspace(directory.path());
    workspace.set("CARGO_BUILD_BUILD_DIR", directory / "build");
    workspace.add("scripted", scripts_library, "build = \"build.rs\"\n",
                  {{"build.rs", looking_script("\"1\".into()")}});
    workspace.finish();
    CHECK(told_of_local(workspace.build()).saved == 4);
    fs::remove_all(directory / "build");
    CHECK(told_of_local(workspace.build_anew()) == ToldOfLocal{4, 4, 0, 0});
    // As from cargo, which marks only directories that it creates.
    for (const auto& made : {directory / "build", workspace.root() + "/target"})
      CHECK(fs::exists(made + "/CACHEDIR.TAG"));
    CHECK(workspace.answer() == "scripted: 1\n");
  }

  TEST_CASE("cook and build take external units from each other") {
    const TestDirectory directory("local-and-external");
    StoreWorkspace workspace(directory.path());
    workspace.set("CARGO_INCREMENTAL", "0");
    // A name that cargo sorts elsewhere than cook's own crates.
    for (const auto* name : {"aaa", "zzz"}) {
      workspace.vendor(name, "[dependencies]\nlower = \"1\"\n", text_of_script,
                       {{"build.rs", script("\"text\".to_string()", "")}});
    }
    workspace.vendor("most", "[dependencies]\naaa = \"1\"\nzzz = \"1\"\n",
                     "pub fn text() -> String { format!(\"{} {}\", aaa::text(), zzz::text()) }\n");
    workspace.set_main("most::text(), upper::text()", "most = \"1\"\nupper = \"1\"\n");
    const auto build = [&] {
      return larder({"build", "--store", workspace.store()}, workspace.app(),
                    workspace.environment());
    };
    const auto units = workspace.cook_anew().saved;
    workspace.clean();
    const auto first = build();
    CHECK(told_by(first).restored == units);
    CHECK(told_by(first).compiled == 0);
    CHECK(told_of_local(first) == ToldOfLocal{0, 1, 1, 1});
    // On cook's units, the program is restored, too.
    CHECK(workspace.cook_anew().restored == units);
    const auto second = build();
    CHECK(told_of_local(second) == ToldOfLocal{1, 1, 0, 0});
    CHECK_FALSE(second.says("external units from the store"));
    CHECK(workspace.answer() == workspace.clean_answer());
    std::filesystem::remove_all(workspace.store());
    workspace.clean();
    CHECK(told_by(build()).saved == units);
    CHECK(workspace.cook_anew().restored == units);
  }

  TEST_CASE("tests, examples and checks are stored as well") {
    const TestDirectory directory("local-commands");
    const auto workspace = three_crates(directory.path());
    workspace.write(
        "upper/tests/works.rs",
        "#[test]\nfn works() { assert_eq!(upper::text(), include_str!(\"expected\")); }\n");
    workspace.write("upper/tests/expected", "upper 1, lower 1");
    workspace.write("upper/examples/show.rs", "fn main() { println!(\"{}\", upper::text()); }\n");
    const Words test{"test", "--workspace"};
    const auto first = workspace.build(test);
    CHECK(first.output.find("test works ... ok") != std::string::npos);
    const auto saved = told_of_local(first).saved;
    CHECK(saved > 8);
    const auto again = workspace.build_anew(test);
    CAPTURE(again.errors);
    CHECK(told_of_local(again) == ToldOfLocal{saved, saved, 0, 0});
    CHECK(again.output.find("test works ... ok") != std::string::npos);
    CHECK(again.says("unused variable"));
    const auto example =
        capture_process({{workspace.root() + "/target/debug/examples/show"}, workspace.root(), {}});
    CHECK(example.output == "upper 1, lower 1\n");
    // The test is compiled again, and fails.
    workspace.write("upper/tests/expected", "something else");
    workspace.clean();
    const auto failed = larder(Words{"test", "--store", workspace.store(), "--workspace"},
                               workspace.root(), workspace.environment());
    CHECK(failed.code() == 101);
    CHECK(failed.output.find("test works ... FAILED") != std::string::npos);
    CHECK(told_of_local(workspace.build({"check"})).saved == 4);
    const auto checked = workspace.build_anew({"check"});
    CHECK(told_of_local(checked) == ToldOfLocal{4, 4, 0, 0});
    CHECK(checked.says("unused variable"));
  }

  TEST_CASE("lints of a restored crate are shown again, and are errors where they should be") {
    if (!has_clippy()) return tell_missing("clippy");
    const TestDirectory directory("local-clippy");
    const auto workspace = three_crates(directory.path());
    CHECK(told_of_local(workspace.build({"clippy"})).saved == 4);
    const auto again = workspace.build_anew({"clippy"});
    CHECK(told_of_local(again) == ToldOfLocal{4, 4, 0, 0});
    CHECK(again.says("unused variable"));
    for (int i = 0; i < 2; ++i) {
      workspace.clean();
      const auto denied = larder({"clippy", "--store", workspace.store(), "--", "-D", "warnings"},
                                 workspace.root(), workspace.environment());
      CHECK(denied.code() == 101);
      CHECK(denied.says("error: unused variable"));
    }
    // A file that only clippy looks for, above the packages.
    workspace.write("other/src/lib.rs",
                    "pub fn text() -> String { let special = \"other 1\"; special.into() }\n");
    CHECK(told_of_local(workspace.build_anew({"clippy"})).restored == 2);
    workspace.write("clippy.toml", "disallowed-names = [\"special\"]\n");
    const auto warned = workspace.build_anew({"clippy"});
    CAPTURE(warned.errors);
    CHECK(warned.says("disallowed/placeholder name `special`"));
  }

  TEST_CASE("`store why` names the file, and `store export` can leave private code out") {
    const TestDirectory directory("local-store");
    const auto workspace = three_crates(directory.path());
    workspace.build();
    edit_source(workspace, "lower", "lower 1", "lower 2");
    workspace.clean();
    const auto why = [&](const Words& words) {
      return larder(
          Words{"store", "why", "--store", workspace.store()} + words + Words{"--", "build"},
          workspace.root(), workspace.environment());
    };
    const auto lower = why({"lower"});
    CHECK(lower.code() == 1);
    CHECK(lower.output.find("would be compiled: lower/src/lib.rs has changed") !=
          std::string::npos);
    CHECK(why({"other"}).code() == 0);
    const auto verified = larder({"verify", "--store", workspace.store(), "--", "build"},
                                 workspace.root(), workspace.environment());
    CHECK(verified.code() == 0);
    CHECK(verified.says("Changed lower v1.0.0 lib-lower: lower/src/lib.rs has changed\n"));
    CHECK(verified.says("Verified 1 of 4 local units would be restored"));
    CHECK(why({"other", "--message-format", "json"}).output.find("\"local\": true") !=
          std::string::npos);
    const auto exported = directory / "exported";
    const auto with_all = larder({"store", "export", "--store", workspace.store(), exported},
                                 workspace.root(), workspace.environment());
    CHECK(with_all.says("4 of them are of local packages"));
    const auto without = larder(
        {"store", "export", "--store", workspace.store(), "--external-only", directory / "public"},
        workspace.root(), workspace.environment());
    CHECK(without.says("Exported 0 unit variants"));
    CHECK_FALSE(without.says("warning"));
    fs::remove_all(workspace.store());
    workspace.clean();
    const auto imported =
        larder({"build", "--store-from", exported}, workspace.root(), workspace.environment());
    CHECK(told_of_local(imported).restored == 1);
  }
}

}  // namespace larder::test
