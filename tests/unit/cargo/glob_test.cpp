#include "larder/cargo/workspace/glob.hpp"

#include <doctest/doctest.h>

#include "../support/values.hpp"

using namespace larder;
using namespace larder::cargo;
using Texts = std::vector<std::string>;

TEST_CASE("one component matches as the glob crate matches") {
  struct Row {
    std::string pattern;
    Texts matching;
    Texts others;
  };
  for (const auto& row : std::vector<Row>{{"*", {"a", ".hidden", "a b"}, {}},
                                          {"a*", {"a", "abc"}, {"ba", "A"}},
                                          {"*-core", {"x-core", "-core"}, {"core", "x-core2"}},
                                          {"a*b*c", {"abc", "axxbyyc", "abbc"}, {"ab", "acb"}},
                                          {"?", {"a"}, {"", "ab"}},
                                          {"*[ab]*c", {"bc", "xaxcc"}, {"c", "xac2"}},
                                          {"**a", {"a", "xa"}, {"ab"}},
                                          {"*[a", {}, {"[a", "a"}},
                                          {"a?c", {"abc"}, {"ac", "abbc"}},
                                          {"[abc]", {"a", "c"}, {"d", "ab", ""}},
                                          {"[a-c]x", {"ax", "bx"}, {"dx", "-x"}},
                                          {"[!a-c]", {"d", "-"}, {"a", "b"}},
                                          {"[]]", {"]"}, {"["}},
                                          {"[!]]", {"a"}, {"]"}},
                                          {"[*]", {"*"}, {"a"}},
                                          {"[a-]", {"a", "-"}, {"b"}},
                                          {"?x", {"\xc3\xa4x"}, {"\xc3x\xa4"}},
                                          {"[\xc3\xa4-\xc3\xb6]", {"\xc3\xa5"}, {"\xc3"}},
                                          {"[abc", {}, {"a", "[abc"}},
                                          {"plain", {"plain"}, {"plain2", "Plain"}}}) {
    CAPTURE(row.pattern);
    for (const auto& name : row.matching) {
      CAPTURE(name);
      CHECK(glob_matches(row.pattern, name));
    }
    for (const auto& name : row.others) {
      CAPTURE(name);
      CHECK_FALSE(glob_matches(row.pattern, name));
    }
  }
}

TEST_CASE("paths are listed as the glob crate lists them") {
  const auto tree = test::tree_of({{"/w/Cargo.toml", ""},
                                   {"/w/crates/a/Cargo.toml", ""},
                                   {"/w/crates/b/Cargo.toml", ""},
                                   {"/w/crates/b/nested/Cargo.toml", ""},
                                   {"/w/crates/.dot/Cargo.toml", ""},
                                   {"/w/crates/README.md", ""},
                                   {"/w/tools/x/Cargo.toml", ""}});
  struct Row {
    std::string pattern;
    Texts expected;
  };
  for (const auto& row : std::vector<Row>{
           {"/w/crates/*", {"/w/crates/.dot", "/w/crates/README.md", "/w/crates/a", "/w/crates/b"}},
           {"/w/crates/[ab]", {"/w/crates/a", "/w/crates/b"}},
           {"/w/*/x", {"/w/tools/x"}},
           {"/w/*/?", {"/w/crates/a", "/w/crates/b", "/w/tools/x"}},
           {"/w/crates/**", {"/w/crates/.dot", "/w/crates/a", "/w/crates/b", "/w/crates/b/nested"}},
           {"/w/**/b/*", {"/w/crates/b/Cargo.toml", "/w/crates/b/nested"}},
           {"/w/**/[xn]*", {"/w/crates/b/nested", "/w/tools/x"}},
           {"/w/crates/*/", {"/w/crates/.dot", "/w/crates/a", "/w/crates/b"}},
           {"/w/crates/.*", {"/w", "/w/crates", "/w/crates/.dot"}},
           {"/w/none/../crates/*", {}},
           {"/w/**/nested", {"/w/crates/b/nested"}},
           {"/w/**/Cargo.toml",
            {"/w/Cargo.toml", "/w/crates/.dot/Cargo.toml", "/w/crates/a/Cargo.toml",
             "/w/crates/b/Cargo.toml", "/w/crates/b/nested/Cargo.toml", "/w/tools/x/Cargo.toml"}},
           {"/w/**/**/nested", {"/w/crates/b/nested"}},
           {"/w/**/b/**", {"/w/crates/b/nested"}},
           {"/w/crates/a", {"/w/crates/a"}},
           {"/w/./crates/../tools/*", {"/w/tools/x"}},
           {"/w/none/*", {}},
           {"/w/none", {}}}) {
    CAPTURE(row.pattern);
    Texts found;
    for (const auto& match : glob_paths(tree, row.pattern)) {
      found.push_back(match.path);
      CHECK(match.is_directory == tree.is_directory(match.path));
    }
    CHECK(found == row.expected);
  }
}

TEST_CASE("glob characters are recognised") {
  CHECK(has_glob_characters("crates/*"));
  CHECK(has_glob_characters("a?"));
  CHECK(has_glob_characters("[a]"));
  CHECK_FALSE(has_glob_characters("crates/{a,b}"));
}
