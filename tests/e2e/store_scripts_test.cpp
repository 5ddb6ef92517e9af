#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>

#include "larder/base/text.hpp"
#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"
#include "support/store_workspace.hpp"
#include "support/till_workspace.hpp"

// Runs of build scripts in a store. Whatever a script looks at and does not tell cargo of: what is
// restored is what a clean build makes.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A further commit of a repository, which is made where there is none.
void commit_in(const std::string& directory) {
  for (const auto& words :
       {Words{"git", "init", "-q"}, Words{"git", "-c", "user.name=a", "-c", "user.email=a",
                                          "commit", "-q", "--allow-empty", "-m", "x"}})
    REQUIRE(succeeded(capture_process({words, directory, test_environment()}).status));
}

/// The program says what a package says, and before that what it said to the build script.
void use_twice(const StoreWorkspace& workspace, const std::string& name) {
  workspace.set_main("env!(\"TEXT\"), " + name + "::text()",
                     name + " = \"1\"\n[build-dependencies]\n" + name + " = \"1\"\n");
  write_file(workspace.app() + "/build.rs",
             "fn main() { println!(\"cargo:rustc-env=TEXT={}\", " + name + "::text()); }\n");
  workspace.lock();
}

}  // namespace

TEST_SUITE("store-conditions") {
  TEST_CASE("a script that runs for the host and for the target is two units, each with its own") {
    const TestDirectory directory("store-script-twice");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor("other", "", text_of_script,
                     {{"build.rs", script("env::var(\"OPT_LEVEL\").unwrap()", "")}});
    use_twice(workspace, "other");
    const Words command{"build", "--release", "--locked"};
    const auto first = workspace.cook_anew({}, command);
    CHECK(first.total == 5);
    CHECK(first.saved == 5);
    CHECK(workspace.cook_anew({}, command).restored == 5);
    CHECK(workspace.answer("release") == "0\n3\n");
  }

  TEST_CASE("runs of build scripts and all above them are restored") {
    const TestDirectory directory("store-scripts");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor("lower", "", text_of_script,
                     {{"build.rs", script("\"lower 1\".to_string()", "")}});
    workspace.lock();
    const auto first = workspace.cook();
    CHECK(told_by(first).total == 5);
    CHECK(told_by(first).saved == 5);
    CHECK_FALSE(first.says("not stored"));
    const auto again = workspace.cook_anew();
    CHECK(again.restored == 5);
    CHECK(again.compiled == 0);
    CHECK(workspace.answer() == "upper 1, lower 1\nother 1\n");
    CHECK(workspace.cook_anew({}, {"check", "--locked"}).restored == 2);
    CHECK(workspace.cook_anew({}, {"check", "--locked"}).restored == 5);
  }

  TEST_CASE("whatever a script looks at decides whether its run is restored") {
    const auto commit = [](auto&, const std::string& outside) { commit_in(outside); };
    const std::vector<Asking> rows{
        {"a-file-outside", "fs::read_to_string(\"{}/f\").unwrap()", writing("a"), writing("b")},
        {"whether-it-is-there", "Path::new(\"{}/f\").exists().to_string()", {}, writing("a")},
        {"how-large-it-is", "fs::metadata(\"{}/f\").unwrap().len().to_string()", writing("a"),
         [](auto&, const std::string& outside) { write_old_file(outside + "/f", "ab"); }},
        {"names-in-a-directory",
         "fs::read_dir(\"{}\").unwrap().count().to_string()",
         {},
         writing("a")},
        {"where-a-link-leads", "format!(\"{:?}\", fs::read_link(\"{}/l\"))",
         [](auto&, const std::string& outside) { fs::create_symlink("a", outside + "/l"); },
         [](auto&, const std::string& outside) {
           fs::remove(outside + "/l");
           fs::create_symlink("b", outside + "/l");
         }},
        {"what-its-program-reads", "output(Command::new(\"cat\").arg(\"{}/f\"))", writing("a"),
         writing("b")},
        {"a-variable-of-a-run", "env::var(\"GITHUB_SHA\").unwrap_or_default()",
         setting("GITHUB_SHA", "a"), setting("GITHUB_SHA", "b")},
        {"what-git-says",
         "output(Command::new(\"git\").args([\"-C\", \"{}\", \"rev-parse\", \"HEAD\"]))", commit,
         commit},
        {"which-program-it-is", "output(&mut Command::new(\"asked-program\"))",
         [](auto& w, const std::string& outside) {
           write_file(outside + "/one/asked-program", "");
           write_script(outside + "/one/asked-program", "echo one\n");
           fs::create_directories(outside + "/two");
           w.set("PATH",
                 outside + "/two:" + outside + "/one:" + w.environment().get("PATH").value_or(""));
         },
         [](auto&, const std::string& outside) {
           write_script(outside + "/two/asked-program", "echo two\n");
         }},
        {"unchanged", "fs::read_to_string(\"{}/f\").unwrap()", writing("a"), {}}};
    const TestDirectory directory("store-script-reads");
    ScriptsWorkspace(directory, rows).check();
  }

  TEST_CASE("whatever variable a script looks at decides whether its run is restored") {
    const std::vector<Asking> rows{
        {"one-of-them", "env::var(\"ASKED\").unwrap_or_default()", {}, setting("ASKED", "b")},
        {"all-of-them",
         "env::vars().filter(|v| v.0.starts_with(\"ASK\")).count().to_string()",
         {},
         setting("ASKED", "b")},
        {"in-a-shell",
         "output(Command::new(\"sh\").args([\"-c\", \"echo =$ASKED\"]))",
         {},
         setting("ASKED", "b")},
        {"of-the-user", "env::var(\"PWD\").unwrap_or_default()", setting("PWD", "/a"),
         setting("PWD", "/b")}};
    const TestDirectory directory("store-script-variables");
    ScriptsWorkspace(directory, rows).check();
  }

  TEST_CASE("what changes from run to run is no condition where nobody asks for it") {
    const TestDirectory directory("store-script-session");
    ScriptWorkspace workspace(directory, "output(Command::new(\"sh\").args([\"-c\", \"echo\"]))");
    workspace.cook_anew();
    for (const auto* name :
         {"GITHUB_RUN_ID", "CI_JOB_ID", "TERM", "SHLVL", "OLDPWD", "NUM_JOBS", "HOSTNAME"})
      workspace.set(name, "1");
    workspace.set("CARGO_TERM_PROGRESS_WHEN", "never");
    CHECK(workspace.cook_anew({"-j1"}).restored == 5);
    workspace.set("MAKEFLAGS", " -j8 --jobserver-auth=100,101");
    CHECK(workspace.cook_anew().restored == 5);
    workspace.set("SOME_OTHER", "1");
    CHECK(workspace.cook_anew().restored == 3);
  }

  TEST_CASE("the next run of a CI restores all, though its documented variables are others") {
    const TestDirectory directory("store-script-ci");
    ScriptsWorkspace workspace(
        directory,
        {{"reads-all",
          "env::vars().filter(|v| v.0.starts_with(\"ASK\")).count().to_string()",
          {},
          {}},
         {"starts-a-shell", "output(Command::new(\"sh\").args([\"-c\", \"echo x\"]))", {}, {}}});
    const auto start_run = [&](const std::string& run) {
      for (const auto* name : {"GITHUB_ACTION",       "GITHUB_ACTOR",      "GITHUB_ENV",
                               "GITHUB_EVENT_NAME",   "GITHUB_EVENT_PATH", "GITHUB_HEAD_REF",
                               "GITHUB_JOB",          "GITHUB_OUTPUT",     "GITHUB_PATH",
                               "GITHUB_REF",          "GITHUB_REF_NAME",   "GITHUB_RUN_ATTEMPT",
                               "GITHUB_RUN_ID",       "GITHUB_RUN_NUMBER", "GITHUB_SHA",
                               "GITHUB_STEP_SUMMARY", "GITHUB_TOKEN",      "GITHUB_WORKFLOW",
                               "GITHUB_WORKSPACE",    "RUNNER_NAME",       "RUNNER_TEMP",
                               "RUNNER_TRACKING_ID",  "RUNNER_WORKSPACE",  "ACTIONS_RUNTIME_TOKEN",
                               "CI_BUILDS_DIR",       "CI_COMMIT_BRANCH",  "CI_COMMIT_MESSAGE",
                               "CI_COMMIT_REF_NAME",  "CI_COMMIT_SHA",     "CI_COMMIT_TIMESTAMP",
                               "CI_CONCURRENT_ID",    "CI_JOB_ID",         "CI_JOB_NAME",
                               "CI_JOB_STARTED_AT",   "CI_JOB_TOKEN",      "CI_PIPELINE_ID",
                               "CI_PIPELINE_IID",     "CI_PROJECT_DIR",    "CI_RUNNER_ID",
                               "CI_SERVER_VERSION",   "GITLAB_USER_LOGIN", "GITLAB_USER_ID",
                               "INVOCATION_ID",       "SYSTEMD_EXEC_PID"})
        workspace.set(name, run);
    };
    workspace.set("CI", "true");
    start_run("first");
    CHECK(workspace.cook_anew().saved == 6);
    start_run("second");
    CHECK(workspace.cook_anew().restored == 6);
    // Where it runs is another question.
    workspace.set("GITLAB_CI", "true");
    CHECK(workspace.cook_anew().restored == 2);
  }

  TEST_CASE("what no later run can be told from is not stored, and the reason is said") {
    struct Row {
      std::string name, body, reason;
    };
    const std::vector<Row> rows{
        {"date", "format!(\"{:?}\", std::time::SystemTime::now())", "asking for the date"},
        {"writing", "fs::write(\"{}/left\", \"x\").unwrap(); String::new()",
         "writing outside the unit's own directory"},
        {"network", "format!(\"{:?}\", std::net::UdpSocket::bind(\"127.0.0.1:0\").is_ok())",
         "using the network"},
        {"always", "println!(\"cargo:rerun-if-changed=no-such-file\"); String::new()",
         "run by cargo every time, because `rerun-if-changed` names a missing file"},
        {"sleeping",
         "Command::new(\"sleep\").arg(\"6\").stdout(std::process::Stdio::null())"
         ".stderr(std::process::Stdio::null()).spawn().unwrap(); String::new()",
         "leaving a process running"},
        {"linking",
         "std::os::unix::fs::symlink(\"text\", env::var(\"OUT_DIR\").unwrap() + \"/l\").unwrap(); "
         "String::new()",
         "creating links or other special files"},
        {"machine", "fs::read_to_string(\"/proc/meminfo\").unwrap()",
         "reading the state of the machine"}};
    const TestDirectory directory("store-script-acts");
    std::vector<Asking> asking;
    for (const auto& row : rows) asking.push_back({row.name, row.body, {}, {}});
    const ScriptsWorkspace workspace(directory, asking);
    const auto first = workspace.cook();
    CAPTURE(first.errors);
    const int all = static_cast<int>(rows.size());
    CHECK(told_by(first).saved == all);
    CHECK(first.says(fmt::format("{} external units are not stored: ", 2 * all)));
    for (const auto& row : rows)
      CHECK(first.says(fmt::format("1 {} ({} 1.0.0); ", row.reason, row.name)));
    CHECK(first.says(fmt::format("; {} depending on such a unit\n", all)));
    const auto told = workspace.cook_anew();
    CHECK(told.restored == all);
    CHECK(told.compiled == 2 * all);
  }

  TEST_CASE("the date in C code is no reason where SOURCE_DATE_EPOCH says what it is") {
    const TestDirectory directory("store-script-epoch");
    ScriptWorkspace workspace(directory,
                              "let out = env::var(\"OUT_DIR\").unwrap();"
                              "fs::write(out.clone() + \"/d.c\", \"__DATE__\").unwrap();"
                              "output(Command::new(\"cc\").args([\"-E\", \"-P\", &(out + "
                              "\"/d.c\")])).trim().to_string()");
    CHECK(workspace.cook_anew().saved == 3);
    // It is part of every key.
    workspace.set("SOURCE_DATE_EPOCH", "0");
    CHECK(workspace.cook_anew().saved == 5);
    CHECK(workspace.cook_anew().restored == 5);
    CHECK(workspace.answer() == "upper 1, lower 1\n\"Jan  1 1970\"\n");
    workspace.set("SOURCE_DATE_EPOCH", "86400");
    CHECK(workspace.cook_anew().restored == 0);
    CHECK(workspace.answer() == "upper 1, lower 1\n\"Jan  2 1970\"\n");
  }

  TEST_CASE("a program that cannot be observed is a reason") {
    const auto compiler = find_program("cc");
    const TestDirectory directory("store-script-static");
    write_file(directory / "p.c", "#include <stdio.h>\nint main(void) { puts(\"x\"); }\n");
    const auto made = capture_process(
        {{compiler, "-static", "-o", directory / "p", directory / "p.c"}, "", test_environment()});
    if (!succeeded(made.status)) {
      tell_missing("a C library to link statically");
      return;
    }
    const ScriptWorkspace workspace(directory,
                                    "output(&mut Command::new(\"" + (directory / "p") + "\"))");
    const auto first = workspace.cook();
    CHECK(told_by(first).saved == 3);
    CHECK(first.says("1 using a program that cannot be observed"));
    CHECK(workspace.cook_anew().restored == 3);
  }

  TEST_CASE("values of variables are not kept, nor in cargo's notes") {
    const TestDirectory directory("store-script-secret");
    ScriptWorkspace workspace(directory,
                              "println!(\"cargo:rerun-if-env-changed=ASKED\"); "
                              "env::var(\"ASKED\").unwrap_or_default().len().to_string()");
    workspace.set("ASKED", "very secret");
    CHECK(workspace.cook_anew().saved == 5);
    CHECK(workspace.cook_anew().compiled == 0);
    CHECK(workspace.answer() == workspace.clean_answer());
    for (const auto* part : {"units", "blobs"}) {
      for (const auto& file : workspace.files_of(part))
        CHECK(read_file(file).find("very secret") == std::string::npos);
    }
    workspace.set("ASKED", "longer and secret");
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == workspace.clean_answer());
  }

  TEST_CASE("what a script tells the scripts and libraries above it reaches them again") {
    const TestDirectory directory("store-script-links");
    StoreWorkspace workspace(directory.path());
    workspace.vendor("lower", "links = \"lower\"\n",
                     "pub fn text() -> &'static str { \"lower\" }\n",
                     {{"build.rs",
                       "fn main() {\n    println!(\"cargo:rerun-if-env-changed=ASKED\");\n"
                       "    println!(\"cargo:told={}\", "
                       "std::env::var(\"ASKED\").unwrap_or_default());\n}\n"}});
    workspace.vendor("upper", "[dependencies]\nlower = \"1\"\n",
                     "pub fn text() -> String { format!(\"{} {} {}\", lower::text(), "
                     "env!(\"TOLD\"), cfg!(told)) }\n",
                     {{"build.rs",
                       "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                       "    println!(\"cargo::rustc-check-cfg=cfg(told)\");\n"
                       "    let told = std::env::var(\"DEP_LOWER_TOLD\").unwrap();\n"
                       "    println!(\"cargo:rustc-env=TOLD={told}\");\n"
                       "    if told != \"\" { println!(\"cargo:rustc-cfg=told\"); }\n}\n"}});
    workspace.lock();
    std::map<std::string, std::string> truth;
    for (const std::string value : {"", "a", "b"}) {
      CAPTURE(value);
      workspace.set("ASKED", value);
      CHECK(workspace.cook_anew().total == 7);
      truth[value] = workspace.clean_answer();
      CHECK(workspace.answer() == truth[value]);
    }
    for (const std::string value : {"a", "b", ""}) {
      CAPTURE(value);
      workspace.set("ASKED", value);
      CHECK(workspace.cook_anew().restored == 7);
      CHECK(workspace.answer() == truth[value]);
    }
    CHECK(truth.size() == 3);
  }

  TEST_CASE("scripts that are linked by `links` and run for the host and for the target") {
    const TestDirectory directory("store-script-links-twice");
    const StoreWorkspace workspace(directory.path());
    workspace.vendor("lower", "links = \"lower\"\n",
                     "pub fn text() -> &'static str { \"lower\" }\n", {{"build.rs", R"(fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:told={}", std::env::var("OPT_LEVEL").unwrap());
}
)"}});
    workspace.vendor("upper", "[dependencies]\nlower = \"1\"\n",
                     "pub fn text() -> String { format!(\"{} {}\", lower::text(), "
                     "env!(\"TOLD\")) }\n",
                     {{"build.rs", R"(fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rustc-env=TOLD={}", std::env::var("DEP_LOWER_TOLD").unwrap());
}
)"}});
    use_twice(workspace, "upper");
    const Words command{"build", "--release", "--locked"};
    const auto first = workspace.cook({}, command);
    CAPTURE(first.errors);
    CHECK(told_by(first).total == 10);
    CHECK(told_by(first).saved == 10);
    CHECK(workspace.cook_anew({}, command).restored == 10);
    CHECK(workspace.answer("release") == "lower 0\nlower 3\n");
  }

  TEST_CASE("a run over what an earlier one left is not stored") {
    const TestDirectory directory("store-script-over");
    ScriptWorkspace workspace(directory,
                              "println!(\"cargo:rerun-if-env-changed=ASKED\");\n"
                              "let file = env::var(\"OUT_DIR\").unwrap() + \"/count\";\n"
                              "let mut count = fs::read_to_string(&file).unwrap_or_default();\n"
                              "count += \"x\";\nfs::write(file, &count).unwrap();\ncount");
    CHECK(workspace.cook_anew().saved == 5);
    workspace.set("ASKED", "1");
    const auto run = workspace.cook();
    CHECK(run.says("1 run in a directory with files of an earlier run"));
    CHECK(workspace.answer() == "upper 1, lower 1\nxx\n");
    workspace.clean();
    CHECK(told_by(workspace.cook()).compiled == 2);
    CHECK(workspace.answer() == workspace.clean_answer());
  }

  TEST_CASE("in another directory all is restored but what names its own") {
    const TestDirectory directory("store-script-places");
    const StoreWorkspace one(directory / "one");
    one.vendor("lower", "", "pub fn text() -> &'static str { env!(\"TOLD\") }\n",
               {{"build.rs",
                 "fn main() {\n    println!(\"cargo:rerun-if-changed=build.rs\");\n"
                 "    let out = std::env::var(\"OUT_DIR\").unwrap();\n"
                 "    std::fs::create_dir(out.clone() + \"/empty\").unwrap();\n"
                 "    std::fs::write(out.clone() + \"/x.h\", \"x\").unwrap();\n"
                 "    println!(\"cargo:rustc-link-search=native={out}\");\n"
                 "    println!(\"cargo:rustc-env=TOLD=told\");\n}\n"}});
    one.vendor("other", "", text_of_script, {{"build.rs", script("\"o\".to_string()", "")}});
    one.lock();
    CHECK(one.cook_anew().saved == 7);
    // The same sources at the same place, as of a registry; another workspace.
    const auto other = directory / "other";
    one.copy_beside(other);
    const auto cooked = must(
        larder({"deps", "--store", one.store(), "build", "--locked"}, other, one.environment()));
    // But the library that includes a file by its path.
    CHECK(told_by(cooked).restored == 6);
    CHECK(told_by(cooked).compiled == 1);
    const auto built = must(larder({"build"}, other, one.environment()));
    CHECK(reused_in(built).all());
    CHECK(capture_process({{other + "/target/debug/app"}, other, one.environment()}).output ==
          "upper 1, told\no\n");
    const auto out = snapshot(other + "/target/debug/build");
    const auto has = [&](const std::string& end) {
      return std::any_of(out.begin(), out.end(),
                         [&](const auto& entry) { return entry.first.ends_with(end); });
    };
    CHECK(has("/out/empty"));
    CHECK(has("/out/x.h"));
    for (const auto& [path, state] : out)
      CHECK(state.contents.find(one.app() + "/target") == std::string::npos);
  }
}

}  // namespace larder::test
