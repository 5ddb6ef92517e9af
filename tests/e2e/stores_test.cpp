#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>

#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Several stores: units that one took from another.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* both_answers = "upper 1, lower 1\nother 1\n";

}  // namespace

TEST_SUITE("stores") {
  TEST_CASE("units come from another store too, and are then in one's own") {
    const TestDirectory directory("stores-from");
    const StoreWorkspace workspace(directory.path());
    const auto other = directory / "other store";
    CHECK(workspace.cook_with({"--store", other}).saved == 3);
    const auto before = snapshot(other);

    const auto taken = workspace.cook_anew({"--store-from", other});
    CHECK(taken.restored == 3);
    CHECK(taken.compiled == 0);
    CHECK(taken.saved == 0);
    CHECK(workspace.answer() == both_answers);
    CHECK(workspace.files_of("units").size() == 3);
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == both_answers);
    CHECK(changed_paths(before, snapshot(other)).empty());
  }

  TEST_CASE("other stores do without one's own, and nothing is written then") {
    const TestDirectory directory("stores-from-only");
    StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    const auto before = snapshot(workspace.store());
    CHECK(workspace.cook_with({"--store-from", workspace.store()}).restored == 3);
    workspace.set("RUSTFLAGS", "--cfg another");
    const auto cold = workspace.cook_with({"--store-from", workspace.store()});
    CHECK(cold.restored == 0);
    CHECK(cold.compiled == 3);
    CHECK(cold.saved == 0);
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());
  }

  TEST_CASE("what one store lacks comes from the next, and only what fits together") {
    const TestDirectory directory("stores-from-several");
    const StoreWorkspace workspace(directory.path());
    const Words from{"--store-from", directory / "a", "--store-from", directory / "b"};
    workspace.cook_with({"--store", directory / "a"});
    workspace.vendor("other", "", "pub fn text() -> &'static str { \"other 2\" }\n", {}, "1.0.1");
    workspace.lock();
    workspace.cook_with({"--store", directory / "b"});
    // `lower` and `upper` are in both, `other` in this version in one.
    for (const auto* part : {"a/units", "a/blobs"}) CHECK(fs::exists(directory / part));
    CHECK(workspace.cook_with(from).restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nother 2\n");
    fs::remove_all(directory / "b/blobs");
    CHECK(workspace.cook_with(from).restored == 2);
  }

  TEST_CASE("a variable is compared by the key of each store") {
    const TestDirectory directory("stores-from-variable");
    StoreWorkspace workspace(directory.path());
    workspace.let_other_ask();
    workspace.set("ASKED_FOR", "a");
    workspace.cook_with({"--store", directory / "other"});
    const Words from{"--store-from", directory / "other"};
    workspace.set("ASKED_FOR", "b");
    CHECK(workspace.cook_anew(from).restored == 2);
    CHECK(workspace.answer() == "upper 1, lower 1\nb\n");
    workspace.set("ASKED_FOR", "a");
    CHECK(workspace.cook_anew(from).restored == 3);
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\na\n");
    workspace.set("ASKED_FOR", "b");
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nb\n");
  }

  TEST_CASE("another store is trusted as one's own is, and one that is not there is said") {
    const TestDirectory directory("stores-from-trust");
    const StoreWorkspace workspace(directory.path());
    const auto other = directory / "other";
    const auto cook = [&] {
      return larder({"deps", "--store-from", other, "build", "--locked"}, workspace.app(),
                    workspace.environment());
    };
    auto run = cook();
    CHECK(run.code() == 0);
    CHECK(run.says("warning: there is no store in " + other));
    // As an empty mount is.
    fs::create_directories(other);
    run = cook();
    CHECK(run.code() == 0);
    CHECK(run.says("warning: there is no store in " + other));
    write_file(other + "/notes", "");
    CHECK(cook().error_id() == "store-missing");
    fs::remove_all(other);
    workspace.cook_with({"--store", other});
    ::chmod(other.c_str(), 0777);
    CHECK(cook().error_id() == "store-untrusted");
    ::chmod(other.c_str(), 0755);
    write_file(other + "/format", "cargo-larder store 2\n");
    CHECK(cook().error_id() == "store-format");
  }

  TEST_CASE("with LARDER_STORE_KEY only what was signed by it is used, and cargo does not see it") {
    const TestDirectory directory("stores-key");
    StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    workspace.set("LARDER_STORE_KEY", "first");
    workspace.clean();
    const auto run = workspace.cook();
    CHECK(told_by(run).restored == 0);
    CHECK(told_by(run).saved == 3);
    CHECK(run.says("3 entries of " + workspace.store() +
                   " were not used, because they are not signed with LARDER_STORE_KEY"));
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == both_answers);
    CHECK(workspace.run({"store", "check", "--store", workspace.store()}).says(", 0 damaged"));
    workspace.set("LARDER_STORE_KEY", "second");
    CHECK(workspace.run({"store", "check", "--store", workspace.store()})
              .says("3 unit variants are not signed with LARDER_STORE_KEY"));
    const auto other =
        workspace.cook_with({"--store", directory / "own", "--store-from", workspace.store()});
    CHECK(other.restored == 0);
    CHECK(other.saved == 3);
    workspace.unset("LARDER_STORE_KEY");
    CHECK(workspace.cook_anew().restored == 3);

    // The application's build script sees the environment of cargo.
    write_file(workspace.app() + "/build.rs",
               "fn main() {\n    println!(\"cargo:rustc-env=SEEN={:?}\", "
               "std::env::var_os(\"LARDER_STORE_KEY\"));\n}\n");
    workspace.set_main("env!(\"SEEN\"), other::text()", "upper = \"1\"\nother = \"1\"\n");
    workspace.set("LARDER_STORE_KEY", "first");
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == "None\nother 1\n");
  }

  TEST_CASE("the size that a store is kept to comes from a flag or a variable") {
    const TestDirectory directory("stores-size");
    StoreWorkspace workspace(directory.path());
    const auto units_after = [&](const Words& flags) {
      fs::remove_all(workspace.store());
      CHECK(workspace.cook_anew(flags).saved == 3);
      return workspace.files_of("units").size();
    };
    CHECK(units_after({}) == 3);
    CHECK(units_after({"--store-size", "1KB"}) == 0);
    workspace.set("LARDER_STORE_SIZE", "1KB");
    CHECK(units_after({}) == 0);
    CHECK(units_after({"--store-size", "1GB"}) == 3);
    CHECK(workspace.run({"store", "gc", "--store", workspace.store()})
              .says("Removed 3 unit variants"));
    workspace.set("LARDER_STORE_SIZE", "much");
    const auto refused = larder({"deps", "--store", workspace.store(), "build", "--locked"},
                                workspace.app(), workspace.environment());
    CHECK(refused.code() == 2);
    CHECK(refused.error_id() == "command-invalid");
  }

  TEST_CASE("an export is a store, and with --used it has what the last cook used") {
    const TestDirectory directory("stores-export");
    const StoreWorkspace workspace(directory.path());
    const auto exported = [&](const std::string& to, const Words& flags) {
      return workspace.run(Words{"store", "export", "--store", workspace.store(), to} + flags);
    };
    const auto missing =
        larder({"store", "export", "--store", workspace.store(), directory / "x", "--used"},
               workspace.app(), workspace.environment());
    CHECK(missing.error_id() == "no-used-units");
    workspace.cook_anew();
    workspace.cook_anew({}, {"build", "--release", "--locked"});
    workspace.vendor("other", "", "pub fn text() -> &'static str { \"other 2\" }\n", {}, "1.0.1");
    workspace.lock();
    // Two are restored, one is saved.
    CHECK(workspace.cook_anew().saved == 1);
    CHECK(workspace.files_of("units").size() == 7);
    const auto before = snapshot(workspace.store());
    CHECK(exported(directory / "all", {}).says("Exported 7 unit variants"));
    CHECK(exported(directory / "used", {"--used"}).says("Exported 3 unit variants"));
    CHECK(exported(directory / "used", {}).says("Exported 4 unit variants"));
    CHECK(exported(directory / "used", {}).says("Exported 0 unit variants"));
    fs::remove_all(directory / "used");
    // What a warm target directory holds was used as well.
    CHECK(told_by(workspace.cook()).total == 0);
    CHECK(exported(directory / "used", {"--used"}).says("Exported 3 unit variants"));
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());

    CHECK(workspace.cook_with({"--store-from", directory / "used"}).restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nother 2\n");
    workspace.clean();
    // It may be used as a store itself.
    CHECK(workspace.cook_with({"--store", directory / "used"}).restored == 3);
    const auto other = workspace.run({"deps", "--store", workspace.store(), "--store-from",
                                      directory / "used", "build", "--locked"});
    CHECK(told_by(other).total == 0);
  }

  TEST_CASE("several commands of a recipe are used together") {
    const TestDirectory directory("stores-export-commands");
    const StoreWorkspace workspace(directory.path());
    workspace.run({"prepare", "--for", "build --locked", "--for", "build --release --locked"});
    for (const bool warm : {false, true}) {
      CAPTURE(warm);
      workspace.run({"cook", "--store", workspace.store()});
      fs::remove_all(directory / "used");
      CHECK(workspace
                .run({"store", "export", "--store", workspace.store(), "--used", directory / "used",
                      "--target-dir", "target"})
                .says("Exported 6 unit variants"));
    }
  }

  TEST_CASE("an import brings what is whole, and overwrites nothing") {
    const TestDirectory directory("stores-import");
    StoreWorkspace workspace(directory.path());
    workspace.let_other_ask();
    workspace.set("ASKED_FOR", "a");
    workspace.cook_anew();
    const auto import = [&](const std::string& to) {
      return workspace.run({"store", "import", "--store", to, workspace.store()});
    };
    // A new store has the same key, so that it has all.
    CHECK(import(directory / "new").says("Imported 3 unit variants"));
    CHECK(workspace.cook_with({"--store", directory / "new"}).restored == 3);
    const auto before = snapshot(directory / "new");
    CHECK(import(directory / "new").says("Imported 0 unit variants"));
    CHECK(changed_paths(before, snapshot(directory / "new")).empty());

    // Another key: the value that the unit was compiled with has to be known.
    for (const std::string value : {"b", "a"}) {
      CAPTURE(value);
      const auto other = directory / ("with-" + value);
      workspace.unset("ASKED_FOR");
      CHECK(workspace.cook_with({"--store", other}).saved == 3);
      fs::remove_all(other + "/units");
      workspace.set("ASKED_FOR", value);
      const auto run = import(other);
      CHECK(run.says(value == "a" ? "Imported 3 unit variants" : "Imported 2 unit variants"));
      CHECK(
          run.says("not copied, because they depend on variables or files that are different here, "
                   "or that only the other store can compare: 1.") == (value == "b"));
      workspace.set("ASKED_FOR", "a");
      CHECK(workspace.cook_with({"--store", other}).restored == (value == "a" ? 3 : 2));
      CHECK(workspace.answer() == "upper 1, lower 1\na\n");
    }

    write_file(workspace.files_of("blobs")[0], "x");
    const auto damaged = import(directory / "fourth");
    CHECK(damaged.says("not copied, because they are damaged: 1\n"));
    CHECK(workspace.run({"store", "check", "--store", directory / "fourth"}).says(", 0 damaged"));
    ::chmod(workspace.store().c_str(), 0777);
    CHECK(larder({"store", "import", "--store", directory / "new", workspace.store()},
                 workspace.app(), workspace.environment())
              .error_id() == "store-untrusted");
  }

  TEST_CASE("why says of each unit what a cook would do, and what differs where it would compile") {
    const TestDirectory directory("stores-why");
    StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "[features]\nloud = []\n",
                     "pub fn text() -> &'static str { option_env!(\"ASKED_FOR\").unwrap_or(\"-\") "
                     "}\n");
    workspace.lock();
    const auto why = [&](const Words& words) {
      return larder(Words{"store", "why", "--store", workspace.store()} + words, workspace.app(),
                    workspace.environment());
    };
    const auto said = [&](const std::string& unit) {
      const auto run = why({unit});
      CAPTURE(run.errors);
      CHECK(run.code() == (run.output.find("would be compiled") == std::string::npos ? 0 : 1));
      return run.output;
    };
    const auto says = [&](const std::string& unit, const std::string& text) {
      const auto output = said(unit);
      CAPTURE(output);
      CHECK(output.find(text) != std::string::npos);
    };
    CHECK(why({}).error_id() == "no-command");
    workspace.cook_anew();
    CHECK(larder({"store", "why", "--store", directory / "none"}, workspace.app(),
                 workspace.environment())
              .error_id() == "store-missing");
    says("other", "other 1.0.0 lib-other ");
    says("other", " is in the target directory\n");
    CHECK(why({"none"}).error_id() == "unknown-unit");
    CHECK(why({"other@2.0.0"}).error_id() == "unknown-unit");
    const auto before = snapshot(workspace.store());

    fs::remove_all(workspace.app() + "/target/debug");
    says("other@1.0.0", "would be restored from " + workspace.store() + " (saved ");
    CHECK(said("upper").find('\n') == said("upper").size() - 1);
    workspace.set("ASKED_FOR", "secret");
    says("other", "would be compiled: variable ASKED_FOR is set now\n");
    workspace.unset("ASKED_FOR");
    workspace.set("RUSTFLAGS", "--cfg another");
    says("upper", "would be compiled: the store has it compiled against a different lower 1.0.0\n");
    says("lower", "would be compiled: the store has it compiled with other rustc arguments\n");
    workspace.unset("RUSTFLAGS");
    workspace.set("CARGO_PROFILE_DEV_OPT_LEVEL", "1");
    says("lower", "would be compiled: the store has it without ");
    says("lower", "opt-level=1\n");
    workspace.unset("CARGO_PROFILE_DEV_OPT_LEVEL");
    edit_file(workspace.app() + "/vendor/lower/src/lib.rs", "lower 1", "lower X");
    says("lower", "would be compiled: the store has it compiled from different sources\n");
    says("upper", "would be compiled: lower 1.0.0 would be compiled\n");
    edit_file(workspace.app() + "/vendor/lower/src/lib.rs", "lower X", "lower 1");
    CHECK(why({}).code() == 0);
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());

    workspace.vendor("lower", "", "pub fn text() -> &'static str { \"lower 2\" }\n", {}, "1.0.1");
    workspace.set_main("upper::text(), other::text()",
                       "upper = \"1\"\nother = { version = \"1\", features = [\"loud\"] }\n");
    const auto bumped = [&](const Words& words) {
      workspace.run({"prepare", "--", "build", "--locked"});
      return why(Words{"--recipe-path", "recipe.json"} + words).output;
    };
    const auto lower = bumped({"lower"});
    CHECK(lower.find("lower 1.0.1 lib-lower ") != std::string::npos);
    CHECK(lower.find("the store has lower 1.0.0 instead\n") != std::string::npos);
    CHECK(bumped({"upper"}).find("compiled against a different lower 1.0.1\n") !=
          std::string::npos);
    CHECK(bumped({"other"}).find("without features \"loud\"\n") != std::string::npos);
    const auto json = bumped({"--message-format", "json"});
    for (const auto* part : {"\"kind\": \"version\"", "\"kind\": \"features\"",
                             "\"kind\": \"dependency\"", "\"warm\": false", "\"state\": \"cold\""})
      CHECK(json.find(part) != std::string::npos);
  }

  TEST_CASE("why tells units that are never stored, and damage") {
    const TestDirectory directory("stores-why-never");
    StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    fs::remove_all(workspace.app() + "/target/debug");
    for (const auto& file : workspace.files_of("blobs")) write_file(file, "x");
    const auto why = [&](const std::string& unit) {
      return larder({"store", "why", "--store", workspace.store(), unit}, workspace.app(),
                    workspace.environment())
          .output;
    };
    CHECK(why("other").find("its files in the store are damaged") != std::string::npos);
    workspace.set("RUSTFLAGS", "-L/no/such/directory");
    CHECK(why("lower").find("it is never stored, because its rustc flags name files") !=
          std::string::npos);
    CHECK(why("upper").find(
              "it is never stored, because a unit that it depends on is never stored") !=
          std::string::npos);
  }

  TEST_CASE("why tells what a build script read that is another thing now") {
    const TestDirectory directory("stores-why-read");
    StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "", "pub fn text() -> &'static str { \"other 1\" }\n",
                     {{"build.rs", "fn main() {\n    let _ = std::fs::read(\"" +
                                       (directory / "read") + "\");\n    let _ = std::fs::read(\"" +
                                       (directory / "absent") + "\");\n}\n"}});
    workspace.lock();
    write_file(directory / "read", "a");
    workspace.cook_anew();
    fs::remove_all(workspace.app() + "/target/debug");
    const auto why = [&] {
      return larder({"store", "why", "--store", workspace.store(), "other"}, workspace.app(),
                    workspace.environment())
          .output;
    };
    CHECK(why().find("would be compiled") == std::string::npos);
    write_file(directory / "read", "b");
    write_file(directory / "absent", "");
    workspace.set("SOME_OTHER", "1");
    const auto told = why();
    CAPTURE(told);
    CHECK(told.find((directory / "read") + " has changed") != std::string::npos);
    CHECK(told.find((directory / "absent") + " exists now") != std::string::npos);
    CHECK(told.find("variable SOME_OTHER is set now") != std::string::npos);
  }

  TEST_CASE("check --rebuild compiles anew, and tells which unit is another") {
    const TestDirectory directory("stores-rebuild");
    StoreWorkspace workspace(directory.path());
    const auto check = [&](const std::string& count) {
      return larder({"store", "check", "--store", workspace.store(), "--rebuild", count},
                    workspace.app(), workspace.environment());
    };
    workspace.cook_anew();
    const auto target = snapshot(workspace.app() + "/target");
    const auto all = check("9");
    CAPTURE(all.errors);
    CHECK(all.code() == 0);
    CHECK(all.says("Compared 3 of 3 units in the store, 0 differ"));
    CHECK(check("2").says("Compared 2 of 3 units in the store, 0 differ"));
    CHECK(changed_paths(target, snapshot(workspace.app() + "/target")).empty());

    // A wrong entry, as one that read what nobody observed would be: of other sources under the
    // key of these.
    const auto before = workspace.files_of("units");
    const auto file = workspace.app() + "/vendor/other/src/lib.rs";
    edit_file(file, "other 1", "wrong 1");
    workspace.cook_anew();
    std::string key;
    std::string wrong;
    for (const auto& document : workspace.files_of("units")) {
      const bool is_new = std::find(before.begin(), before.end(), document) == before.end();
      if (is_new) wrong = document;
      if (!is_new && read_file(document).find("other 1.0.0") != std::string::npos) key = document;
    }
    REQUIRE_FALSE(wrong.empty());
    fs::rename(wrong, fs::path(key).parent_path() / fs::path(wrong).filename());
    fs::remove(key);
    edit_file(file, "wrong 1", "other 1");
    const auto found = check("9");
    CAPTURE(found.errors);
    CHECK(found.code() == 1);
    CHECK(found.says("Differs other 1.0.0 lib-other "));
    CHECK(found.says("Compared 3 of 3 units in the store, 1 differ"));
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nwrong 1\n");
  }

  TEST_CASE("damage in another store is compiled, and left there") {
    const TestDirectory directory("stores-from-damage");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    for (const auto& file : workspace.files_of("blobs")) write_file(file, "x");
    const auto before = snapshot(workspace.store());
    const auto told =
        workspace.cook_with({"--store", directory / "own", "--store-from", workspace.store()});
    CHECK(told.restored == 0);
    CHECK(told.saved == 3);
    CHECK(workspace.answer() == both_answers);
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());
  }
}

}  // namespace larder::test
