#include "larder/cargo/workspace/version.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace larder::cargo;
using Texts = std::vector<std::string>;

// The expectations of the requirement tables were printed by the `semver` crate 1.0.27.

namespace {

struct RequirementCase {
  std::string requirement;
  std::string printed;
  Texts matching;
  Texts others;
};

void check_requirement(const RequirementCase& row) {
  CAPTURE(row.requirement);
  const auto requirement = VersionReq::parse(row.requirement);
  REQUIRE(requirement);
  CHECK(requirement->str() == row.printed);
  for (const auto& text : row.matching) {
    CAPTURE(text);
    CHECK(requirement->matches(parse_version(text).value()));
  }
  for (const auto& text : row.others) {
    CAPTURE(text);
    CHECK_FALSE(requirement->matches(parse_version(text).value()));
  }
}

}  // namespace

TEST_CASE("caret and tilde requirements match what semver matches") {
  for (const auto& row : std::vector<RequirementCase>{
           {"1.2.3", "^1.2.3", {"1.2.3", "1.9.0", "1.2.3+b"}, {"1.2.2", "2.0.0", "1.3.0-alpha"}},
           {"1.2", "^1.2", {"1.2.0", "1.9.0"}, {"1.1.9", "2.0.0"}},
           {"1", "^1", {"1.0.0", "1.9.9"}, {"0.9.9", "2.0.0"}},
           {"0.2.3", "^0.2.3", {"0.2.3", "0.2.9"}, {"0.2.2", "0.3.0"}},
           {"0.0.3", "^0.0.3", {"0.0.3"}, {"0.0.2", "0.0.4"}},
           {"0.0", "^0.0", {"0.0.0", "0.0.9"}, {"0.1.0"}},
           {"0", "^0", {"0.0.0", "0.9.9"}, {"1.0.0"}},
           {"~1.2.3", "~1.2.3", {"1.2.3", "1.2.9"}, {"1.2.2", "1.3.0"}},
           {"~1.2", "~1.2", {"1.2.0", "1.2.9"}, {"1.3.0"}},
           {"~1", "~1", {"1.9.0"}, {"2.0.0"}}}) {
    check_requirement(row);
  }
}

TEST_CASE("comparisons match what semver matches, build metadata left aside") {
  for (const auto& row : std::vector<RequirementCase>{
           {"=1.2.3", "=1.2.3", {"1.2.3", "1.2.3+build"}, {"1.2.4", "1.2.3-rc"}},
           {"=1.2", "=1.2", {"1.2.0", "1.2.9"}, {"1.3.0"}},
           {">1.2.3", ">1.2.3", {"1.2.4", "2.0.0"}, {"1.2.3", "1.2.3+build"}},
           {">1.2", ">1.2", {"1.3.0"}, {"1.2.9"}},
           {">1", ">1", {"2.0.0"}, {"1.9.0"}},
           {">=1.2.3", ">=1.2.3", {"1.2.3", "1.2.3+b"}, {"1.2.2"}},
           {"<1.2.3", "<1.2.3", {"1.2.2"}, {"1.2.3", "1.2.3-alpha", "1.2.3+b"}},
           {"<1.2", "<1.2", {"1.1.9"}, {"1.2.0"}},
           {"<=1.2.3", "<=1.2.3", {"1.2.3", "1.2.3+b"}, {"1.2.4"}},
           {"<=1.2", "<=1.2", {"1.2.9"}, {"1.3.0"}},
           {">= 1.2", ">=1.2", {"1.2.0"}, {"1.1.9"}},
           {">=1.2, <1.5", ">=1.2, <1.5", {"1.2.0", "1.4.9"}, {"1.1.0", "1.5.0"}},
           {"1.2.3 , <2", "^1.2.3, <2", {"1.2.3"}, {"2.0.0"}},
           {"1.2.3+build", "^1.2.3", {"1.2.3", "1.2.4"}, {}}}) {
    check_requirement(row);
  }
}

