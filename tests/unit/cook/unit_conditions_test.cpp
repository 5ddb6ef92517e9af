#include "larder/cook/unit_conditions.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "../support/temporary_directory.hpp"
#include "larder/base/files.hpp"

using namespace larder;
using namespace larder::cook;
using observe::Read;
using observe::ReadKind;

namespace fs = std::filesystem;

namespace {

std::string state(const std::string& path, ReadKind kind) {
  FileDigests digests;
  return FileStates(digests).state_of({path, kind}).value_or("-");
}

}  // namespace

TEST_CASE("names of reads are the same in every build directory") {
  const std::vector<std::pair<Read, std::string>> rows{
      {{"/usr/bin/cc", ReadKind::Contents}, "contents /usr/bin/cc"},
      {{"/a b", ReadKind::Listing}, "listing /a b"},
      {{"/l", ReadKind::Link}, "link /l"},
      {{"/l", ReadKind::RealPath}, "real-path /l"},
      {{"/t", ReadKind::Presence}, "presence {build}"},
      {{"/t/x", ReadKind::Absence}, "absence {build}/x"},
      {{"/tx", ReadKind::Absence}, "absence /tx"},
      {{"/d", ReadKind::Writability}, "writability /d"},
      {{"/f", ReadKind::Replaceability}, "replaceability /f"},
      {{"/t/debug/deps", ReadKind::OnlyCrates}, "only-crates {build}/debug/deps"}};
  for (const auto& [read, name] : rows) {
    CHECK(name_of_read(read, "/t") == name);
    CHECK(read_of_name(name, "/t") == read);
  }
  CHECK(read_of_name("absence {build}/x", "/other") == Read{"/other/x", ReadKind::Absence});
  CHECK_FALSE(read_of_name("what /x", "/t"));
}

TEST_CASE("what may be written, and what a rustc would replace") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "file";
  CHECK(state(directory.path(), ReadKind::Writability) == "writable");
  CHECK(state(file, ReadKind::Replaceability) == "replaceable");
  CHECK(state(directory / "none/file", ReadKind::Replaceability) == "-");
  write_file_atomically(file, "a");
  CHECK(state(file, ReadKind::Writability) == "writable");
  CHECK(state(file, ReadKind::Replaceability) == "replaceable");
  ::chmod(file.c_str(), 0444);
  CHECK(state(file, ReadKind::Replaceability) == "-");
  fs::create_symlink("none", directory / "link");
  CHECK(state(directory / "link", ReadKind::Replaceability) == "-");
  CHECK(state(directory.path(), ReadKind::Replaceability) == "-");
  if (::geteuid() == 0) return;
  CHECK(state(file, ReadKind::Writability) == "read-only");
  ::chmod(directory.path().c_str(), 0555);
  CHECK(state(directory.path(), ReadKind::Writability) == "read-only");
  CHECK(state(file, ReadKind::Writability) == "read-only in a read-only directory");
  CHECK(state(directory / "new", ReadKind::Replaceability) == "-");
  ::chmod(directory.path().c_str(), 0755);
}

TEST_CASE("what a unit would learn of a path") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "file";
  CHECK(state(file, ReadKind::Absence) == "nothing");
  CHECK(state(file + "/below", ReadKind::Contents) == "nothing");
  write_file_atomically(file, "a");
  const auto contents = state(file, ReadKind::Contents);
  CHECK(contents.starts_with("file "));
  CHECK(state(file, ReadKind::Presence) == "file 1");
  CHECK(state(file, ReadKind::Link) == "file 1");
  write_file_atomically(file, "b");
  CHECK(state(file, ReadKind::Contents) != contents);
  CHECK(state(file, ReadKind::Presence) == "file 1");
  ::chmod(file.c_str(), 0755);
  CHECK(state(file, ReadKind::Presence) == "program 1");

  CHECK(state(directory.path(), ReadKind::Contents) == "directory");
  const auto listing = state(directory.path(), ReadKind::Listing);
  write_file_atomically(directory / "other", "");
  const auto more = state(directory.path(), ReadKind::Listing);
  CHECK(more != listing);
  fs::remove(directory / "other");
  fs::create_directory(directory / "other");
  CHECK(state(directory.path(), ReadKind::Listing) != more);

  fs::create_symlink("file", directory / "link");
  CHECK(state(directory / "link", ReadKind::Link) == "link file");
  CHECK(state(directory / "link", ReadKind::Contents) == state(file, ReadKind::Contents));
  CHECK(state(directory / "link", ReadKind::RealPath) == fs::canonical(file).string());
  fs::create_symlink("none", directory / "broken");
  CHECK(state(directory / "broken", ReadKind::Link) == "link none");
  CHECK(state(directory / "broken", ReadKind::Absence) == "nothing behind a link");
  CHECK(state(directory / "none", ReadKind::RealPath) == "nothing");
  ::mkfifo((directory / "pipe").c_str(), 0600);
  CHECK(state(directory / "pipe", ReadKind::Contents) == "-");
  CHECK(state(directory / "pipe", ReadKind::Presence) == "pipe");
  // As links in /usr/lib/systemd do.
  fs::create_symlink("/dev/null", directory / "masked");
  CHECK(state(directory / "masked", ReadKind::Contents) == "-");
  CHECK(state(directory / "masked", ReadKind::Presence).starts_with("character device "));
  CHECK(state(directory / "masked", ReadKind::Presence) != state("/dev/zero", ReadKind::Presence));
}

TEST_CASE("a change is seen whatever date the file is given") {
  const test::TemporaryDirectory directory;
  const auto file = directory / "file";
  write_file_atomically(file, "a");
  const auto before = last_changed(file);
  write_file_atomically(file, "b");
  set_modified(file, 1);
  CHECK(last_changed(file) >= before);
  CHECK(last_changed(file) > 1);
  fs::create_symlink("file", directory / "link");
  CHECK(last_changed(directory / "link") >= last_changed(file));
  CHECK(last_changed(directory / "none") == 0);
}
