#include "larder/base/error.hpp"

#include <doctest/doctest.h>

using namespace larder;

TEST_CASE("an error renders message, caret under its column, contexts and help") {
  Error error("manifest-invalid", "`edition` must be a string");
  error.at(locate("/w/Cargo.toml", "[package]\nname = \"a\"\nedition = 2021\n", 3, 11))
      .while_doing("reading member `a`")
      .while_doing("reading the workspace")
      .hint("quote it");
  CHECK(error.render() ==
        R"(`edition` must be a string
 --> /w/Cargo.toml:3:11
   |
 3 | edition = 2021
   |           ^
  while reading member `a`
  while reading the workspace
  help: quote it)");
}

TEST_CASE("the caret keeps tabs and counts a UTF-8 character once") {
  Error error("x", "m");
  error.at(locate("f", "\t\"\xc3\xa4\" = 1\n", 1, 7));
  CHECK(error.render() == "m\n --> f:1:7\n   |\n 1 | \t\"\xc3\xa4\" = 1\n   | \t    ^");
}

TEST_CASE("a location past the end of the text has no source line and renders without a caret") {
  const auto location = locate("f", "a\n", 7, 1);
  CHECK(location.source_line.empty());
  CHECK(Error("x", "m").at(location).render() == "m\n --> f:7:1");
}

TEST_CASE("the source line of a location has neither newline nor carriage return") {
  CHECK(locate("f", "first\r\nsecond\r\n", 2, 1).source_line == "second");
  CHECK(locate("f", "only", 1, 1).source_line == "only");
}

TEST_CASE("a very long line is not shown") {
  CHECK(locate("f", std::string(10000, 'x'), 1, 5000).source_line.empty());
}

TEST_CASE("an error about a whole file renders the file without a line") {
  CHECK(Error("file-read", "m").in_file("/x").render() == "m\n --> /x");
}
