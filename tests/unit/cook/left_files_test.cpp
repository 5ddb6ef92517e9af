#include "larder/cook/left_files.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using namespace larder::cook;

namespace fs = std::filesystem;

TEST_CASE("a script's directory for temporary files is that of its own environment") {
  PlannedUnit unit;
  CHECK(temporary_directory_of(unit) == "/tmp");
  CHECK(left_path(unit, "{temporary}/x") == "/tmp/x");
  unit.call.environment.set("TMPDIR", "/a/b/");
  CHECK(temporary_directory_of(unit) == "/a/b");
  CHECK(left_path(unit, name_of_left("/a/b/x")) == "/a/b/x");
  unit.call.environment.set("TMPDIR", "relative");
  CHECK(temporary_directory_of(unit).empty());
}

TEST_CASE("names of files that are left never lead out of that directory") {
  CHECK(is_name_of_left("{temporary}/x"));
  for (const auto* other : {"debug/x", "{temporary}/a/b", "{temporary}/../x", "{temporary}/..",
                            "{temporary}/", "x/{temporary}/a"})
    CHECK_FALSE(is_name_of_left(other));
}

TEST_CASE("a file is left again in the place of anything, and nothing behind a link is touched") {
  const test::TemporaryDirectory directory;
  const auto path = directory / "left";
  leave_again(path, "a", false);
  CHECK(read_left(path) == "a");
  leave_again(path, "b", true);
  CHECK(read_left(path) == "b");
  CHECK((fs::status(path).permissions() & fs::perms::owner_exec) != fs::perms::none);

  write_file_atomically(directory / "other", "o");
  fs::remove(path);
  fs::create_symlink("other", path);
  CHECK_FALSE(can_be_left(path));
  CHECK_FALSE(read_left(path));
  leave_again(path, "c", false);
  CHECK(read_left(path) == "c");
  CHECK(read_file(directory / "other") == "o");

  fs::create_hard_link(path, directory / "second");
  CHECK_FALSE(read_left(path));
  CHECK_THROWS(leave_again(directory / "none/left", "a", false));
  CHECK(std::distance(fs::directory_iterator(directory.path()), {}) == 3);
}
