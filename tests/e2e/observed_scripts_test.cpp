#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "support/files.hpp"
#include "support/observed.hpp"

// What a build script, and every program that it starts, reads and does, as the library that is
// loaded into them sees it. Each build is cargo's own.

namespace larder::test {

namespace {

using observe::ImpurityKind;
using observe::Observation;
using observe::ReadKind;

/// A package whose script has this body, beside a directory `near` that is not part of it.
struct ScriptCase {
  explicit ScriptCase(const std::string& name, const std::string& body)
      : directory(name), workspace(directory / "w", package_with_script(body)) {
    write_file(directory / "near/file.txt", "text");
    write_file(directory / "near/include/ver.h", "#define V 1\n");
  }
  Observation run(const Environment& environment = ObservedWorkspace::environment_of_builds()) {
    return script_run(workspace.build({}, environment), "observed");
  }
  std::string near(const std::string& path) const { return directory / "near/" + path; }

  TestDirectory directory;
  ObservedWorkspace workspace;
};

/// Rust that runs a command line in a shell and must succeed.
std::string in_a_shell(const std::string& line) {
  return fmt::format(
      "assert!(std::process::Command::new(\"sh\").arg(\"-c\").arg(r#\"{}\"#)"
      ".status().unwrap().success());",
      line);
}

}  // namespace

TEST_SUITE("observation") {
  TEST_CASE("a script that does nothing reads nothing but itself and its libraries") {
    ScriptCase script("nothing", "let _ = std::env::var(\"OUT_DIR\");");
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(seen.unit.kind == observe::UnitKind::BuildScript);
    CHECK(seen.unit.package == "observed");
    CHECK(seen.unit.version == "1.0.0");
    CHECK(seen.unit.manifest_dir == script.directory / "w");
    CHECK(seen.unit.directory == script.directory / "w");
    CHECK(seen.unit.out_dir.starts_with(script.directory / "w/target/debug/build/observed-"));
    CHECK(seen.impurities.empty());
    CHECK(seen.writes.empty());
    CHECK(asks_for(seen, "OUT_DIR"));
    for (const auto& read : seen.reads) {
      CAPTURE(read.path);
      CHECK((read.path.starts_with("/lib") || read.path.starts_with("/usr/lib") ||
             read.path.starts_with(script.directory / "w/target")));
    }
  }

  TEST_CASE("what a script reads by itself") {
    ScriptCase script("itself",
                      "use std::fs; assert!(fs::read(\"../near/file.txt\").is_ok());"
                      "assert!(fs::read(\"../near/absent\").is_err());"
                      "assert!(!std::path::Path::new(\"../near/absent-too\").exists());"
                      "assert_eq!(fs::read_dir(\"../near\").unwrap().count(), 2);"
                      "assert!(fs::metadata(\"../near/include/ver.h\").is_ok());"
                      "let _ = std::env::var(\"SECRET_KNOB\");");
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, script.near("file.txt")));
    CHECK(has_read(seen, ReadKind::Absence, script.near("absent")));
    CHECK(has_read(seen, ReadKind::Absence, script.near("absent-too")));
    CHECK(has_read(seen, ReadKind::Listing, script.directory / "near"));
    CHECK(has_read(seen, ReadKind::Presence, script.near("include/ver.h")));
    CHECK(asks_for(seen, "SECRET_KNOB"));
    CHECK(seen.impurities.empty());
  }

  TEST_CASE("what a script reads through a shell") {
    ScriptCase script("shell", in_a_shell("cat ../near/file.txt; test -e ../near/absent;"
                                          "for f in ../near/include/*; do echo $f $KNOB; done"));
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, script.near("file.txt")));
    CHECK(has_read(seen, ReadKind::Absence, script.near("absent")));
    CHECK(has_read(seen, ReadKind::Listing, script.near("include")));
    CHECK(seen.impurities.empty());
    // A shell takes all variables for its own.
    REQUIRE(!seen.environment_readers.empty());
  }

  TEST_CASE("what a C compiler reads for a script") {
    if (find_program("cc").empty()) return;
    ScriptCase script("cc", in_a_shell("cc -I ../near -I ../near/include -c -o $OUT_DIR/v.o v.c"));
    write_file(script.workspace / "v.c", "#include <ver.h>\nint v = V;\n");
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, script.near("include/ver.h")));
    CHECK(has_read(seen, ReadKind::Absence, script.near("ver.h")));
    CHECK(has_read(seen, ReadKind::Contents, script.workspace / "v.c"));
    CHECK(asks_for(seen, "CPATH"));
    CHECK(seen.impurities.empty());
    const auto tmp = std::filesystem::temp_directory_path().string();
    CHECK(observe::outside(seen.writes, {seen.unit.out_dir, tmp}).empty());
  }

  TEST_CASE("what git reads for a script") {
    if (find_program("git").empty()) return;
    ScriptCase script("git", in_a_shell("git rev-parse HEAD"));
    must(run_in(script.directory / "w",
                {"sh", "-c",
                 "git init -q -b main . && git add -A && git -c user.name=x -c user.email=x@x "
                 "commit -qm one"}));
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, script.workspace / ".git/HEAD"));
    CHECK(has_read(seen, ReadKind::Contents, script.workspace / ".git/refs/heads/main"));
    CHECK(seen.impurities.empty());
  }

  TEST_CASE("a script that goes through its environment does not find us, and is named") {
    ScriptCase script(
        "vars",
        "let all: Vec<String> = std::env::vars().map(|(k, v)| format!(\"{k}={v}\")).collect();"
        "std::fs::write(std::env::var(\"OUT_DIR\").unwrap() + \"/vars\", "
        "all.join(\"\\n\")).unwrap();" +
            in_a_shell("env > $OUT_DIR/vars-of-child"));
    const auto seen = script.run();
    CAPTURE(described(seen));
    for (const auto* file : {"/vars", "/vars-of-child"}) {
      const auto text = read_file(seen.unit.out_dir + file);
      CHECK(text.find("CARGO_MANIFEST_DIR=") != std::string::npos);
      CHECK(text.find("LARDER_OBSERVED") == std::string::npos);
      CHECK(text.find("LD_PRELOAD") == std::string::npos);
    }
    CHECK(std::find(seen.environment_readers.begin(), seen.environment_readers.end(),
                    seen.unit.program) != seen.environment_readers.end());
  }

  TEST_CASE("a user's own LD_PRELOAD is kept") {
    ScriptCase script("preload",
                      "println!(\"cargo:warning=is {}\", std::env::var(\"LD_PRELOAD\").unwrap());" +
                          in_a_shell("grep -c failing_writes /proc/self/maps > $OUT_DIR/maps"));
    auto environment = ObservedWorkspace::environment_of_builds();
    environment.set("LD_PRELOAD", LARDER_FAILING_WRITES);
    environment.set("LARDER_FAIL_CLAIMED", "1");
    const auto seen = script.run(environment);
    CHECK(script.workspace.messages().find(fmt::format("is {}\n", LARDER_FAILING_WRITES)) !=
          std::string::npos);
    CHECK(read_file(seen.unit.out_dir + "/maps") != "0\n");
    CHECK(asks_for(seen, "LD_PRELOAD"));
  }

  TEST_CASE("what makes a run unlike the next one") {
    struct Row {
      std::string name;
      std::string body;
      ImpurityKind kind;
    };
    const std::vector<Row> rows{
        {"date", "let _ = std::time::SystemTime::now();", ImpurityKind::Date},
        {"date-shell", in_a_shell("date"), ImpurityKind::Date},
        {"date-in-c",
         in_a_shell(
             "echo 'const char *d = __DATE__;' > $OUT_DIR/d.c; cc -c -o $OUT_DIR/d.o $OUT_DIR/d.c"),
         ImpurityKind::Date},
        {"date-of-commit",
         in_a_shell("cd $OUT_DIR; git init -q .; git -c user.name=x -c user.email=x@x commit -q "
                    "--allow-empty -m x; git log --format=%cr"),
         ImpurityKind::Date},
        {"connect", "let _ = std::net::TcpStream::connect((\"127.0.0.1\", 9));",
         ImpurityKind::Network},
        {"resolve", "use std::net::*; let _ = (\"localhost\", 80).to_socket_addrs();",
         ImpurityKind::Network},
        {"local-socket", "let _ = std::os::unix::net::UnixStream::connect(\"/nowhere/socket\");",
         ImpurityKind::LocalSocket},
        // Only its output: what it does is gone before the log is read otherwise.
        {"daemon", in_a_shell("sleep 3 < /dev/null > /dev/null 2>&1 &"),
         ImpurityKind::LeftRunning}};
    for (const auto& row : rows) {
      CAPTURE(row.name);
      ScriptCase script("impure-" + row.name, row.body);
      const auto seen = script.run();
      CAPTURE(described(seen));
      CHECK(has_impurity(seen, row.kind));
    }
  }

  TEST_CASE("a static program cannot be observed") {
    const TestDirectory directory("static");
    write_file(directory / "p.c", "int main(void) { return 0; }\n");
    if (run_in(directory.path(), {"cc", "-static", "-o", "p", "p.c"}).code() != 0)
      return tell_missing("a C library to link statically");
    for (const bool through_shell : {false, true}) {
      ScriptCase script("runs-static",
                        through_shell ? in_a_shell(directory / "p")
                                      : fmt::format("assert!(std::process::Command::new(\"{}\")"
                                                    ".status().unwrap().success());",
                                                    directory / "p"));
      const auto seen = script.run();
      CAPTURE(described(seen));
      CHECK(has_impurity(seen, ImpurityKind::UnobservedProgram, directory / "p"));
    }
  }

  TEST_CASE("a program with a sanitizer runs unobserved, as it would end if it were") {
    const TestDirectory directory("sanitized");
    write_file(directory / "p.c", "int main(void) { return 0; }\n");
    if (run_in(directory.path(), {"cc", "-fsanitize=address", "-o", "p", "p.c"}).code() != 0)
      return tell_missing("the compiler's address sanitizer");
    ScriptCase script("runs-sanitized", in_a_shell(directory / "p"));
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_impurity(seen, ImpurityKind::UnobservedProgram, directory / "p"));
  }

  TEST_CASE("a program of another C library is observed as well") {
    const TestDirectory directory("musl");
    write_file(directory / "p.c",
               "#include <stdio.h>\n#include <stdlib.h>\n"
               "int main(void) { FILE *file = fopen(getenv(\"FROM\"), \"r\"); return !file || "
               "system(\"cat ../near/include/ver.h\"); }\n");
    if (run_in("/", {"sh", "-c", "command -v musl-gcc"}).code() != 0)
      return tell_missing("musl-gcc");
    must(run_in(directory.path(), {"musl-gcc", "-o", "p", "p.c"}));
    ScriptCase script("runs-musl", in_a_shell("FROM=../near/file.txt " + (directory / "p")));
    const auto seen = script.run();
    CAPTURE(described(seen));
    CHECK(has_read(seen, ReadKind::Contents, script.near("file.txt")));
    CHECK(has_read(seen, ReadKind::Contents, script.near("include/ver.h")));
    CHECK(asks_for(seen, "FROM"));
    CHECK(seen.impurities.empty());
  }

  TEST_CASE("what a script writes is told, wherever it is") {
    ScriptCase script("writes",
                      "let out = std::env::var(\"OUT_DIR\").unwrap();"
                      "std::fs::write(out.clone() + \"/../../../../side.txt\", \"x\").unwrap();"
                      "std::fs::create_dir(\"../near/new\").unwrap();"
                      "std::fs::rename(\"../near/file.txt\", out.clone() + \"/moved\").unwrap();"
                      "std::fs::write(out + \"/fine\", \"x\").unwrap();");
    const auto seen = script.run();
    CAPTURE(described(seen));
    const std::vector<std::string> expected{script.near("file.txt"), script.near("new"),
                                            script.workspace / "target/side.txt"};
    CHECK(observe::outside(seen.writes, {seen.unit.out_dir}) == expected);
    CHECK(has_read(seen, ReadKind::Contents, script.near("file.txt")));
  }
}

}  // namespace larder::test
