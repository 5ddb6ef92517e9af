#include "larder/dockerfile/ignore_file.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace larder;

namespace {

const std::set<std::string> context_files{
    ".git/HEAD",      ".hidden",  "Cargo.lock",        "README.md",   "a/b/t.rs",
    "a/b/target/x/f", "foo/bar",  "docs/y.md",         "src/main.rs", "docs/deep/x.md",
    "x1.txt",         "x[1].txt", "target/release/app"};

struct IgnoreRow {
  std::string text;
  std::set<std::string> excluded;
};

std::set<std::string> excluded_by(const std::string& text) {
  const dockerfile::IgnoreFile file(text);
  std::set<std::string> out;
  for (const auto& path : context_files) {
    if (file.excludes(path)) out.insert(path);
  }
  return out;
}

}  // namespace

TEST_CASE("a .dockerignore excludes what BuildKit leaves out of the context") {
  // What `docker build` 20.10 copied of these files.
  const std::set<std::string> target{"target/release/app"};
  const std::set<std::string> below_a{"a/b/t.rs", "a/b/target/x/f"};
  for (const auto& row :
       std::vector<IgnoreRow>{{"target\n", target},
                              {"/target\n", target},
                              {"target/\n", target},
                              {"./target\n", target},
                              {"!target\ntarget\n", target},
                              {"**/target\n", {"target/release/app", "a/b/target/x/f"}},
                              {"docs\n!docs/deep/x.md\n", {"docs/y.md"}},
                              {"# c\n #d\n\n a \n", below_a},
                              {"*/b\n", below_a},
                              {"a/**/x\n", {"a/b/target/x/f"}},
                              {"x[1].txt\n", {"x1.txt"}},
                              {"x\\[1\\].txt\n", {"x[1].txt"}},
                              {"*.md\n", {"README.md"}},
                              {"**/*.md\n", {"README.md", "docs/y.md", "docs/deep/x.md"}},
                              {"docs/**\n", {"docs/y.md", "docs/deep/x.md"}},
                              {".*\n", {".git/HEAD", ".hidden"}},
                              {"src/../docs\n", {"docs/y.md", "docs/deep/x.md"}},
                              {"foo/*\n!foo/bar\n", {}}}) {
    CAPTURE(row.text);
    CHECK(excluded_by(row.text) == row.excluded);
  }
  auto all_but = context_files;
  all_but.erase("src/main.rs");
  all_but.erase("Cargo.lock");
  CHECK(excluded_by("*\n!src\n!Cargo.*\n") == all_but);
}

TEST_CASE("the last pattern that matches decides, and its line is known") {
  const dockerfile::IgnoreFile file("target\n# comment\nCargo.*\n!Cargo.toml\n");
  CHECK(file.deciding_line("Cargo.lock") == 3);
  CHECK(file.deciding_line("Cargo.toml") == 4);
  CHECK(file.deciding_line("src/main.rs") == 0);
  CHECK_FALSE(file.excludes("Cargo.toml"));
}
