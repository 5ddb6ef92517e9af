#include "larder/cook/target_stamp.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
namespace fs = std::filesystem;

namespace {

void date(const std::string& file, std::int64_t seconds) {
  const timespec times[2] = {{seconds, 0}, {seconds, 0}};
  REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
}

/// A target directory with a tag and some units of the old layout, all with one date.
struct Target {
  Target(const std::string& directory, std::int64_t seconds, const std::vector<std::string>& units)
      : path(directory) {
    fs::create_directories(path + "/larder");
    write(path + "/CACHEDIR.TAG", seconds);
    for (const auto& unit : units) write(note(unit), seconds);
  }

  static void write(const std::string& file, std::int64_t seconds) {
    write_file_atomically(file, "x");
    date(file, seconds);
  }
  std::string note(const std::string& unit) const {
    return path + "/debug/.fingerprint/" + unit + "-1111111111111111/lib-" + unit + ".json";
  }
  bool has(const std::string& unit) const { return fs::exists(note(unit)); }
  void stamp() const { cook::leave_stamp(path, path); }
  bool is_copied_over() const { return cook::was_copied_over(path); }
  std::size_t forget() const { return cook::forget_foreign_units(path, path); }

  std::string path;
};

/// As COPY does: over what is there, with dates.
void copy_over(const Target& from, const Target& to) {
  for (const auto& entry : fs::recursive_directory_iterator(from.path)) {
    const auto copy = to.path + "/" + fs::relative(entry.path(), from.path).string();
    if (entry.is_directory()) {
      fs::create_directories(copy);
    } else {
      fs::copy_file(entry.path(), copy, fs::copy_options::overwrite_existing);
      fs::last_write_time(copy, entry.last_write_time());
    }
  }
}

}  // namespace

TEST_CASE("a target directory that cook and cargo alone have written is no mixture") {
  const test::TemporaryDirectory directory;
  const Target target(directory / "target", 1000, {"serde"});
  CHECK_FALSE(target.is_copied_over());
  target.stamp();
  CHECK_FALSE(target.is_copied_over());
  Target::write(target.note("app"), 2000);
  Target::write(target.note("serde"), 2000);
  CHECK_FALSE(target.is_copied_over());
  target.stamp();
  CHECK_FALSE(target.is_copied_over());
  fs::remove(target.path + "/CACHEDIR.TAG");
  CHECK_FALSE(target.is_copied_over());
}

TEST_CASE(
    "another target directory over the cooked one is seen, and what it brought is forgotten") {
  const test::TemporaryDirectory directory;
  const Target target(directory / "target", 2000, {"serde", "log"});
  target.stamp();
  const Target other(directory / "other", 1000, {"serde", "app"});
  copy_over(other, target);
  CHECK(target.is_copied_over());
  CHECK(target.forget() == 2);
  CHECK(target.has("log"));
  CHECK_FALSE(target.has("serde"));
  CHECK_FALSE(target.has("app"));
  target.stamp();
  CHECK_FALSE(target.is_copied_over());
}

TEST_CASE("where both have stamps, the units of the one that was cooked here are kept") {
  const test::TemporaryDirectory directory;
  const Target other(directory / "other", 3000, {"serde", "log", "app"});
  other.stamp();
  const Target target(directory / "target", 2000, {"serde", "memchr"});
  target.stamp();
  copy_over(other, target);
  CHECK(target.is_copied_over());
  CHECK(target.forget() == 3);
  CHECK(target.has("memchr"));
  CHECK_FALSE(target.has("serde"));
  target.stamp();
  CHECK_FALSE(target.is_copied_over());
}

TEST_CASE("a directory that was copied as a whole without its dates is no mixture") {
  const test::TemporaryDirectory directory;
  const Target target(directory / "target", 2000, {"serde"});
  target.stamp();
  for (const auto& entry : fs::recursive_directory_iterator(target.path))
    if (entry.is_regular_file()) date(entry.path(), 5000);
  CHECK_FALSE(target.is_copied_over());
  CHECK(target.forget() == 0);
}

TEST_CASE("what was built in a copy of the cooked directory is seen when it comes back") {
  const test::TemporaryDirectory directory;
  const Target target(directory / "target", 2000, {"serde"});
  target.stamp();
  const Target built(directory / "built", 1000, {});
  copy_over(target, built);
  cook::renew_stamp(built.path);
  CHECK_FALSE(built.is_copied_over());
  Target::write(built.note("app"), 3000);
  copy_over(built, target);
  CHECK(target.is_copied_over());
  CHECK(target.forget() == 1);
  CHECK(target.has("serde"));
  CHECK_FALSE(target.has("app"));
}

TEST_CASE("one stamp follows another") {
  const test::TemporaryDirectory directory;
  const Target target(directory / "target", 2000, {"serde"});
  target.stamp();
  target.stamp();
  std::size_t stamps = 0;
  for (const auto& entry : fs::directory_iterator(target.path + "/larder"))
    if (entry.path().filename().string().starts_with("stamp-")) ++stamps;
  CHECK(stamps == 1);
}
