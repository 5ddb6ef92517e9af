#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <numeric>
#include <sstream>

#include "larder/base/text.hpp"
#include "support/files.hpp"
#include "support/local_workspace.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Local crates in a store, and all that could make one of them stale without cargo's knowledge:
// what is restored is what a clean build makes.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

using LocalChange = std::function<void(LocalWorkspace&)>;

/// A package that depends on something, and the change of that.
struct Hazard {
  std::string name;
  std::string source;
  /// Other files, relative to the package.
  std::map<std::string, std::string> files = {};
  std::string rest = {};
  LocalChange before = {};
  LocalChange change = {};
  /// How many of its units are compiled, or run, after that.
  int compiled = 0;
  /// Whether its text is the same nevertheless.
  bool says_the_same = false;
};

std::string expression(const std::string& text) {
  return "pub fn text() -> String { (" + text + ").to_string() }\n";
}

std::string in_outside(const LocalWorkspace& workspace, const std::string& text) {
  return replaced(text, "{}", workspace.outside());
}

LocalChange writing_outside(const std::string& file, const std::string& text) {
  return [=](LocalWorkspace& w) { write_old_file(w.outside() + "/" + file, text); };
}

LocalChange writing_in(const std::string& file, const std::string& text) {
  return [=](LocalWorkspace& w) { w.write(file, text); };
}

LocalChange linking(const std::string& to, const std::string& at) {
  return [=](LocalWorkspace& w) {
    const fs::path link(w.root() + "/" + at);
    fs::create_directories(link.parent_path());
    fs::remove(link);
    fs::create_symlink(to, link);
  };
}

LocalChange setting_variable(const std::string& name, const std::string& value) {
  return [=](LocalWorkspace& w) { w.set(name, value); };
}

void commit(LocalWorkspace& workspace) {
  const auto& root = workspace.root();
  for (const auto& words :
       {Words{"git", "init", "-q"}, Words{"git", "-c", "user.name=a", "-c", "user.email=a",
                                          "commit", "-q", "--allow-empty", "-m", "x"}})
    REQUIRE(succeeded(capture_process({words, root, workspace.environment()}).status));
}

/// A static library in the directory outside whose function returns a number.
LocalChange making_library(int number) {
  return [=](LocalWorkspace& w) {
    const auto at = w.outside() + "/native";
    write_file(at + "/n.c", "int number(void) { return " + std::to_string(number) + "; }\n");
    for (const auto& words :
         {Words{"cc", "-c", "-o", at + "/n.o", at + "/n.c"}, Words{"rm", "-f", at + "/libn.a"},
          Words{"ar", "rcD", at + "/libn.a", at + "/n.o"}})
      REQUIRE(succeeded(capture_process({words, at, w.environment()}).status));
    fs::last_write_time(at + "/libn.a",
                        fs::file_time_type::clock::now() - std::chrono::hours(10000));
  };
}

const char* const looks_rest = "[dependencies]\nlooks = { path = \"../looks\" }\n";

/// A package that uses a macro.
Hazard by_macro(const std::string& name, const std::string& call, LocalChange before,
                LocalChange change) {
  return {name, expression("looks::" + call), {}, looks_rest, std::move(before), std::move(change),
          1};
}

/// A package with a build script. If a file of the package itself changes, its script is compiled
/// again as well.
Hazard by_script(const std::string& name, const std::string& body, LocalChange before,
                 LocalChange change, int compiled = 2) {
  return {name,
          scripts_library,
          {{"build.rs", looking_script(body)}},
          "build = \"build.rs\"\n",
          std::move(before),
          std::move(change),
          compiled};
}

