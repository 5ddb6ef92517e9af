#include <doctest/doctest.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <map>
#include <thread>

#include "larder/store/store.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// `cook --store`: units come from the store, and what is built from them is what a clean build
// makes.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

}  // namespace

TEST_SUITE("store") {
  TEST_CASE("all that was saved is restored into an empty target directory, and reused") {
    const TestDirectory directory("store");
    const StoreWorkspace workspace(directory.path());
    const auto first = workspace.cook_anew();
    CHECK(first.restored == 0);
    CHECK(first.compiled == 3);
    CHECK(first.saved == 3);
    const auto clean = workspace.answer();
    CHECK(clean == "upper 1, lower 1\nother 1\n");

    const auto again = workspace.cook_anew();
    CHECK(again.restored == 3);
    CHECK(again.total == 3);
    CHECK(again.compiled == 0);
    CHECK(again.saved == 0);
    CHECK(workspace.answer() == clean);
    // What is there is not restored over.
    const auto warm = told_by(workspace.cook());
    CHECK(warm.restored == 0);
    CHECK(warm.total == 0);
    CHECK(warm.compiled == 0);
  }

  TEST_CASE("verify finds all that was restored fresh, and no other target directory's") {
    const TestDirectory directory("store-verify");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    workspace.cook_anew();
    const auto verified = larder({"verify"}, workspace.app(), workspace.environment());
    CAPTURE(verified.errors);
    CHECK(verified.code() == 0);
    CHECK_FALSE(verified.says("warning"));
  }

  TEST_CASE("without a store nothing of it is done") {
    const TestDirectory directory("store-none");
    const StoreWorkspace workspace(directory.path());
    const auto run =
        must(larder({"deps", "build", "--locked"}, workspace.app(), workspace.environment()));
    CHECK(told_by(run).total == -1);
    CHECK_FALSE(fs::exists(workspace.store()));
  }

  TEST_CASE("a change of a package compiles that one, and what is compiled against it") {
    const TestDirectory directory("store-bump");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    struct Row {
      const char* package;
      int restored, compiled;
      std::string answer;
    };
    for (const auto& row : {Row{"other", 2, 1, "upper 1, lower 1\nother 2\n"},
                            Row{"lower", 1, 2, "upper 1, lower 2\nother 2\n"}}) {
      CAPTURE(row.package);
      workspace.vendor(row.package, "",
                       "pub fn text() -> &'static str { \"" + std::string(row.package) + " 2\" }\n",
                       {}, "1.0.1");
      workspace.lock();
      const auto told = workspace.cook_anew();
      CHECK(told.restored == row.restored);
      CHECK(told.compiled == row.compiled);
      CHECK(told.saved == row.compiled);
      CHECK(workspace.answer() == row.answer);
    }
  }

  TEST_CASE("a source that was changed in its place is another one, and so is the old one again") {
    const TestDirectory directory("store-source");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    const auto file = workspace.app() + "/vendor/lower/src/lib.rs";
    const auto date = fs::last_write_time(file);
    edit_file(file, "lower 1", "lower X");
    fs::last_write_time(file, date);
    auto told = workspace.cook_anew();
    CHECK(told.restored == 1);
    CHECK(told.compiled == 2);
    CHECK(workspace.answer() == workspace.clean_answer());
    edit_file(file, "lower X", "lower 1");
    told = workspace.cook_anew();
    CHECK(told.restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\nother 1\n");
  }

  TEST_CASE("a file that is included, and one that is not, count as the source") {
    const TestDirectory directory("store-included");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "", "pub fn text() -> &'static str { include_str!(\"text\") }\n",
                     {{"src/text", "a"}, {"README", "a"}});
    workspace.lock();
    workspace.cook_anew();
    CHECK(workspace.cook_anew().restored == 3);
    for (const auto* file : {"src/text", "README"}) {
      CAPTURE(file);
      write_file(workspace.app() + "/vendor/other/" + file, "b");
      CHECK(workspace.cook_anew().restored == 2);
    }
    CHECK(workspace.answer() == "upper 1, lower 1\nb\n");
  }

  TEST_CASE("what reads a file outside its package is not stored") {
    const TestDirectory directory("store-outside");
    const StoreWorkspace workspace(directory.path());
    const auto outside = directory / "outside.txt";
    write_file(outside, "a");
    workspace.vendor("other", "",
                     "pub fn text() -> &'static str { include_str!(\"" + outside + "\") }\n");
    workspace.lock();
    CHECK(workspace.cook_anew().saved == 2);
    write_file(outside, "b");
    const auto told = workspace.cook_anew();
    CHECK(told.restored == 2);
    CHECK(told.compiled == 1);
    CHECK(workspace.answer() == workspace.clean_answer());
  }

  TEST_CASE("a variable that the source asks for is a condition, its value is not kept") {
    const TestDirectory directory("store-variable");
    StoreWorkspace workspace(directory.path());
    workspace.let_other_ask();
    const std::vector<std::pair<std::string, int>> rows{
        {"", 0}, {"very secret", 2}, {"", 3}, {"very secret", 3}, {"third", 2}};
    for (const auto& [value, restored] : rows) {
      CAPTURE(value);
      workspace.unset("ASKED_FOR");
      if (!value.empty()) workspace.set("ASKED_FOR", value);
      CHECK(workspace.cook_anew().restored == restored);
      const auto said = "upper 1, lower 1\n" + (value.empty() ? "-" : value) + "\n";
      CHECK(workspace.answer() == said);
      if (value == "third") CHECK(workspace.clean_answer() == said);
    }
    for (const auto& file : workspace.files_of("units"))
      CHECK(read_file(file).find("very secret") == std::string::npos);
  }

  TEST_CASE("flags, profiles and commands do not mix in one store") {
    const TestDirectory directory("store-flags");
    StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "",
                     "pub fn text() -> String { format!(\"{} {}\", cfg!(flagged), file!()) }\n");
    workspace.lock();
    const std::vector<std::string> flags{"", "--cfg flagged",
                                         "--remap-path-prefix=" + workspace.app() + "=/one",
                                         "--remap-path-prefix=" + workspace.app() + "=/two"};
    std::map<std::string, std::string> truth;
    for (const bool known : {false, true}) {
      for (const auto& text : flags) {
        CAPTURE(text);
        workspace.unset("RUSTFLAGS");
        if (!text.empty()) workspace.set("RUSTFLAGS", text);
        CHECK(workspace.cook_anew().restored == (known ? 3 : 0));
        if (!known) truth[text] = workspace.clean_answer();
        CHECK(workspace.answer() == truth[text]);
      }
      workspace.unset("RUSTFLAGS");
      CHECK(workspace.cook_anew({}, {"build", "--release", "--locked"}).restored ==
            (known ? 3 : 0));
      CHECK(workspace.answer("release").starts_with("upper 1, lower 1\nfalse "));
      CHECK(workspace.cook_anew({}, {"check", "--locked"}).restored == (known ? 3 : 0));
    }
  }

  TEST_CASE("another directory has what names no path, and its program is right") {
    const TestDirectory directory("store-places");
    const StoreWorkspace one(directory / "one");
    one.cook_anew();
    StoreWorkspace other(directory / "other");
    fs::create_symlink(one.store(), other.store());
    // Vendored sources lie in another place, which is part of what is compiled.
    CHECK(other.cook_anew().restored == 0);
    CHECK(other.answer() == "upper 1, lower 1\nother 1\n");
    CHECK(one.cook_anew().restored == 3);
  }

  TEST_CASE("whatever is damaged is compiled, and told once") {
    const TestDirectory directory("store-damage");
    const StoreWorkspace workspace(directory.path());
    for (const std::string part : {"blobs", "units"}) {
      CAPTURE(part);
      workspace.cook_anew();
      for (const auto& file : workspace.files_of(part)) {
        auto bytes = read_file(file);
        bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
        write_file(file, bytes);
      }
      workspace.clean();
      const auto run = workspace.cook();
      CHECK(told_by(run).restored == 0);
      CHECK(told_by(run).saved == 3);
      CHECK(run.says("damaged entries of the store were not used, and have been removed"));
      CHECK(workspace.answer() == "upper 1, lower 1\nother 1\n");
      CHECK(workspace.cook_anew().restored == 3);
    }
  }

  TEST_CASE("a store that empties itself is a cold one") {
    const TestDirectory directory("store-emptied");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    fs::remove_all(workspace.store() + "/blobs");
    CHECK(workspace.cook_anew().restored == 0);
    fs::remove_all(workspace.store());
    CHECK(workspace.cook_anew().saved == 3);
    CHECK(workspace.cook_anew().restored == 3);
  }

  TEST_CASE("a store that is only read is not written") {
    const TestDirectory directory("store-read-only");
    StoreWorkspace workspace(directory.path());
    const auto missing =
        larder({"deps", "--store", workspace.store(), "--store-read-only", "build", "--locked"},
               workspace.app(), workspace.environment());
    CHECK(missing.error_id() == "store-missing");
    workspace.cook_anew();
    const auto before = snapshot(workspace.store());
    CHECK(workspace.cook_anew({"--store-read-only"}).restored == 3);
    workspace.set("RUSTFLAGS", "--cfg another");
    const auto told = workspace.cook_anew({"--store-read-only"});
    CHECK(told.compiled == 3);
    CHECK(told.saved == 0);
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());
  }

  TEST_CASE("a damaged store that is only read stays as it is") {
    const TestDirectory directory("store-read-only-damage");
    const StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    for (const std::string part : {"blobs", "units"}) {
      for (const auto& file : workspace.files_of(part)) write_file(file, "x");
    }
    const auto before = snapshot(workspace.store());
    CHECK(workspace.cook_anew({"--store-read-only"}).restored == 0);
    CHECK(changed_paths(before, snapshot(workspace.store())).empty());
    CHECK(workspace.answer() == "upper 1, lower 1\nother 1\n");
  }

  TEST_CASE("a store is looked at, checked and emptied by its own commands") {
    const TestDirectory directory("store-commands-own");
    const StoreWorkspace workspace(directory.path());
    const auto run = [&](const Words& words) {
      return larder(Words{"store"} + words, workspace.app(), workspace.environment());
    };
    CHECK(run({"status"}).error_id() == "no-store");
    CHECK(run({"status", "--store", workspace.store()}).error_id() == "store-missing");
    CHECK_FALSE(fs::exists(workspace.store()));
    workspace.cook_anew();
    const auto status = must(run({"status", "--store", workspace.store()}));
    CHECK(status.output.find("unit variants: 3\n") != std::string::npos);
    CHECK(must(run({"check", "--store", workspace.store()})).says(", 0 damaged"));
    CHECK(must(run({"gc", "--store", workspace.store()})).says("Removed 0 unit variants"));

    write_file(workspace.files_of("blobs")[0], "x");
    const auto checked = run({"check", "--store", workspace.store()});
    CHECK(checked.code() == 1);
    CHECK(checked.says("damaged and removed"));
    CHECK(must(run({"check", "--store", workspace.store()})).says(", 0 damaged"));

    workspace.cook_anew();
    CHECK(must(run({"gc", "--store", workspace.store(), "--max-size", "1KB"}))
              .says("Removed 3 unit variants"));
    CHECK(workspace.cook_anew().restored == 0);
  }

  TEST_CASE("others' stores and others' directories are refused") {
    const TestDirectory directory("store-refused");
    const StoreWorkspace workspace(directory.path());
    const auto refused = [&] {
      return larder({"deps", "--store", workspace.store(), "build", "--locked"}, workspace.app(),
                    workspace.environment())
          .error_id();
    };
    workspace.cook_anew();
    ::chmod(workspace.store().c_str(), 0775);
    CHECK(refused() == "store-untrusted");
    ::chmod(workspace.store().c_str(), 0755);
    write_file(workspace.store() + "/format", "cargo-larder store 2\n");
    CHECK(refused() == "store-format");
  }

  TEST_CASE("a compiler or wrapper of the user's own is not trusted to be the same") {
    const TestDirectory directory("store-wrapper");
    StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    write_script(directory / "wrapper", "exec \"$@\"\n");
    workspace.set("RUSTC_WRAPPER", directory / "wrapper");
    workspace.clean();
    const auto run = workspace.cook();
    CHECK(run.says("the store is not used: RUSTC_WRAPPER is set"));
    CHECK(told_by(run).total == -1);
  }

  TEST_CASE("the variable is enough, also under cargo-chef's name") {
    const TestDirectory directory("store-chef");
    StoreWorkspace workspace(directory.path());
    workspace.set("LARDER_STORE", workspace.store());
    for (const int restored : {0, 3}) {
      workspace.clean();
      must(chef({"prepare"}, workspace.app(), workspace.environment()));
      const auto cooked =
          must(chef({"cook", "--locked"}, workspace.app(), workspace.environment()));
      CHECK(told_by(cooked).restored == restored);
    }
  }

  TEST_CASE("several commands of a recipe are summed up in one line") {
    const TestDirectory directory("store-commands");
    const StoreWorkspace workspace(directory.path());
    must(larder({"prepare", "--for", "build --locked", "--for", "check --locked"}, workspace.app(),
                workspace.environment()));
    for (const int restored : {0, 6}) {
      workspace.clean();
      const auto run = must(
          larder({"cook", "--store", workspace.store()}, workspace.app(), workspace.environment()));
      CHECK(told_by(run).restored == restored);
      CHECK(told_by(run).total == 6);
    }
  }

  TEST_CASE("many cooks at once fill one store, and a killed one hinders nobody") {
    const TestDirectory directory("store-many");
    std::vector<std::unique_ptr<StoreWorkspace>> workspaces;
    for (int i = 0; i < 4; ++i) {
      workspaces.push_back(
          std::make_unique<StoreWorkspace>(directory / ("place" + std::to_string(i))));
      if (i > 0) fs::create_symlink(workspaces[0]->store(), workspaces.back()->store());
    }
    { const store::Store made(workspaces[0]->store(), store::Access::ReadAndWrite, false); }
    for (int round = 0; round < 2; ++round) {
      std::vector<std::thread> threads;
      for (std::size_t i = 0; i < workspaces.size(); ++i) {
        workspaces[i]->clean();
        const auto seconds = fmt::format("0.{}", 2 + 4 * round);
        const Words killed = i == 0 ? Words{"timeout", "-s", "KILL", seconds} : Words{};
        threads.emplace_back([&, i, killed] {
          capture_process({killed + Words{larder_program(), "deps", "--store",
                                          workspaces[i]->store(), "build", "--locked"},
                           workspaces[i]->app(), workspaces[i]->environment()});
        });
      }
      for (auto& thread : threads) thread.join();
    }
    for (const auto& workspace : workspaces) {
      workspace->cook_anew();
      workspace->clean();
      const auto again = workspace->cook();
      CHECK_FALSE(again.says("damaged"));
      CHECK(told_by(again).restored == 3);
      CHECK(workspace->answer() == "upper 1, lower 1\nother 1\n");
    }
  }
}

}  // namespace larder::test
