#include <doctest/doctest.h>

#include <filesystem>

#include "support/asking_workspace.hpp"
#include "support/files.hpp"
#include "support/store_workspace.hpp"

// Build scripts that look for a library in the directories of `LD_LIBRARY_PATH`, as those with
// bindgen do. Cargo puts the directories of compiled crates there.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

const char* const search =
    "env::split_paths(&env::var(\"LD_LIBRARY_PATH\").unwrap())"
    ".flat_map(|d| fs::read_dir(d).into_iter().flatten())"
    ".filter(|e| e.as_ref().unwrap().file_name().to_str().unwrap().starts_with(\"libwanted.so\"))"
    ".count().to_string()";

/// `other` searches.
class SearchingWorkspace : public ScriptWorkspace {
 public:
  explicit SearchingWorkspace(const TestDirectory& directory)
      : ScriptWorkspace(directory, search) {}

  /// What cook says where there is nothing but this file in the target directory.
  Told cook_beside(const std::string& file) const {
    clean();
    write_old_file(app() + "/target/" + file, "");
    return told_by(cook());
  }

  /// What cargo alone makes there.
  std::string truth_beside(const std::string& file) const {
    clean();
    write_old_file(app() + "/target/" + file, "");
    return capture_process({{"cargo", "run", "--quiet", "--locked"}, app(), environment()}).output;
  }
};

}  // namespace

TEST_SUITE("store-conditions") {
  TEST_CASE("a script that searches the directories of compiled crates is restored") {
    const TestDirectory directory("store-libraries");
    const SearchingWorkspace workspace(directory);
    const auto first = workspace.cook();
    CHECK_FALSE(first.says("not stored"));
    CHECK(told_by(first).saved == 5);
    CHECK(workspace.cook_anew().restored == 5);
    CHECK(workspace.answer() == "upper 1, lower 1\n0\n");
  }

  TEST_CASE("a library that such a script would find makes it compile") {
    const TestDirectory directory("store-libraries-found");
    const SearchingWorkspace workspace(directory);
    CHECK(workspace.cook_anew().saved == 5);
    for (const auto* file : {"debug/libwanted.so", "debug/deps/libwanted.so.1"}) {
      CAPTURE(file);
      const auto truth = workspace.truth_beside(file);
      CHECK(truth == "upper 1, lower 1\n1\n");
      CHECK(workspace.cook_beside(file).restored == 3);
      CHECK(workspace.answer() == truth);
    }
  }

  TEST_CASE("a script that found a library there is not stored, and cook says why") {
    const TestDirectory directory("store-libraries-unsaved");
    const SearchingWorkspace workspace(directory);
    CHECK(workspace.cook_beside("debug/libwanted.so").saved == 3);
    CHECK(workspace.cook_anew().restored == 3);
    CHECK(workspace.answer() == "upper 1, lower 1\n0\n");
  }
}

}  // namespace larder::test