std::vector<Hazard> file_hazards() {
  return {
      by_macro("macro-reads-outside", "file!(\"{}/f1\")", writing_outside("f1", "a"),
               writing_outside("f1", "b")),
      by_macro("askama", "file!(\"templates/page.html\")",
               writing_in("askama/templates/page.html", "a"),
               writing_in("askama/templates/page.html", "b")),
      by_macro("askama-of-sibling", "file!(\"../askama/templates/other.html\")",
               writing_in("askama/templates/other.html", "a"),
               writing_in("askama/templates/other.html", "b")),
      by_macro("include-dir", "names!(\"assets\")", writing_in("include-dir/assets/a", ""),
               writing_in("include-dir/assets/b", "")),
      by_macro("include-dir-outside", "names!(\"{}/assets\")", writing_outside("assets/a", ""),
               writing_outside("assets/b", "")),
      by_macro("absent-outside", "file!(\"{}/absent\")", {}, writing_outside("absent", "now")),
      by_macro("absent-in-directory", "file!(\"no/such/file\")", {},
               writing_in("absent-in-directory/no/such/file", "now")),
      by_macro("absent-in-new-package", "file!(\"nested/file\")", {},
               [](LocalWorkspace& w) {
                 w.write("absent-in-new-package/nested/Cargo.toml",
                         package("nested") + "[workspace]\n");
                 w.write("absent-in-new-package/nested/file", "now");
               }),
      by_macro(
          "in-a-cache", "file!(\"cache/file\")",
          [](LocalWorkspace& w) {
            w.write("in-a-cache/cache/CACHEDIR.TAG", "");
            w.write("in-a-cache/cache/file", "a");
          },
          writing_in("in-a-cache/cache/file", "b")),
      by_macro("removed", "file!(\"gone\")", writing_in("removed/gone", "a"),
               [](LocalWorkspace& w) { fs::remove(w.root() + "/removed/gone"); }),
      by_macro("size-alone", "size!(\"{}/sized\")", writing_outside("sized", "a"),
               writing_outside("sized", "ab")),
      by_macro(
          "link-retargeted", "file!(\"link\")",
          [](LocalWorkspace& w) {
            w.write("shared/a", "a");
            w.write("shared/b", "b");
            linking("../shared/a", "link-retargeted/link")(w);
          },
          linking("../shared/b", "link-retargeted/link")),
      by_macro(
          "link-leads-outside", "leads!(\"{}/link\")",
          [](LocalWorkspace& w) {
            write_old_file(w.outside() + "/one", "");
            write_old_file(w.outside() + "/two", "");
            fs::create_symlink("one", w.outside() + "/link");
          },
          [](LocalWorkspace& w) {
            fs::remove(w.outside() + "/link");
            fs::create_symlink("two", w.outside() + "/link");
          }),
      by_macro(
          "behind-a-linked-directory", "file!(\"linked/file\")",
          [](LocalWorkspace& w) {
            w.write("shared/files/file", "a");
            linking("../shared/files", "behind-a-linked-directory/linked")(w);
          },
          writing_in("shared/files/file", "b")),
      by_macro("only-the-case", "names!(\"cases\")", writing_in("only-the-case/cases/Name", ""),
               [](LocalWorkspace& w) {
                 const auto at = w.root() + "/only-the-case/cases/";
                 fs::rename(at + "Name", at + "name");
               }),
      by_macro("file-becomes-directory", "kind!(\"{}/thing\")", writing_outside("thing", ""),
               [](LocalWorkspace& w) {
                 fs::remove(w.outside() + "/thing");
                 fs::create_directory(w.outside() + "/thing");
               }),
      {"include-str-above",
       expression("include_str!(\"../../shared/text\")"),
       {},
       "",
       writing_in("shared/text", "a"),
       writing_in("shared/text", "b"),
       1},
      {"include-str-of-1970",
       expression("include_str!(\"text\")"),
       {{"src/text", "a"}},
       "",
       {},
       [](LocalWorkspace& w) {
         write_file(w.root() + "/include-str-of-1970/src/text", "b");
         fs::last_write_time(w.root() + "/include-str-of-1970/src/text",
                             fs::file_time_type(std::chrono::seconds(-6'437'664'000)));
       },
       1},
      {"include-str-of-2100",
       expression("include_str!(\"text\")"),
       {{"src/text", "a"}},
       "",
       {},
       [](LocalWorkspace& w) {
         write_file(w.root() + "/include-str-of-2100/src/text", "b");
         fs::last_write_time(w.root() + "/include-str-of-2100/src/text",
                             fs::file_time_type::clock::now() + std::chrono::hours(24 * 365 * 70));
       },
       1},
      {"module-elsewhere",
       "#[path = \"../../shared/module.rs\"]\nmod module;\n" + expression("module::TEXT"),
       {},
       "",
       writing_in("shared/module.rs", "pub const TEXT: &str = \"a\";\n"),
       writing_in("shared/module.rs", "pub const TEXT: &str = \"b\";\n"),
       1},
      {"module-called-target",
       "mod target;\n" + expression("target::TEXT"),
       {{"src/target/mod.rs", "pub const TEXT: &str = \"a\";\n"}},
       "",
       {},
       writing_in("module-called-target/src/target/mod.rs", "pub const TEXT: &str = \"b\";\n"),
       1},
      {"of-nested-package",
       expression("include_str!(\"../nested/data\")"),
       {{"nested/Cargo.toml", package("nested") + "[workspace]\n"}, {"nested/data", "a"}},
       "",
       {},
       writing_in("of-nested-package/nested/data", "b"),
       1},
      {"inherited",
       expression("env!(\"CARGO_PKG_DESCRIPTION\")"),
       {},
       "description.workspace = true\n",
       {},
       [](LocalWorkspace& w) { edit_file(w.root() + "/Cargo.toml", "first", "second"); },
       1},
      {"inherited-by-script",
       scripts_library,
       {{"build.rs", looking_script("env::var(\"CARGO_PKG_HOMEPAGE\").unwrap()")}},
       "build = \"build.rs\"\nhomepage.workspace = true\n",
       {},
       [](LocalWorkspace& w) { edit_file(w.root() + "/Cargo.toml", "one.example", "two.example"); },
       3},
      by_script("git-head", "output(\"git\", &[\"rev-parse\", \"HEAD\"])", commit, commit),
      by_script("vergen",
                "let head = fs::read_to_string(\"../.git/HEAD\").unwrap();\n"
                "fs::read_to_string(\"../.git/\".to_string() + head[5..].trim()).unwrap()",
                {}, {}),
      by_script("prost", "fs::read_to_string(\"../proto/shop.proto\").unwrap()",
                writing_in("proto/shop.proto", "a"), writing_in("proto/shop.proto", "b")),
      by_script("declared-directory",
                "println!(\"cargo:rerun-if-changed=../declared\");\n"
                "fs::read_dir(\"../declared\").unwrap().count().to_string()",
                writing_in("declared/a", ""), writing_in("declared/b", "")),
      by_script("header-outside", "output(\"cat\", &[\"{}/header.h\"])",
                writing_outside("header.h", "a"), writing_outside("header.h", "b")),
      {"native-in-place",
       "extern \"C\" { fn number() -> i32; }\npub fn number_of() -> i32 { unsafe { number() } }\n" +
           expression("number_of()"),
       {{"build.rs",
         "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
         "    println!(\"cargo:rustc-link-search=native={}/native\");\n"
         "    println!(\"cargo:rustc-link-lib=static=n\");\n}\n"}},
       "build = \"build.rs\"\n",
       making_library(1),
       making_library(2),
       1},
      {"path-outside",
       expression("far::FAR"),
       {},
       "[dependencies]\nfar = { path = \"{}/far\" }\n",
       [](LocalWorkspace& w) {
         write_old_file(w.outside() + "/far/Cargo.toml", package("far"));
         write_old_file(w.outside() + "/far/src/lib.rs", "pub const FAR: &str = \"a\";\n");
       },
       writing_outside("far/src/lib.rs", "pub const FAR: &str = \"b\";\n"),
       2},
      {"ordinary-edit",
       expression("\"a\""),
       {},
       "",
       {},
       writing_in("ordinary-edit/src/lib.rs", expression("\"b\"")),
       1},
      {"unchanged", expression("env!(\"CARGO_MANIFEST_DIR\")"), {}, "", {}, {}, 0, true}};
}

std::vector<Hazard> variable_hazards() {
  return {
      by_macro("macro-variable", "variable!(\"ASKED\")", {}, setting_variable("ASKED", "b")),
      by_macro("macro-all-variables", "variables!(\"ASK\")", {}, {}),
      by_macro(
          "sqlx-offline", "file_of!(\"QUERIES\")",
          [](LocalWorkspace& w) {
            write_old_file(w.outside() + "/q1", "a");
            write_old_file(w.outside() + "/q2", "b");
            w.set("QUERIES", w.outside() + "/q1");
          },
          [](LocalWorkspace& w) { w.set("QUERIES", w.outside() + "/q2"); }),
      {"option-env", expression("option_env!(\"ASKED\").unwrap_or(\"none\")"), {}, "", {}, {}, 1},
      by_script("script-variable", "env::var(\"ASKED\").unwrap_or_default()", {}, {}),
      by_script("script-all-variables",
                "env::vars().filter(|v| v.0.starts_with(\"ASK\")).count().to_string()", {}, {}),
      by_script("script-and-shell", "output(\"sh\", &[\"-c\", \"echo =$ASKED\"])", {}, {}),
      {"dir-as-value",
       expression("env!(\"OUT_DIR\").rsplit('-').count()"),
       {{"build.rs", "fn main() { println!(\"cargo:rerun-if-changed=build.rs\"); }\n"}},
       "build = \"build.rs\"\n",
       {},
       {},
       2,
       true}};
}

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) out.push_back(line);
  return out;
}

void add_hazards(LocalWorkspace& workspace, const std::vector<Hazard>& hazards) {
  workspace.add_below("looks", source_of_looks, "[lib]\nproc-macro = true\n");
  for (const auto& hazard : hazards) {
    if (hazard.before) hazard.before(workspace);
    auto files = hazard.files;
    for (auto& [file, text] : files) text = in_outside(workspace, text);
    workspace.add(hazard.name, in_outside(workspace, hazard.source),
                  in_outside(workspace, hazard.rest), files);
  }
  workspace.finish(
      "[workspace.package]\ndescription = \"first\"\nhomepage = \"https://one.example\"\n");
}

/// Makes all changes of a table and compares the program with a clean build's.
void check_changes(const TestDirectory& directory, const std::vector<Hazard>& hazards,
                   const std::vector<std::string>& said_too = {}) {
  LocalWorkspace workspace(directory.path());
  add_hazards(workspace, hazards);
  const auto first = told_of_local(workspace.build());
  CHECK(first.saved == first.total);
  const auto before = lines_in(workspace.answer());
  const auto again = workspace.build_anew();
  CAPTURE(again.errors);
  CHECK(told_of_local(again) == ToldOfLocal{first.total, first.total, 0, 0});
  CHECK(lines_in(workspace.answer()) == before);

  for (const auto& hazard : hazards) {
    if (hazard.change) hazard.change(workspace);
  }
  const auto run = workspace.build_anew();
  CAPTURE(run.errors);
  const auto after = lines_in(workspace.answer());
  const auto truth = lines_in(workspace.true_answer());
  REQUIRE(after.size() == hazards.size());
  REQUIRE(truth.size() == hazards.size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    CHECK(after[i] == truth[i]);
    // A row that changes nothing would show nothing.
    CHECK((after[i] == before[i]) == hazards[i].says_the_same);
  }
  // And the program.
  const int compiled =
      std::accumulate(hazards.begin(), hazards.end(), 1,
                      [](int sum, const Hazard& hazard) { return sum + hazard.compiled; });
  const auto told = told_of_local(run);
  CHECK(told.restored == first.total - compiled);
  CHECK(told.compiled == compiled);
  for (const auto& text : said_too) CHECK(run.says(text));
}

}  // namespace

TEST_SUITE("local") {
  TEST_CASE("whatever file a local crate reads decides whether it is restored") {
    const TestDirectory directory("local-files");
    auto hazards = file_hazards();
    // One commit is seen by both.
    const auto vergen = std::find_if(hazards.begin(), hazards.end(),
                                     [](const auto& hazard) { return hazard.name == "vergen"; });
    vergen->compiled = 2;
    check_changes(
        directory, hazards,
        {"absent-in-directory (absent-in-directory/no/such/file exists now)", "absent-outside ("});
  }

  TEST_CASE("whatever variable a local crate reads decides whether it is restored") {
    const TestDirectory directory("local-variables");
    // Each run of a build script depends on all variables, and so does what includes its output.
    check_changes(directory, variable_hazards());
  }
}

}  // namespace larder::test
