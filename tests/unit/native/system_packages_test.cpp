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
       std::vector<std::vector<std::string>>{{"pq-src", "pq-sys pq-src"},
                                             {"cc", "libsqlite3-sys cc"},
                                             {"prost-build", "protoc-bin-vendored"},
                                             {"zstd-sys", "windows-sys"}}) {
    CAPTURE(packages.back());
    const auto needs = native::needs_of(lock_of(packages));
    CHECK(needs.known.empty());
    CHECK(needs.unknown.empty());
  }
  // Perl and make run the build of the copy.
  CHECK(native::needs_of(lock_of({"openssl-src", "openssl-sys openssl-src"})).build_packages() ==
        Packages{"make", "perl"});
  CHECK(native::needs_of(lock_of({"libsqlite3-sys"})).build_packages() ==
        Packages{"libsqlite3-dev"});
}

TEST_CASE("a dependency that is not used with a copy, or on Linux, is not needed") {
  const auto packages = [](const std::vector<std::string>& lock) {
    return native::needs_of(lock_of(lock)).build_packages();
  };
  CHECK(packages({"aws-lc-sys cc cmake", "cc", "cmake"}).empty());
  CHECK(packages({"aws-lc-sys cmake", "cmake"}) == Packages{"cmake", "g++", "make"});
  CHECK(packages({"aws-lc-sys cc cmake", "boring-sys cmake", "cc", "cmake"}) ==
        Packages{"cmake", "g++", "make"});
  CHECK(packages({"bindgen clang-sys", "clang-sys", "coreaudio-sys bindgen"}).empty());
  CHECK(packages({"bindgen clang-sys", "clang-sys", "coreaudio-sys bindgen", "libxml bindgen"}) ==
        Packages{"libclang-dev", "libxml2-dev", "pkg-config"});
  CHECK(packages({"dlib", "wayland-sys dlib"}) == Packages{"libwayland-dev", "pkg-config"});
  CHECK(packages({"dlib", "once_cell", "wayland-sys dlib once_cell"}).empty());
  CHECK(packages({"wayland-sys"}).empty());
}

TEST_CASE("a crate whose features decide what it needs is named, unless it brings a copy") {
  CHECK(native::needs_of(lock_of({"mlua-sys"})).unknown == Packages{"mlua-sys"});
  CHECK(native::needs_of(lock_of({"lua-src", "mlua-sys lua-src"})).unknown.empty());
}

TEST_CASE("a library has other names in other releases of Debian") {
  for (const std::string name : {"libssl3", "libssl1.1", "libssl3t64"}) {
    CAPTURE(name);
    CHECK(native::is_same_library("libssl3", name));
  }
  CHECK(native::is_same_library("libhdf5-103-1", "libhdf5-310"));
  CHECK_FALSE(native::is_same_library("libssl3", "libssl-dev"));
  CHECK_FALSE(native::is_same_library("make", "make2"));
  CHECK(native::package_in("bullseye", "libssl3") == "libssl1.1");
  CHECK(native::package_in("bullseye", "libpq5") == "libpq5");
  CHECK(native::package_in("bookworm", "libssl3") == "libssl3");
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
    if (!known.is_elsewhere && known.source.starts_with("build"))
      CHECK(known.source.find_first_of("0123456789") < known.source.find("): "));
    const auto packages =
        std::string(known.build) + std::string(known.runtime) + std::string(known.linked_from);
    CHECK(packages.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789 .+-") ==
          std::string::npos);
    CHECK(packages.find("  ") == std::string::npos);
  }
}