TEST_CASE("wildcard requirements match what semver matches") {
  for (const auto& row :
       std::vector<RequirementCase>{{"*", "*", {"0.0.1", "99.0.0"}, {"1.0.0-alpha"}},
                                    {"x", "*", {"1.0.0"}, {}},
                                    {"1.*", "1.*", {"1.9.0"}, {"2.0.0", "1.0.0-alpha"}},
                                    {"1.x", "1.*", {"1.5.0"}, {"0.9.0"}},
                                    {"1.2.*", "1.2.*", {"1.2.9"}, {"1.3.0"}},
                                    {"1.*.*", "1.*", {"1.2.3"}, {"2.0.0"}},
                                    {">=1.*", ">=1", {"1.2.0", "2.0.0"}, {"0.9.0"}},
                                    {"=1.*", "=1", {"1.2.0"}, {"2.0.0"}}}) {
    check_requirement(row);
  }
}

TEST_CASE("a pre-release matches only where one of the same numbers is named") {
  for (const auto& row : std::vector<RequirementCase>{
           {"1.2.3-alpha.2",
            "^1.2.3-alpha.2",
            {"1.2.3-alpha.2", "1.2.3-alpha.10", "1.2.3-beta", "1.2.3", "1.2.4"},
            {"1.2.3-alpha.1", "1.2.3-alpha", "1.2.4-alpha.3"}},
           {"~1.2.3-rc", "~1.2.3-rc", {"1.2.3-rc", "1.2.3"}, {"1.2.3-beta"}},
           {">1.2.3-alpha", ">1.2.3-alpha", {"1.2.3-beta"}, {"1.2.4-beta", "1.2.3-alpha"}},
           {"=1.0", "=1.0", {}, {"1.0.5-alpha"}},
           {">=1.0, =1.0.5-alpha", ">=1.0, =1.0.5-alpha", {}, {"1.0.5-alpha"}}}) {
    check_requirement(row);
  }
}

TEST_CASE("what semver refuses as a requirement is refused") {
  for (const std::string text : {"",
                                 ",",
                                 ",1.2",
                                 "1.2,",
                                 "1.2,,2",
                                 "1.2.3.4",
                                 "01.2.3",
                                 "1.02",
                                 "1.2.",
                                 "1.2.3-",
                                 "1.2.3-01",
                                 "a",
                                 "!1",
                                 "== 1",
                                 "> =1",
                                 "^*",
                                 "*, 1",
                                 "1, *",
                                 "1.*.3",
                                 "1.2\t",
                                 "1.2 <3",
                                 "1.2-alpha",
                                 "18446744073709551616"}) {
    CAPTURE(text);
    CHECK_FALSE(VersionReq::parse(text));
  }
}

TEST_CASE("versions that semver accepts come back as written") {
  for (const std::string text : {"0.0.0", "1.2.3", "1.2.3-alpha.1", "1.2.3-0a.x-y", "1.2.3+001",
                                 "1.2.3-rc.1+build.5", "18446744073709551615.0.0"}) {
    CAPTURE(text);
    const auto version = parse_version(text);
    REQUIRE(version);
    CHECK(version->str() == text);
  }
  CHECK(parse_version("1.2.3-rc+b")->str_without_build() == "1.2.3-rc");
}

TEST_CASE("what is no version is refused") {
  for (const std::string text :
       {"", "1", "1.2", "1.2.3.4", "01.2.3", "1.2.03", "1.2.3-", "1.2.3+", "1.2.3-01", "1.2.3-a..b",
        "1.2.3-a_b", "v1.2.3", " 1.2.3", "1.2.3 ", "1.2.x", "-1.2.3", "+1.2.3"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_version(text));
  }
}

TEST_CASE("versions sort as in a lock file") {
  const Texts sorted{"0.9.0",         "1.0.0-1",    "1.0.0-2",    "1.0.0-10", "1.0.0-alpha",
                     "1.0.0-alpha.1", "1.0.0-beta", "1.0.0-rc.1", "1.0.0",    "1.0.0+0",
                     "1.0.0+00",      "1.0.0+1",    "1.0.0+01",   "1.0.0+2",  "1.0.0+010",
                     "1.0.0+build",   "1.0.1",      "1.2.0",      "1.10.0",   "2.0.0"};
  for (std::size_t i = 0; i + 1 < sorted.size(); ++i) {
    CAPTURE(sorted[i]);
    CHECK(parse_version(sorted[i]).value() < parse_version(sorted[i + 1]).value());
  }
}
