#include "larder/base/files.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <vector>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"

using namespace larder;
using Names = std::vector<std::string>;

TEST_CASE("an atomic write makes the directories, replaces the text and leaves no temporary") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "a/b/file", "old");
  write_file_atomically(directory / "a/b/file", std::string("new\0", 4));
  CHECK(read_file(directory / "a/b/file") == std::string("new\0", 4));
  CHECK(std::distance(std::filesystem::directory_iterator(directory / "a/b"), {}) == 1);
}

TEST_CASE("an atomic write that fails leaves what was there, and no temporary") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directories(directory / "taken/inner");
  const auto error = test::error_of([&] { write_file_atomically(directory / "taken", "x"); });
  CHECK(error.id() == "file-write");
  CHECK(error.location().file == directory / "taken");
  CHECK(directory.names() == Names{"taken"});
  CHECK(std::filesystem::is_directory(directory / "taken/inner"));
}

TEST_CASE("a directory that cannot be made is an error") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "file", "x");
  CHECK(test::error_id_of([&] { write_file_atomically(directory / "file/below", "y"); }) ==
        "file-write");
  CHECK(test::error_id_of([&] { make_directories(directory / "file/below"); }) == "file-write");
  CHECK(read_file(directory / "file") == "x");
}

TEST_CASE("write_new_file creates, and never touches what is there") {
  const test::TemporaryDirectory directory;
  CHECK(write_new_file(directory / ".cargo/config.toml", "first"));
  CHECK_FALSE(write_new_file(directory / ".cargo/config.toml", "second"));
  CHECK(read_file(directory / ".cargo/config.toml") == "first");
}

TEST_CASE("write_new_file does not write through a dangling symbolic link") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_symlink(directory / "victim", directory / "link");
  CHECK_FALSE(write_new_file(directory / "link", "x"));
  CHECK(directory.names() == Names{"link"});
}

TEST_CASE("the next write removes what killed writers of the same file left") {
  const auto running = std::to_string(::getppid());
  // Above the largest process id of any Linux.
  for (const std::string gone : {"999999999", "4194305"}) {
    const test::TemporaryDirectory directory;
    for (const auto& name : {"file.tmp" + gone, "file.tmp" + running, "file.tmp" + gone + "x",
                             "other.tmp" + gone, std::string("file.tmp")})
      write_file_atomically(directory / name, "x");
    write_file_atomically(directory / "file", "new");
    Names left{"file", "file.tmp", "file.tmp" + running, "file.tmp" + gone + "x",
               "other.tmp" + gone};
    std::sort(left.begin(), left.end());
    CHECK(directory.names() == left);
    write_file_atomically(directory / ("file.tmp" + gone), "x");
    CHECK_FALSE(write_new_file(directory / "file", "newer"));
    CHECK_FALSE(std::filesystem::exists(directory / ("file.tmp" + gone)));
    CHECK(read_file(directory / "file") == "new");
  }
}

TEST_CASE("an absent file reads as nothing") {
  const test::TemporaryDirectory directory;
  CHECK_FALSE(read_file(directory / "none"));
  CHECK_FALSE(read_file(directory / "none/below"));
}

TEST_CASE("a text longer than the read buffer comes back whole") {
  const test::TemporaryDirectory directory;
  std::string text;
  for (int i = 0; i < 40000; ++i) text += std::to_string(i) + "\n";
  write_file_atomically(directory / "long", text);
  CHECK(read_file(directory / "long") == text);
}

TEST_CASE("a file is read up to the largest size, and refused beyond it") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "file", "x");
  std::filesystem::resize_file(directory / "file", largest_file);
  CHECK(read_file(directory / "file")->size() == largest_file);
  std::filesystem::resize_file(directory / "file", largest_file + 1);
  CHECK(test::error_id_of([&] { (void)read_file(directory / "file"); }) == "file-too-large");
}

TEST_CASE("a device or a link stays what it is") {
  const test::TemporaryDirectory directory;
  REQUIRE(::mkfifo((directory / "pipe").c_str(), 0600) == 0);
  // Held open at both ends, so that writing does not wait for a reader.
  const int pipe = ::open((directory / "pipe").c_str(), O_RDWR);
  write_file_atomically(directory / "pipe", "text");
  CHECK(std::filesystem::is_fifo(directory / "pipe"));
  // Read, it would be waited for.
  CHECK(test::error_id_of([&] { (void)read_file(directory / "pipe"); }) == "file-read");
  ::close(pipe);
  CHECK(test::error_id_of([&] { (void)read_file(directory / "pipe"); }) == "file-read");
  write_file_atomically(directory / "file", "old");
  std::filesystem::create_symlink("file", directory / "link");
  write_file_atomically(directory / "link", "new");
  CHECK(std::filesystem::is_symlink(directory / "link"));
  CHECK(read_file(directory / "file") == "new");
}

TEST_CASE("a file gets the date that it is given, of any time") {
  const test::TemporaryDirectory directory;
  write_file_atomically(directory / "file", "text");
  const std::vector<std::int64_t> dates{1'700'000'000'123'456'789, 0, -1, -1'500'000'000};
  for (const auto date : dates) {
    CAPTURE(date);
    CHECK(set_modified(directory / "file", date));
    CHECK(modified(directory / "file") == date);
  }
  CHECK_FALSE(set_modified(directory / "missing", 0));
}
