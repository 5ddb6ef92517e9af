#include "larder/base/path.hpp"

#include <doctest/doctest.h>

#include <array>
#include <utility>

using namespace larder;
using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST_CASE("normalize resolves dots lexically and never leaves the root") {
  for (const auto& [path, expected] : Pairs{{"/a/./b", "/a/b"},
                                            {"/a/../b", "/b"},
                                            {"/..", "/"},
                                            {"/../../a", "/a"},
                                            {"//a///b/", "/a/b"},
                                            {"a/..", "."},
                                            {"", "."},
                                            {"../a", "../a"},
                                            {"../../a/../b", "../../b"},
                                            {"..a/./.b/..", "..a"},
                                            {"./a/../../..", "../.."},
                                            {"/a/b/../../../c/", "/c"},
                                            {"a/../../b", "../b"}}) {
    CAPTURE(path);
    CHECK(path::normalize(path) == expected);
  }
}

TEST_CASE("join starts from the base unless the second path is absolute") {
  CHECK(path::join("/a/b", "c") == "/a/b/c");
  CHECK(path::join("/a/b", "../c") == "/a/c");
  CHECK(path::join("/a/b", "/c/./d") == "/c/d");
  CHECK(path::join("/", "a") == "/a");
  CHECK(path::join("/a", ".") == "/a");
}

TEST_CASE("parent ends with nothing above the root") {
  for (const auto& [path, expected] :
       Pairs{{"/a/b", "/a"}, {"/a", "/"}, {"/", ""}, {"a", ""}, {"a/b", "a"}}) {
    CAPTURE(path);
    CHECK(path::parent(path) == expected);
  }
}

TEST_CASE("file name and stem") {
  CHECK(path::file_name("/a/build.rs") == "build.rs");
  CHECK(path::file_name("build.rs") == "build.rs");
  for (const auto& [path, expected] : Pairs{{"/a/build.rs", "build"},
                                            {"a.b.rs", "a.b"},
                                            {".hidden", ".hidden"},
                                            {"plain", "plain"},
                                            {"/a.b/plain", "plain"}}) {
    CAPTURE(path);
    CHECK(path::stem(path) == expected);
  }
}

TEST_CASE("relative climbs with .. and gives . for the same directory") {
  const std::vector<std::array<std::string, 3>> table{
      {"/a/b/c", "/a/b", "c"},       {"/a/b", "/a/b", "."},      {"/a", "/a/b/c", "../.."},
      {"/a/x", "/a/b/c", "../../x"}, {"/a/bc", "/a/b", "../bc"}, {"/x", "/", "x"}};
  for (const auto& [path, base, expected] : table) {
    CAPTURE(path);
    CHECK(path::relative(path, base) == expected);
    CHECK(path::join(base, path::relative(path, base)) == path);
  }
}

TEST_CASE("is_within compares whole components") {
  CHECK(path::is_within("/a/b", "/a"));
  CHECK(path::is_within("/a", "/a"));
  CHECK(path::is_within("/a", "/"));
  CHECK_FALSE(path::is_within("/ab", "/a"));
  CHECK_FALSE(path::is_within("/a", "/a/b"));
}

TEST_CASE("stays_inside refuses every way out of a directory") {
  for (const std::string path : {"a", "a/b.rs", ".cargo/config.toml", "a..b", "..."}) {
    CAPTURE(path);
    CHECK(path::stays_inside(path));
  }
  for (const auto& path : {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"),
                           std::string(".."), std::string("a/../b"), std::string("./a"),
                           std::string("a/."), std::string("a\\b"), std::string("a\0b", 3)}) {
    CAPTURE(path);
    CHECK_FALSE(path::stays_inside(path));
  }
}
