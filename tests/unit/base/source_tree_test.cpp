#include "larder/base/source_tree.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <memory>

#include "../support/expect.hpp"
#include "../support/temporary_directory.hpp"
#include "../support/values.hpp"

using namespace larder;

namespace {

std::vector<std::string> described(const std::vector<DirectoryEntry>& entries) {
  std::vector<std::string> out;
  for (const auto& entry : entries)
    out.push_back(entry.name + (entry.kind == FileKind::Directory ? "/" : ""));
  return out;
}

}  // namespace

TEST_CASE("a memory tree and a disk tree answer alike") {
  const test::TemporaryDirectory directory;
  const std::vector<std::string> files{"Cargo.toml", "a/Cargo.toml", "a/src/lib.rs", "a-b/x", "ab"};
  MemoryTree memory;
  for (const auto& file : files) {
    memory.write(directory / file, file);
    std::filesystem::create_directories(std::filesystem::path(directory / file).parent_path());
    std::ofstream(directory / file) << file;
  }
  const DiskTree disk;
  for (const SourceTree* tree : std::vector<const SourceTree*>{&memory, &disk}) {
    CAPTURE(tree == &disk);
    CHECK(described(tree->list(directory.path())) ==
          std::vector<std::string>{"Cargo.toml", "a/", "a-b/", "ab"});
    CHECK(tree->is_directory(directory / "a/src"));
    CHECK(tree->is_file(directory / "a/src/lib.rs"));
    CHECK(tree->kind(directory / "a/none") == FileKind::Absent);
    CHECK(tree->kind(directory / "ab/none") == FileKind::Absent);
    CHECK(tree->read(directory / "a/src/lib.rs") == "a/src/lib.rs");
    CHECK_FALSE(tree->read(directory / "none"));
    CHECK_FALSE(tree->read(directory / "ab/none"));
    CHECK(tree->list(directory / "none").empty());
    CHECK(tree->list(directory / "ab").empty());
  }
}

TEST_CASE("the root of a memory tree lists what lies below it") {
  auto tree = test::tree_of({{"/Cargo.toml", ""}, {"/src/main.rs", ""}});
  CHECK(described(tree.list("/")) == std::vector<std::string>{"Cargo.toml", "src/"});
  CHECK(tree.is_directory("/"));
  tree.remove("/src/main.rs");
  CHECK_FALSE(tree.is_directory("/src"));
}

TEST_CASE("a disk tree follows symbolic links, and takes a dangling one for absent") {
  const test::TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "real");
  std::ofstream(directory / "real/file") << "text";
  std::filesystem::create_symlink("real", directory / "link");
  std::filesystem::create_symlink("nowhere", directory / "dangling");
  const DiskTree tree;
  CHECK(tree.is_directory(directory / "link"));
  CHECK(tree.read(directory / "link/file") == "text");
  CHECK(described(tree.list(directory.path())) ==
        std::vector<std::string>{"dangling", "link/", "real/"});
  CHECK(tree.kind(directory / "dangling") == FileKind::Absent);
}

TEST_CASE("reading a directory as a file is an error that names it") {
  const test::TemporaryDirectory directory;
  const auto error = test::error_of([&] { (void)DiskTree().read(directory.path()); });
  CHECK(error.id() == "file-read");
  CHECK(error.location().file == directory.path());
}
