#include "larder/cargo/command/package_spec.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace larder::cargo;

TEST_CASE("a version may end early, and is printed as it is understood") {
  struct Row {
    std::string text;
    std::string printed;
  };
  for (const auto& row : std::vector<Row>{{"1", "1"},
                                          {"1.70", "1.70"},
                                          {"1.70.0", "1.70.0"},
                                          {" 1.70 ", "1.70"},
                                          {" ^1.70", "1.70"},
                                          {"1.2.3-a+b", "1.2.3-a+b"}}) {
    CAPTURE(row.text);
    const auto version = parse_partial_version(row.text);
    REQUIRE(version);
    CHECK(version->str() == row.printed);
  }
  for (const std::string text :
       {"", "x", "*", "^1", "=1", "~1", "1.*", "1, 2", "1.", "01", "1-a"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_partial_version(text));
  }
  CHECK(parse_rust_version("1.70"));
  CHECK_FALSE(parse_rust_version("1.70.0-nightly"));
  CHECK_FALSE(parse_rust_version("1.70.0+x"));
}

TEST_CASE("package id specifications") {
  struct Row {
    std::string text;
    std::string name;
    std::string version;
  };
  for (const auto& row : std::vector<Row>{{"x", "x", ""},
                                          {"x@1.2", "x", "1.2"},
                                          {"x:1.2.3", "x", "1.2.3"},
                                          {"https://h/x", "x", ""},
                                          {"https://h/x#1.2.3", "x", "1.2.3"},
                                          {"https://h/x#y", "y", ""},
                                          {"https://h/x#y:1", "y", "1"},
                                          {"git+https://h/x?branch=b#y@1.0.0", "y", "1.0.0"},
                                          {"registry+https://h/i#y@1", "y", "1"},
                                          {"path+file:///a/x#1.0.0", "x", "1.0.0"}}) {
    CAPTURE(row.text);
    const auto spec = parse_package_spec(row.text);
    REQUIRE(spec);
    CHECK(spec->name == row.name);
    CHECK((spec->version ? spec->version->str() : "") == row.version);
  }
  for (const std::string text :
       {"", "a b", "x@", "x:", "x@^1", "x::1", "a/b", "https://h/", "https://h/x?q", "https://h/x#",
        "odd+https://h/x", "path+https://h/x", "foo://h"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_package_spec(text));
  }
}
