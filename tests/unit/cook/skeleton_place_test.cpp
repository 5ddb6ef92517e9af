#include "larder/cook/skeleton_place.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <filesystem>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

using namespace larder;
using cook::SkeletonPlace;

namespace {

namespace fs = std::filesystem;

const Shell& quiet() {
  static const Shell shell(Verbosity::Quiet, false);
  return shell;
}

Environment with_temporary(const std::string& directory) {
  return Environment({{"TMPDIR", directory}});
}

bool is_locked(const std::string& directory) {
  const int file = ::open(directory.c_str(), O_RDONLY);
  const bool locked = ::flock(file, LOCK_EX | LOCK_NB) != 0;
  ::close(file);
  return locked;
}

}  // namespace

TEST_CASE(
    "the place of skeletons is locked while it is used, and skeletons left there are removed") {
  const test::TemporaryDirectory directory;
  const auto target = directory / "target";
  write_file_atomically(target + "/larder/0123456789abcdef-7/0/Cargo.toml", "left");
  write_file_atomically(target + "/larder/recipe.json", "kept");
  {
    const SkeletonPlace place(target, false, Environment(), quiet());
    CHECK(place.directory() == target + "/larder");
    CHECK(is_locked(target + "/larder"));
  }
  CHECK_FALSE(is_locked(target + "/larder"));
  CHECK_FALSE(fs::exists(target + "/larder/0123456789abcdef-7"));
  CHECK(read_file(target + "/larder/recipe.json") == "kept");
}

TEST_CASE("every skeleton gets a directory that was not there") {
  const test::TemporaryDirectory directory;
  const SkeletonPlace place(directory / "target", false, Environment(), quiet());
  const std::string digest = "0123456789abcdef";
  const auto first = place.new_directory(digest);
  CHECK(path::parent(first) == place.directory());
  CHECK(path::file_name(first).starts_with(digest + "-"));
  CHECK(place.new_directory(digest) != first);
  write_file_atomically(place.directory() + "/record.json", "kept");
  place.clear();
  CHECK(std::distance(fs::directory_iterator(place.directory()), {}) == 1);
}

TEST_CASE("outside the target directory nothing stays, not even of a killed cook") {
  const test::TemporaryDirectory directory;
  const auto environment = with_temporary(directory.path());
  std::string first;
  {
    const SkeletonPlace place(directory / "t", true, environment, quiet());
    first = place.directory();
    CHECK(path::parent(first) == directory.path());
    CHECK((fs::status(first).permissions() & fs::perms::others_all) == fs::perms::none);
  }
  CHECK_FALSE(fs::exists(first));
  write_file_atomically(first + "/0123456789abcdef-7/0/Cargo.toml", "left");
  {
    const SkeletonPlace place(directory / "t", true, environment, quiet());
    CHECK(place.directory() == first);
    CHECK(fs::is_empty(first));
    const SkeletonPlace other(directory / "u", true, environment, quiet());
    CHECK(other.directory() != first);
  }
  CHECK_FALSE(fs::exists(first));
}

TEST_CASE("a link or a file in its place is refused, and a linked target directory followed") {
  const test::TemporaryDirectory directory;
  fs::create_directories(directory / "elsewhere");
  fs::create_directories(directory / "linked");
  fs::create_directory_symlink(directory / "elsewhere", directory / "linked/larder");
  write_file_atomically(directory / "filed/larder", "");
  for (const std::string target : {"linked", "filed"}) {
    CAPTURE(target);
    CHECK(test::error_id_of([&] {
            const SkeletonPlace place(directory / target, false, Environment(), quiet());
          }) == "file-write");
  }
  CHECK(fs::is_empty(directory / "elsewhere"));
  fs::create_directory_symlink(directory / "elsewhere", directory / "target");
  const SkeletonPlace place(directory / "target", false, Environment(), quiet());
  CHECK(fs::is_directory(directory / "elsewhere/larder"));

  const auto environment = with_temporary(directory.path());
  std::string outside;
  {
    const SkeletonPlace known(directory / "t", true, environment, quiet());
    outside = known.directory();
  }
  fs::create_directory_symlink(directory / "elsewhere", outside);
  CHECK(test::error_id_of([&] {
          const SkeletonPlace taken(directory / "t", true, environment, quiet());
        }) == "file-write");
}
