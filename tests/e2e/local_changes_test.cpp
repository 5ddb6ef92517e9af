#include <doctest/doctest.h>
#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "support/files.hpp"
#include "support/local_workspace.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Local units whose sources change while they are compiled, or after a build that failed, or when
// the store has changed as well.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// `early` is compiled at once, and `late` when a build script has slept for a while. Both say what
/// an expression does.
LocalWorkspace early_and_late(const std::string& directory, const std::string& expression,
                              bool with_looks = false) {
  LocalWorkspace workspace(directory);
  workspace.add_below("slow", "", "build = \"build.rs\"\n");
  workspace.write("slow/build.rs",
                  "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                  "    std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/begun\", "
                  "\"\").unwrap();\n"
                  "    std::thread::sleep(std::time::Duration::from_millis(1500));\n}\n");
  const std::string dependencies = with_looks ? "looks = { path = \"../looks\" }\n" : "";
  if (with_looks) workspace.add_below("looks", source_of_looks, "[lib]\nproc-macro = true\n");
  const auto source = "pub fn text() -> String { " + expression + ".into() }\n";
  workspace.add("early", source, "[dependencies]\n" + dependencies);
  workspace.add("late", "extern crate slow;\n" + source,
                "[dependencies]\nslow = { path = \"../slow\" }\n" + dependencies);
  workspace.finish();
  return workspace;
}

/// Builds such a workspace, and makes an edit while the build script sleeps.
Run build_and_edit(const LocalWorkspace& workspace, const std::function<void()>& edit) {
  const auto begun = [&] {
    std::error_code error;
    fs::recursive_directory_iterator it(workspace.root() + "/target", error);
    for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
      if (it->path().filename() == "begun") return true;
    }
    return false;
  };
  std::thread editing([&] {
    for (int i = 0; i < 2000; ++i) {
      if (begun()) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(700));
    edit();
  });
  auto run = workspace.build();
  editing.join();
  return run;
}

}  // namespace

