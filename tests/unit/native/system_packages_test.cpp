#include "larder/native/system_packages.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

#include "larder/base/text.hpp"

using namespace larder;

namespace {

using Packages = std::vector<std::string>;

/// A lock file of packages, each "name" or "name dependency dependency".
cargo::Lockfile lock_of(const std::vector<std::string>& packages) {
  std::string text = "version = 3\n";
  for (const auto& package : packages) {
    const auto space = package.find(' ');
    text += "[[package]]\nname = \"" + package.substr(0, space) +
            "\"\nversion = \"1.0.0\"\nsource = "
            "\"registry+https://github.com/rust-lang/crates.io-index\"\n";
    if (space != std::string::npos)
      text += "dependencies = [\n \"" + replaced(package.substr(space + 1), " ", "\",\n \"") +
              "\",\n]\n";
  }
  return cargo::parse_lockfile("Cargo.lock", text);
}

}  // namespace

TEST_CASE("what crates need comes apart for compiling and for running") {
  const auto needs = native::needs_of(lock_of({"cc", "openssl-sys cc", "prost-build", "serde"}));
  REQUIRE(needs.known.size() == 2);
  CHECK(needs.build_packages() == Packages{"libssl-dev", "pkg-config", "protobuf-compiler"});
  CHECK(needs.runtime_packages() == Packages{"ca-certificates", "libssl3"});
  CHECK(needs.unknown.empty());
}

TEST_CASE("a crate that brings its library needs none") {
  for (const auto& packages :
       std::vector<std::vector<std::string>>{{"openssl-src", "openssl-sys openssl-src"},
                                             {"cc", "libsqlite3-sys cc"},
                                             {"prost-build", "protoc-bin-vendored"},
                                             {"zstd-sys", "windows-sys"}}) {
    CAPTURE(packages.back());
    const auto needs = native::needs_of(lock_of(packages));
    CHECK(needs.known.empty());
    CHECK(needs.unknown.empty());
  }
  CHECK(native::needs_of(lock_of({"libsqlite3-sys"})).build_packages() ==
        Packages{"libsqlite3-dev", "pkg-config"});
}

TEST_CASE("a -sys crate that the table does not have is named") {
  CHECK(native::needs_of(lock_of({"frobnicate-sys", "serde"})).unknown ==
        Packages{"frobnicate-sys"});
}

TEST_CASE("the table has every crate once, with its source and well-formed packages") {
  std::set<std::string_view> seen;
  for (const auto& known : native::known_crates()) {
    CAPTURE(known.crate);
    CHECK(seen.insert(known.crate).second);
    CHECK_FALSE(known.source.empty());
    const auto packages = std::string(known.build) + std::string(known.runtime);
    CHECK(packages.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789 .+-") ==
          std::string::npos);
    CHECK(packages.find("  ") == std::string::npos);
  }
}
