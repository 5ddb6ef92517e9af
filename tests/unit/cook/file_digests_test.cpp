#include "larder/cook/file_digests.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <thread>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"
#include "larder/base/text.hpp"
#include "larder/store/hash.hpp"

using namespace larder;
using namespace larder::cook;

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t old_date = 1'600'000'000'123'456'789;
const std::string large(100'000, 'a');
const std::string other(100'000, 'b');

/// Writes into the file that is there, so that its inode stays.
void write_in_place(const std::string& path, const std::string& text) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  REQUIRE(file >= 0);
  REQUIRE(write_all(file, text) == 0);
  ::close(file);
}

/// As the package manager of a system leaves a file: dated when it was made elsewhere.
void install(const std::string& path, const std::string& text) {
  write_in_place(path, text);
  set_modified(path, old_date);
}

void let_clock_advance() {
  std::this_thread::sleep_for(std::chrono::nanoseconds(2 * clock_step));
}

/// What is known after a run that has read the file.
std::string known_after(const std::string& path) {
  FileDigests digests;
  (void)digests.of(path);
  return digests.known();
}

/// Whether a digest that was kept is believed. It is replaced by one that no file has.
bool is_believed(std::string known, const std::string& path) {
  const auto wrong = store::hash("wrong");
  known = replaced(known, store::hash(large), wrong);
  const auto found = FileDigests(known).of(path);
  CHECK((found == wrong || found == store::hash(read_bytes(path).value_or(""))));
  return found == wrong;
}

}  // namespace

TEST_CASE("a large file is read once, and again after any change") {
  struct Row {
    std::string description;
    void (*change)(const std::string& file);
    bool believed;
  };
  const std::vector<Row> rows{
      {"nothing", [](const std::string&) {}, true},
      {"other bytes, the same date",
       [](const std::string& file) {
         write_in_place(file, other);
         set_modified(file, old_date);
       },
       false},
      {"another file of that size and date",
       [](const std::string& file) {
         install(file + ".new", other);
         fs::rename(file + ".new", file);
       },
       false},
      {"one more byte", [](const std::string& file) { write_in_place(file, large + "a"); }, false},
      {"another date", [](const std::string& file) { set_modified(file, old_date + 1); }, false},
      {"permissions", [](const std::string& file) { fs::permissions(file, fs::perms::all); },
       false},
      {"a link to another",
       [](const std::string& file) {
         install(file + ".new", other);
         fs::remove(file);
         fs::create_symlink(file + ".new", file);
       },
       false}};
  for (const auto& row : rows) {
    CAPTURE(row.description);
    const test::TemporaryDirectory directory;
    const auto file = directory / "file";
    install(file, large);
    let_clock_advance();
    const auto known = known_after(file);
    let_clock_advance();
    row.change(file);
    CHECK(is_believed(known, file) == row.believed);
  }
}

TEST_CASE("a digest is kept only if a later change of the file would be seen") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "file";
  install(file, large);
  CHECK(known_after(file).empty());  // changed just now
  let_clock_advance();
  CHECK_FALSE(known_after(file).empty());
  // Nor if the time of its change is its date, as in the image of a file system.
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  for (int round = 0; round < 20 && changed(status) != modified(status); ++round) {
    fs::remove(file);
    write_in_place(file, large);
    REQUIRE(::stat(file.c_str(), &status) == 0);
  }
  if (changed(status) == modified(status)) {
    let_clock_advance();
    CHECK(known_after(file).empty());
  }
  install(directory / "small", "a");
  install(directory / "two\nlines", large);
  let_clock_advance();
  for (const auto* name : {"small", "two\nlines", "none", "."})
    CHECK(known_after(directory / name).empty());
}

TEST_CASE("what was known stays, without what cannot be understood") {
  const test::TemporaryDirectory directory;
  for (const auto* name : {"one", "two"}) install(directory / name, large);
  let_clock_advance();
  FileDigests first;
  CHECK(first.of(directory / "one") == store::hash(large));
  FileDigests second(first.known() + "\nshort /x\n" + std::string(300, 'z'));
  CHECK(second.known() == first.known());
  CHECK(second.of(directory / "one") == store::hash(large));
  CHECK(second.known() == first.known());
  CHECK(second.of(directory / "two") == store::hash(large));
  CHECK(second.known().size() > first.known().size());
  CHECK(second.known().find(first.known()) != std::string::npos);
}

TEST_CASE("a file that cannot be read has no digest") {
  const test::TemporaryDirectory directory;
  FileDigests digests;
  CHECK_FALSE(digests.of(directory / "none"));
  CHECK(errno == ENOENT);
  CHECK_FALSE(digests.of(directory.path()));
  CHECK(errno == EISDIR);
}