TEST_SUITE("local") {
  TEST_CASE(
      "units of a store are replaced also if it has them no longer, or they are not to be stored "
      "any more") {
    const TestDirectory directory("local-gone");
    auto workspace = three_crates(directory.path());
    const std::vector<std::function<void()>> changes{
        [&] { fs::remove_all(workspace.store()); },
        [&] { workspace.set("CARGO_INCREMENTAL", "1"); }};
    workspace.build();
    std::string text = "lower 1";
    for (const auto& change : changes) {
      change();
      const auto next = text + "1";
      CAPTURE(next);
      edit_source(workspace, "lower", text.c_str(), next.c_str());
      fs::last_write_time(workspace.root() + "/lower/src/lib.rs",
                          fs::file_time_type::clock::now() - std::chrono::hours(10000));
      workspace.build();
      CHECK(workspace.answer().find(next) != std::string::npos);
      // Once: what cargo has compiled is its own.
      CHECK(told_of_local(workspace.build()).total == -1);
      text = next;
      workspace.set("CARGO_INCREMENTAL", "0");
      workspace.build_anew();
    }
    workspace.check_truth();
  }

  TEST_CASE("a unit that could not be saved, or that a failed build compiled, is compiled again") {
    const TestDirectory directory("local-doubtful");
    LocalWorkspace workspace(directory.path());
    workspace.add_below("looks", source_of_looks, "[lib]\nproc-macro = true\n");
    // Cargo does not know of these files.
    workspace.add("one",
                  "pub fn text() -> String { [looks::file!(\"../shared/dated\"), "
                  "looks::file!(\"../shared/new\")].concat() }\n",
                  "[dependencies]\nlooks = { path = \"../looks\" }\n");
    workspace.write("shared/dated", "1");
    workspace.finish();
    const auto app = workspace.root() + "/app/src/main.rs";
    const auto main = read_file(app);
    workspace.write("app/src/main.rs", "fn main() { no }\n");
    CHECK(larder({"build", "--store", workspace.store()}, workspace.root(), workspace.environment())
              .code() == 101);
    workspace.write("app/src/main.rs", main);
    workspace.write("shared/new", "2");
    workspace.build();
    CHECK(workspace.answer() == "one: 12\n");
    CHECK(told_of_local(workspace.build()).total == -1);

    fs::last_write_time(workspace.root() + "/shared/dated",
                        fs::file_time_type::clock::now() + std::chrono::hours(24 * 365 * 70));
    workspace.write("shared/new", "3");
    CHECK(workspace.build().says("reading a file that changed during compilation (one 1.0.0)"));
    workspace.write("shared/new", "4");
    workspace.build();
    CHECK(workspace.answer() == "one: 14\n");
    workspace.check_truth();
  }

  TEST_CASE("a store that could not be used is told of") {
    const auto real = find_program("cargo");
    const TestDirectory directory("local-unplanned");
    const auto workspace = three_crates(directory.path());
    // Only the dry run has this flag.
    write_script(directory / "bin/cargo",
                 "case \"$*\" in *--target-dir*) exit 1;; esac\nexec " + real + " \"$@\"\n");
    const auto run = must(larder({"build", "--store", workspace.store()}, workspace.root(),
                                 with_path(directory / "bin", workspace.environment())));
    CHECK(run.says("warning: the store was not used: cargo could not be asked"));
  }

  TEST_CASE("what a build restored before it failed is known to the next one") {
    const TestDirectory directory("local-failed");
    const auto workspace = three_crates(directory.path());
    workspace.build();
    workspace.clean();
    const auto main = read_file(workspace.root() + "/app/src/main.rs");
    workspace.write("app/src/main.rs", "fn main() { no }\n");
    const auto failed =
        larder({"build", "--store", workspace.store()}, workspace.root(), workspace.environment());
    CHECK(failed.code() == 101);
    CHECK_FALSE(failed.says("Compiling lower"));
    workspace.write("app/src/main.rs", main);
    edit_source(workspace, "lower", "lower 1", "lower 2");
    fs::last_write_time(workspace.root() + "/lower/src/lib.rs",
                        fs::file_time_type::clock::now() - std::chrono::hours(10000));
    workspace.build();
    CHECK(workspace.answer().find("lower 2") != std::string::npos);
    workspace.check_truth();
  }

  TEST_CASE("an edit during the compilation is not saved under the text of either") {
    const TestDirectory directory("local-meanwhile");
    const auto workspace = early_and_late(directory.path(), "include_str!(\"text\")");
    for (const auto* crate : {"early", "late"})
      workspace.write(std::string(crate) + "/src/text", "a");
    const auto run = build_and_edit(workspace, [&] {
      for (const auto* crate : {"early", "late"})
        workspace.write(std::string(crate) + "/src/text", "b");
    });
    CAPTURE(run.errors);
    CHECK(run.says("reading a file that changed during compilation (early 1.0.0, late 1.0.0)"));
    for (const auto* text : {"b", "a"}) {
      for (const auto* crate : {"early", "late"})
        workspace.write(std::string(crate) + "/src/text", text);
      workspace.build_anew();
      CHECK(workspace.answer() == fmt::format("early: {0}\nlate: {0}\n", text));
    }
  }

  TEST_CASE("where a path leads does not change with what is in the directory") {
    struct Row {
      const char* name;
      std::function<void(const std::string&)> edit;
      bool is_stored;
    };
    const std::vector<Row> rows{
        {"new-file", [](const auto& path) { write_file(path + "/new", ""); }, true},
        {"new-link",
         [](const auto& path) {
           fs::rename(path, path + "-old");
           fs::create_directory_symlink(path + "-old", path);
         },
         false},
        {"new-directory",
         [](const auto& path) {
           fs::rename(path, path + "-old");
           fs::create_directory(path);
         },
         false}};
    for (const auto& row : rows) {
      CAPTURE(row.name);
      const TestDirectory directory(std::string("local-leads-") + row.name);
      const auto path = directory / "outside/leads";
      const auto workspace =
          early_and_late(directory.path(), "looks::leads!(\"" + path + "\")", true);
      fs::create_directories(path);
      const auto run = build_and_edit(workspace, [&] { row.edit(path); });
      CAPTURE(run.errors);
      CHECK(run.says("changed during compilation (early 1.0.0") != row.is_stored);
    }
  }

  TEST_CASE("nor is a directory or a link that is exchanged meanwhile, with all its old dates") {
    const TestDirectory directory("local-exchanged");
    const auto workspace =
        early_and_late(directory.path(), "include_str!(\"../../../outside/current/text\")");
    const auto outside = workspace.outside() + "/";
    const auto exchange_late = [&] {
      fs::rename(workspace.root() + "/late", outside + "kept");
      fs::rename(outside + "late", workspace.root() + "/late");
      fs::rename(outside + "kept", outside + "late");
    };
    for (const auto* text : {"a", "b"}) write_old_file(outside + text + "/text", text);
    fs::create_directory_symlink("a", outside + "current");
    fs::copy(workspace.root() + "/late", outside + "late", fs::copy_options::recursive);
    edit_file(outside + "late/src/lib.rs", ".into()", ".repeat(2)");
    // Even the newest file of the package is older.
    workspace.write("late/src/lib.rs", read_file(workspace.root() + "/late/src/lib.rs"));
    const auto run = build_and_edit(workspace, [&] {
      fs::remove(outside + "current");
      fs::create_directory_symlink("b", outside + "current");
      exchange_late();
    });
    CAPTURE(run.errors);
    CHECK(run.says("reading a file that changed during compilation (early 1.0.0, late 1.0.0)"));
    workspace.build_anew();
    CHECK(workspace.answer() == "early: b\nlate: bb\n");
    exchange_late();
    workspace.build_anew();
    CHECK(workspace.answer() == "early: b\nlate: b\n");
    // A directory in the place of another one.
    workspace.clean();
    fs::rename(outside + "current", outside + "link");
    fs::rename(outside + "a", outside + "current");
    workspace.build();
    CHECK(workspace.answer() == "early: a\nlate: a\n");
    workspace.check_truth();
  }
}

}  // namespace larder::test
