
#include "fuzz.hpp"
#include "larder/cargo/workspace/version.hpp"

// A version requirement on the first line, versions on the others.

namespace larder::test {

namespace {

using cargo::Version;
using cargo::VersionReq;

void check_version(const Version& version) {
  const auto again = cargo::parse_version(version.str());
  require(again && *again == version, "a version reads back");
  const auto exact = VersionReq::parse("=" + version.str_without_build());
  require(exact && exact->matches(version), "`=` matches its version");
}

void check_order(const Version& a, const Version& b) {
  require(((a <=> b) == 0) == (a == b), "versions of equal rank are equal");
  require((a < b) == (b > a), "the order has two sides");
}

void check_requirement(const VersionReq& requirement, const std::vector<Version>& versions) {
  const auto again = VersionReq::parse(requirement.str());
  require(again && again->str() == requirement.str(), "a requirement reads back");
  for (const auto& version : versions)
    require(again->matches(version) == requirement.matches(version), "and matches the same");
}

}  // namespace

void run(std::string_view text) {
  const auto lines = split(text, '\n');
  constexpr std::size_t most_versions = 8;
  std::vector<Version> versions;
  for (std::size_t i = 1; i < lines.size() && versions.size() < most_versions; ++i) {
    if (auto version = cargo::parse_version(lines[i])) versions.push_back(std::move(*version));
  }
  for (const auto& a : versions) {
    check_version(a);
    for (const auto& b : versions) {
      check_order(a, b);
      for (const auto& c : versions) require(!(a < b && b < c) || a < c, "the order is transitive");
    }
  }
  if (const auto requirement = VersionReq::parse(lines[0]))
    check_requirement(*requirement, versions);
}

}  // namespace larder::test
