#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::cargo {

/// A semantic version, as parsed by the `semver` crate that cargo uses.
struct Version {
  std::uint64_t major = 0;
  std::uint64_t minor = 0;
  std::uint64_t patch = 0;
  /// Without '-'; empty for a release.
  std::string pre;
  /// Without '+'. Compared last, as cargo's lock file order does.
  std::string build;

  std::strong_ordering operator<=>(const Version& other) const;
  bool operator==(const Version& other) const = default;
  std::string str() const;
  /// Without build metadata, which a requirement must not have.
  std::string str_without_build() const;
};

/// Nothing when the text is not `major.minor.patch[-pre][+build]`.
std::optional<Version> parse_version(std::string_view text);

/// A version requirement: a comma-separated conjunction (`^1.2`, `>=1, <2`, `1.*`, `=1.0.3`).
class VersionReq {
 public:
  enum class Op { Exact, Greater, GreaterEq, Less, LessEq, Tilde, Caret, Wildcard };
  struct Comparator {
    Op op = Op::Caret;
    std::uint64_t major = 0;
    std::optional<std::uint64_t> minor;
    std::optional<std::uint64_t> patch;
    std::string pre;
  };

  /// Nothing when `text` is not a requirement. "*" has no comparators and matches every release.
  static std::optional<VersionReq> parse(std::string_view text);

  /// A pre-release matches only a comparator that names a pre-release of the same
  /// major.minor.patch.
  bool matches(const Version& version) const;
  const std::vector<Comparator>& comparators() const { return comparators_; }
  /// As cargo prints it: `^1.2`, `>=1, <2`, `*`.
  std::string str() const;

 private:
  std::vector<Comparator> comparators_;
};

}  // namespace larder::cargo
