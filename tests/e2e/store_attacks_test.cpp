#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Ways in which a store could hand out what is no longer true, tried on purpose: each gives what a
// clean build makes.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Lets a link in a directory lead elsewhere.
Asking::Action linking(const std::string& link, const std::string& target) {
  return [link, target](StoreWorkspace&, const std::string& outside) {
    fs::create_directories(outside + "/a");
    fs::create_directories(outside + "/b");
    fs::remove(outside + "/" + link);
    fs::create_symlink(target, outside + "/" + link);
  };
}

}  // namespace

TEST_SUITE("store-conditions") {
  TEST_CASE("what a script can learn of a path by other ways is a condition") {
    const std::vector<Asking> rows{
        {"real-path", "format!(\"{:?}\", fs::canonicalize(\"{}/l\"))", linking("l", "a"),
         linking("l", "b")},
        {"through-a-link", "fs::read_to_string(\"{}/l/f\").unwrap_or_default()",
         [](auto& w, const std::string& outside) {
           linking("l", "a")(w, outside);
           write_old_file(outside + "/b/f", "b");
         },
         linking("l", "b")},
        // A file, and a link to a file like it.
        {"whether-it-is-a-link", "fs::symlink_metadata(\"{}/f\").unwrap().is_symlink().to_string()",
         [](auto&, const std::string& outside) {
           write_old_file(outside + "/f", "a");
           write_old_file(outside + "/g", "a");
         },
         [](auto&, const std::string& outside) {
           fs::remove(outside + "/f");
           fs::create_symlink("g", outside + "/f");
         }},
        {"link-and-size",
         "format!(\"{:?}\", (fs::read_link(\"{}/l\"), fs::metadata(\"{}/l\").unwrap().len()))",
         [](auto&, const std::string& outside) {
           write_old_file(outside + "/f", "a");
           fs::create_symlink("f", outside + "/l");
         },
         [](auto&, const std::string& outside) { write_old_file(outside + "/f", "ab"); }},
        {"no-text", "format!(\"{:?}\", env::var_os(\"CI_BYTES\"))", setting("CI_BYTES", "\xff"),
         setting("CI_BYTES", "\xfe")},
        {"empty-variable",
         "format!(\"{:?}\", env::var(\"CI_EMPTY\"))",
         {},
         setting("CI_EMPTY", "")},
        {"unchanged", "fs::read_to_string(\"{}/f\").unwrap()", writing("a"), {}}};
    const TestDirectory directory("store-attacks-script");
    ScriptsWorkspace(directory, rows).check();
  }

  TEST_CASE("what a macro can learn of a path by other ways is a condition") {
    const TestDirectory directory("store-attacks-macro");
    MacrosWorkspace(directory, {{"real-path", "format!(\"{:?}\", std::fs::canonicalize(\"{}/l\"))",
                                 linking("l", "a"), linking("l", "b")}})
        .check();
  }

  TEST_CASE("which CI it is, is compared though nobody asks by name") {
    const TestDirectory directory("store-attacks-ci");
    ScriptsWorkspace(directory,
                     {{"which",
                       "env::vars().filter(|v| v.0 == \"GITHUB_ACTIONS\").count().to_string()",
                       {},
                       setting("GITHUB_ACTIONS", "true")}})
        .check();
  }

  TEST_CASE("a file that is found through /proc makes a unit that is not stored") {
    const TestDirectory directory("store-attacks-proc");
    const ScriptsWorkspace workspace(
        directory,
        {{"root", "fs::read_to_string(\"/proc/self/root{}/f\").unwrap()", writing("a"), {}}});
    const auto run = workspace.cook();
    CAPTURE(run.errors);
    CHECK(told_by(run).saved == 1);
    CHECK(run.says("1 reading the state of the machine (root 1.0.0); 1 depending on such"));
  }

  TEST_CASE("a script that finds the workspace from OUT_DIR is bound to it") {
    const TestDirectory directory("store-attacks-root");
    const StoreWorkspace one(directory / "one");
    one.vendor("other", "", "pub fn text() -> &'static str { env!(\"ROOT\") }\n",
               {{"build.rs",
                 "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                 "    let out = std::env::var(\"OUT_DIR\").unwrap();\n"
                 "    let root = out.split(\"/target/\").next().unwrap();\n"
                 "    println!(\"cargo:rustc-env=ROOT={root}\");\n}\n"}});
    one.lock();
    CHECK(one.cook_anew().saved == 5);
    CHECK(one.cook_anew().restored == 5);
    const auto other = directory / "other";
    one.copy_beside(other);
    const auto cooked = must(
        larder({"deps", "--store", one.store(), "build", "--locked"}, other, one.environment()));
    CHECK(told_by(cooked).restored == 3);
    must(larder({"build"}, other, one.environment()));
    CHECK(capture_process({{other + "/target/debug/app"}, other, one.environment()}).output ==
          "upper 1, lower 1\n" + other + "\n");
  }

  TEST_CASE("what one unit includes from the OUT_DIR of another follows that") {
    const TestDirectory directory("store-attacks-include");
    StoreWorkspace workspace(directory.path());
    workspace.vendor(
        "lower", "links = \"lower\"\n", text_of_script,
        {{"build.rs", script("println!(\"cargo:file={}/text\", env::var(\"OUT_DIR\").unwrap());\n"
                             "    env::var(\"ASKED\").unwrap_or_default()",
                             "{}")}});
    workspace.vendor("upper", "[dependencies]\nlower = \"1\"\n",
                     "pub fn text() -> String { format!(\"{}={}\", lower::text(), "
                     "include_str!(env!(\"TEXT\"))) }\n",
                     {{"build.rs",
                       "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                       "    println!(\"cargo:rustc-env=TEXT={}\", "
                       "std::env::var(\"DEP_LOWER_FILE\").unwrap());\n}\n"}});
    workspace.set_main("upper::text()", "upper = \"1\"\n");
    workspace.set("ASKED", "a");
    workspace.check_is_condition(
        6, [&] { workspace.set("ASKED", "b"); }, 4);
  }

  TEST_CASE("where rustc finds its own libraries is part of what it is told") {
    const TestDirectory directory("store-attacks-libraries");
    StoreWorkspace workspace(directory.path());
    workspace.cook_anew();
    workspace.set("LD_LIBRARY_PATH", directory / "outside");
    CHECK(workspace.cook_anew().restored == 0);
    CHECK(workspace.cook_anew().restored == 3);
  }

  TEST_CASE("how the machine and its kernel are called") {
    const TestDirectory directory("store-attacks-machine");
    const ScriptsWorkspace workspace(
        directory, {{"uname", "output(Command::new(\"uname\").arg(\"-n\"))", {}, {}},
                    {"processor", "output(Command::new(\"uname\").arg(\"-m\"))", {}, {}}});
    const auto cook_on = [&](const std::string& machine) {
      workspace.clean();
      auto done = capture_process(
          {{"unshare", "--uts", "sh", "-c",
            "echo " + machine + " > /proc/sys/kernel/hostname && '" + larder_program() +
                "' deps --store '" + workspace.store() + "' build --locked"},
           workspace.app(),
           workspace.environment()});
      return Run{done.status, std::move(done.output), std::move(done.errors)};
    };
    const auto first = cook_on("one");
    if (first.code() != 0) {
      MESSAGE("SKIPPED: a machine's name cannot be changed here");
      return;
    }
    CHECK(told_by(first).saved == 6);
    CHECK(told_by(cook_on("one")).restored == 6);
    CHECK(told_by(cook_on("other")).restored == 4);
    CHECK(workspace.answer().starts_with("other\n"));
  }
}

TEST_SUITE("store") {
  TEST_CASE("a rustc that is a script may start anything") {
    const TestDirectory directory("store-attacks-script-rustc");
    StoreWorkspace workspace(directory.path());
    const auto sysroot = real_sysroot();
    write_file(workspace.outside("rustc"), "");
    write_script(workspace.outside("rustc"), "exec '" + sysroot + "/bin/rustc' \"$@\"\n");
    workspace.put_on_path(directory / "outside");
    const auto run = workspace.cook();
    CHECK(run.says("the store is not used: " + workspace.outside("rustc") + " is a script"));
    CHECK(told_by(run).total == -1);
    CHECK(larder({"store", "why", "--store", workspace.store()}, workspace.app(),
                 workspace.environment())
              .says("is a script"));
  }

  TEST_CASE("what a macro does in a rustc that cannot be observed is not known") {
    const auto compiler = find_program("cc");
    const auto sysroot = real_sysroot();
    const TestDirectory directory("store-attacks-static-rustc");
    MacrosWorkspace workspace(directory,
                              {{"reading", "std::fs::read_to_string(\"{}/f\").unwrap()", {}, {}}});
    write_old_file(workspace.outside("reading/f"), "a");
    const auto rustc = directory / "static/rustc";
    write_file(directory / "static/p.c",
               "#include <stdlib.h>\n#include <unistd.h>\n"
               "int main(int count, char **words) {\n  (void)count;\n"
               "  unsetenv(\"LD_PRELOAD\");\n  execv(\"" +
                   sysroot + "/bin/rustc\", words);\n  return 1;\n}\n");
    const auto made = capture_process(
        {{compiler, "-static", "-o", rustc, directory / "static/p.c"}, "", test_environment()});
    if (!succeeded(made.status)) {
      tell_missing("a C library to link statically");
      return;
    }
    workspace.put_on_path(path::parent(rustc));
    const auto first = workspace.cook();
    CAPTURE(first.errors);
    // The macro itself runs nothing while it is compiled.
    CHECK(told_by(first).saved == 1);
    CHECK(first.says("1 not observed (reading 1.0.0)"));
    write_old_file(workspace.outside("reading/f"), "b");
    CHECK(workspace.cook_anew().restored == 1);
    CHECK(workspace.answer() == workspace.clean_answer());
  }

  TEST_CASE("a rustc or linker that was replaced is another one, whatever its size and date") {
    const auto compiler = find_program("cc");
    const auto sysroot = real_sysroot();
    struct Row {
      std::string name, real, before, after;
      int compiled;
    };
    for (const auto& row :
         {Row{"rustc", sysroot + "/bin/rustc", "--cfg=aa", "--cfg=bb", 5},
          Row{"cc", compiler, "-Wl,--defsym=answer=1", "-Wl,--defsym=answer=2", 3}}) {
      CAPTURE(row.name);
      const TestDirectory directory("store-attacks-replaced");
      StoreWorkspace workspace(directory.path());
      const auto make = [&](const std::string& argument) {
        write_file(directory / "p.c",
                   "#include <stdlib.h>\n#include <unistd.h>\n"
                   // So large that its digest is kept.
                   "char padding[100000] = {1};\n"
                   "int main(int count, char **words) {\n"
                   "  char **all = calloc(count + 2, sizeof *all);\n"
                   "  for (int i = 0; i < count; ++i) all[i] = words[i];\n"
                   "  all[count] = \"" +
                       argument + "\";\n  all[0] = \"" + row.real + "\";\n  execv(\"" + row.real +
                       "\", all);\n  return 1;\n}\n");
        const auto program = workspace.outside(row.name);
        REQUIRE(succeeded(
            capture_process({{compiler, "-o", program, directory / "p.c"}, "", test_environment()})
                .status));
        fs::last_write_time(program, fs::file_time_type::clock::now() - std::chrono::hours(10000));
      };
      workspace.put_on_path(directory / "outside");
      workspace.vendor("lower", "",
                       "pub fn text() -> &'static str { if cfg!(bb) { \"b\" } else { \"-\" } }\n");
      workspace.vendor(
          "other", "", "pub fn text() -> &'static str { env!(\"TOLD\") }\n",
          {{"build.rs",
            row.name == "cc"
                ? "extern \"C\" { static answer: u8; }\n"
                  "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                  "    println!(\"cargo:rustc-env=TOLD={}\", unsafe { &answer as *const u8 as "
                  "usize });\n}\n"
                : "fn main() {\n    println!(\"cargo:rustc-env=TOLD={}\", cfg!(bb));\n}\n"}});
      workspace.set_main("other::text(), upper::text()", "upper = \"1\"\nother = \"1\"\n");
      make(row.before);
      workspace.check_is_condition(
          5, [&] { make(row.after); }, row.compiled, row.name == "cc" ? 1 : 0);
    }
  }

  TEST_CASE("what a script reads that links is a condition") {
    const TestDirectory directory("store-attacks-linker");
    StoreWorkspace workspace(directory.path());
    write_file(workspace.outside("linker"), "");
    write_script(workspace.outside("linker"),
                 "exec cc \"$@\" $(cat '" + workspace.outside("words") + "')\n");
    workspace.set("CARGO_TARGET_" + replaced(upper(host_triple()), "-", "_") + "_LINKER",
                  workspace.outside("linker"));
    workspace.vendor("other", "", "pub fn text() -> &'static str { env!(\"TOLD\") }\n",
                     {{"build.rs",
                       "extern \"C\" { static answer: u8; }\n"
                       "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                       "    println!(\"cargo:rustc-env=TOLD={}\", unsafe { &answer as *const u8 as "
                       "usize });\n}\n"}});
    workspace.set_main("other::text()", "other = \"1\"\n");
    write_old_file(workspace.outside("words"), "-Wl,--defsym=answer=1");
    workspace.check_is_condition(
        3, [&] { write_old_file(workspace.outside("words"), "-Wl,--defsym=answer=2"); }, 3);
  }
}

}  // namespace larder::test
