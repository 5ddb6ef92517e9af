#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/store_workspace.hpp"

// Build scripts that leave a file in the directory for temporary files, as those of rustix 1.1.0 to
// 1.1.2 do. It is left again when their runs are restored, as in a clean build.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// Rustc is to write a file there.
const char* const temporary_probe =
    "Command::new(env::var(\"RUSTC\").unwrap()).args([\"--crate-type=rlib\", "
    "\"--emit=metadata\", \"-o\"]).arg(env::temp_dir().join(\"probe\")).arg(\"-\")"
    ".stdin(std::process::Stdio::null()).output().unwrap().status.success().to_string()";

/// `other` leaves a file.
class LeavingWorkspace : public StoreWorkspace {
 public:
  LeavingWorkspace(const TestDirectory& directory, const std::string& body)
      : StoreWorkspace(directory.path()), left(directory / "tmp/probe") {
    fs::create_directories(directory / "tmp");
    set("TMPDIR", directory / "tmp");
    vendor("other", "", text_of_script, {{"build.rs", script(body, "")}});
    lock();
  }

  /// What cook says with a file of this kind there, and then without a target directory.
  Told cook_over(const std::function<void()>& prepare) const {
    fs::remove_all(left);
    prepare();
    return cook_anew();
  }

  std::string left;
};

/// `reader` depends on `other` and says whether it sees what that left.
void add_reader(const LeavingWorkspace& workspace) {
  workspace.vendor("reader", "[build-dependencies]\nother = \"1\"\n", text_of_script,
                   {{"build.rs", script("let _ = other::text(); "
                                        "env::temp_dir().join(\"probe\").exists().to_string()",
                                        "")}});
  workspace.set_main("reader::text()", "reader = \"1\"\n");
  workspace.lock();
}

}  // namespace

TEST_SUITE("store-robustness") {
  TEST_CASE("a file that a script lets rustc leave is left again, whether or not it is there") {
    const TestDirectory directory("store-left");
    const LeavingWorkspace workspace(directory, temporary_probe);
    const auto first = workspace.cook();
    CAPTURE(first.errors);
    CHECK_FALSE(first.says("not stored"));
    CHECK(told_by(first).saved == 5);
    const auto bytes = read_file(workspace.left);
    CHECK(workspace.cook_anew().restored == 5);
    CHECK(workspace.cook_over([] {}).restored == 5);
    CHECK(read_file(workspace.left) == bytes);
    CHECK(workspace.cook_over([&] { write_file(workspace.left, "another"); }).restored == 5);
    CHECK(read_file(workspace.left) == bytes);
    struct stat status {};
    REQUIRE(::stat(workspace.left.c_str(), &status) == 0);
    const auto mask = ::umask(0);
    ::umask(mask);
    CHECK((status.st_mode & 07777U) == (0666U & ~mask));
    CHECK(workspace.answer() == "upper 1, lower 1\ntrue\n");
  }

  TEST_CASE("what rustc does not replace, and what is not ours, makes it compile") {
    const TestDirectory directory("store-left-hostile");
    const LeavingWorkspace workspace(directory, temporary_probe);
    CHECK(workspace.cook_anew().saved == 5);
    const auto outside = directory / "secret";
    write_file(outside, "secret");
    const auto link = [&] { fs::create_symlink(outside, workspace.left); };
    const auto check = [&](const std::function<void()>& prepare, const std::string& answer) {
      const auto told = workspace.cook_over(prepare);
      CHECK(told.restored == 3);
      fs::remove_all(workspace.left);
      prepare();
      CHECK(workspace.clean_answer() == answer);
      CHECK(workspace.answer() == answer);
    };
    check(link, "upper 1, lower 1\ntrue\n");
    CHECK(read_file(outside) == "secret");
    check([&] { fs::create_directories(workspace.left); }, "upper 1, lower 1\nfalse\n");
    check(
        [&] {
          write_file(workspace.left, "");
          ::chmod(workspace.left.c_str(), 0444);
        },
        "upper 1, lower 1\nfalse\n");
    if (::geteuid() != 0) return;
    check(
        [&] {
          write_file(workspace.left, "");
          CHECK(::chown(workspace.left.c_str(), 1, 1) == 0);
        },
        "upper 1, lower 1\ntrue\n");
  }

  TEST_CASE("a script that can tell what was there before it left a file is not stored") {
    for (const auto* body :
         {"let f = env::temp_dir().join(\"probe\"); let was = f.exists(); fs::write(f, \"x\")"
          ".unwrap(); was.to_string()",
          "fs::create_dir_all(env::temp_dir().join(\"probe/deep\")).unwrap(); String::new()",
          "std::os::unix::fs::symlink(\"x\", env::temp_dir().join(\"probe\")).unwrap_or(()); "
          "String::new()",
          "use std::io::Write; fs::OpenOptions::new().append(true).create(true)"
          ".open(env::temp_dir().join(\"probe\")).unwrap().write_all(b\"x\").unwrap(); "
          "String::new()"}) {
      CAPTURE(body);
      const TestDirectory directory("store-left-known");
      const LeavingWorkspace workspace(directory, body);
      const auto first = workspace.cook();
      CAPTURE(first.errors);
      CHECK(told_by(first).saved == 3);
      CHECK(first.says("1 writing outside the unit's own directory (other 1.0.0)"));
    }
  }

  TEST_CASE("a unit that looks at what another left sees what it would in a clean build") {
    const TestDirectory directory("store-left-seen");
    const LeavingWorkspace workspace(directory, temporary_probe);
    add_reader(workspace);
    workspace.cook_anew();
    CHECK(workspace.answer() == "true\n");
    // The reader alone runs again, and sees nothing.
    fs::remove(workspace.left);
    REQUIRE(cargo({"clean", "--offline", "-p", "reader"}, workspace.app(), workspace.environment())
                .code() == 0);
    workspace.cook();
    CHECK(workspace.answer() == "false\n");
    // The other leaves its file before the reader would run.
    for (const bool is_there : {false, true}) {
      CAPTURE(is_there);
      if (!is_there) fs::remove(workspace.left);
      const auto told = workspace.cook_anew();
      CHECK(told.restored >= 4);
      CHECK(fs::exists(workspace.left));
      CHECK(workspace.answer() == "true\n");
    }
    CHECK(workspace.clean_answer() == "true\n");
  }
}

}  // namespace larder::test
