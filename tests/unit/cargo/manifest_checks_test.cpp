#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "larder/cargo/manifest/manifest_loader.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::check_error;
using larder::test::position_of;

// What cargo refuses beyond dependencies, features and targets, and what it lets pass.

namespace {

const std::string package_table = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n";

/// Reads a manifest with a library beside it.
void load(const std::string& manifest) {
  const auto tree = test::tree_of({{"/w/Cargo.toml", manifest}, {"/w/src/lib.rs", ""}});
  ManifestLoader(tree, "").load("/w/Cargo.toml");
}

struct Row {
  std::string manifest;
  std::string position;
};

void check_refused(const std::vector<Row>& rows) {
  for (const auto& row : rows) {
    CAPTURE(row.manifest);
    check_error([&] { load(row.manifest); }, "manifest-invalid", "/w/Cargo.toml", row.position);
  }
}

}  // namespace

TEST_CASE("a known key of the wrong type is an error at its value, whether it is used or not") {
  check_refused(
      {{package_table + "authors = \"me\"\n", "4:11"},
       {package_table + "keywords = [1]\n", "4:13"},
       {package_table + "publish = \"yes\"\n", "4:11"},
       {package_table + "readme = 1\n", "4:10"},
       {package_table + "autobins = \"no\"\n", "4:12"},
       {package_table + "build = 1\n", "4:9"},
       {package_table + "rust-version = \"1.x\"\n", "4:16"},
       {package_table + "rust-version = \"1.70.0-nightly\"\n", "4:16"},
       {package_table + "description = { workspace = 1 }\n", "4:29"},
       {package_table + "description = { text = \"x\" }\n", "4:15"},
       {package_table + "[lib]\ntest = 1\n", "5:8"},
       {package_table + "[[bin]]\nname = \"b\"\ndoc = \"no\"\n", "6:7"},
       {package_table + "[bin]\nname = \"b\"\n", "4:1"},
       {package_table + "[badges]\nx = \"y\"\n", "5:5"},
       {package_table + "[hints]\n[profile.dev]\ndebug = 3\n", "6:9"},
       {package_table + "[profile.dev]\nopt-level = \"fast\"\n", "5:13"},
       {package_table + "[profile.dev]\ncodegen-units = -1\n", "5:17"},
       {package_table + "[profile.dev]\nlto = 1\n", "5:7"},
       {package_table + "[lints.rust]\nx = \"loud\"\n", "5:5"},
       {package_table + "[lints.rust]\nx = { priority = 1 }\n", "5:5"},
       {package_table + "[lints.rust]\nx = { level = \"warn\", priority = 200 }\n", "5:34"},
       {package_table + "cargo-features = [\"x\"]\n", "4:18"},
       {package_table + "[workspace]\nmembers = \"a\"\n", "5:11"},
       {package_table + "[workspace.package]\nversion = \"1\"\n", "5:11"},
       {package_table + "[workspace.dependencies]\nx = true\n", "5:5"}});
}

TEST_CASE("names that cargo does not allow are errors") {
  check_refused({{"[package]\nname = \"some name\"\n", "2:8"},
                 {"[package]\nname = \"a::b\"\n", "2:8"},
                 {"[package]\nname = \"\"\n", "2:8"},
                 {package_table + "[features]\n\"-x\" = []\n", "5:8"},
                 {package_table + "[profile.debug]\n", "4:1"},
                 {package_table + "[profile.build]\n", "4:1"},
                 {package_table + "[profile.dev.package.\"1x\"]\n", "4:1"}});
}

TEST_CASE("keys that cargo does not know pass with any value") {
  CHECK_NOTHROW(load(package_table +
                     R"(future = 1979-05-27
[package.metadata]
x = { y = [1] }
[new.table]
z = 1
[lib]
new = 1
[profile.dev]
new = []
[dependencies]
d = { version = "1", new = 1 }
[lints.tool]
x = "warn"
[workspace]
new = 1
)"));
}

TEST_CASE("profiles that cargo refuses") {
  check_refused({{package_table + "[profile.dev]\npanic = \"never\"\n", "5:9"},
                 {package_table + "[profile.dev]\nlto = \"true\"\n", "5:7"},
                 {package_table + "[profile.mine]\ninherits = \"debug\"\n", "5:12"},
                 {package_table + "[profile.mine]\ndir-name = \"x\"\n", "5:12"},
                 {package_table + "[profile.dev.build-override]\npanic = \"abort\"\n", "5:9"},
                 {package_table + "[profile.dev.package.\"*\"]\nlto = true\n", "5:7"},
                 {package_table + "[profile.dev.package.x]\nrpath = true\n", "5:9"}});
}

TEST_CASE("lints that cargo refuses") {
  check_refused(
      {{package_table + "[lints.rust]\n\"clippy::all\" = \"warn\"\n", "5:17"},
       {package_table + "[lints.clippy]\n\"clippy::all\" = \"warn\"\n", "5:17"},
       {package_table + "[lints]\nworkspace = true\nrust.x = \"warn\"\n[workspace.lints]\n", "4:1"},
       {package_table + "[lints]\nworkspace = true\n[workspace]\n", "4:1"},
       {package_table + "[lints]\nworkspace = false\n", "5:13"},
       {package_table + "[lints.rust]\nunexpected_cfgs = { level = \"warn\", check-cfg = 1 }\n",
        "5:49"}});
}

TEST_CASE("patches and replacements that cargo refuses") {
  check_refused(
      {{package_table + "[patch.crates-io]\nx = {}\n", "5:5"},
       {package_table + "[patch.crates-io]\nx = { git = \"here\" }\n", "5:13"},
       {package_table + "[patch.\"no:\"]\nx = \"1\"\n[replace]\n", "6:1"},
       {package_table + "[patch.\"rel/x\"]\nx = \"1\"\n", "4:1"},
       {package_table + "[replace]\n\"https://h/x\" = { path = \"y\" }\n", "5:17"},
       {package_table + "resolver = \"2\"\n[workspace]\nresolver = \"2\"\n", "6:12"},
       {package_table + "[replace]\nx = { path = \"y\" }\n", "5:5"},
       {package_table + "[replace]\n\"x:1.0.0\" = { path = \"y\", version = \"1\" }\n", "5:37"}});
  CHECK_NOTHROW(load(package_table + "[replace]\n\"x:1.0.0\" = { path = \"y\" }\n"));
  CHECK_NOTHROW(load(package_table + "[patch.\"https://h/i\"]\nx = { path = \"y\" }\n"));
}

TEST_CASE("resolver, edition, publish and default-run") {
  check_refused({{package_table + "resolver = \"4\"\n", "4:12"},
                 {package_table + "[workspace]\nresolver = \"0\"\n", "5:12"},
                 {package_table + "edition = \"2021\"\nrust-version = \"1.55\"\n", "5:16"},
                 {package_table + "edition = \"2018\"\nrust-version = \"1\"\n", "5:16"},
                 {"[package]\nname = \"a\"\npublish = true\n", "3:11"},
                 {package_table + "default-run = \"b\"\n", "4:15"}});
  CHECK_NOTHROW(load(package_table + "edition = \"2021\"\nrust-version = \"1.56\"\n"));
  CHECK_NOTHROW(load("[package]\nname = \"a\"\npublish = false\n"));
}

TEST_CASE("old spellings end with edition 2024") {
  const std::string new_package = package_table + "edition = \"2024\"\n";
  check_refused(
      {{"[project]\nname = \"a\"\nedition = \"2024\"\n", "1:1"},
       {new_package + "[dev_dependencies]\n", "5:1"},
       {new_package + "[target.x.build_dependencies]\n", "5:1"},
       {new_package + "[lib]\ncrate_type = [\"lib\"]\n", "6:14"},
       {new_package + "[lib]\nproc_macro = true\n", "6:14"},
       {new_package + "[dependencies]\nd = { version = \"1\", default_features = true }\n",
        "6:41"}});
}

TEST_CASE("a manifest without a package") {
  check_refused({{"[workspace]\n[features]\n", "2:1"},
                 {"[workspace]\n[dependencies]\n", "2:1"},
                 {"[lib]\nname = \"x\"\n", "1:1"},
                 {"[profile.dev]\n", "0:0"}});
  CHECK_NOTHROW(load("[workspace]\n[profile.dev]\ndebug = 1\n"));
}

TEST_CASE("what cargo rejects no sooner than it compiles is kept as an error of the package") {
  const auto build_errors = [](const std::string& rest) {
    const auto tree =
        test::tree_of({{"/w/Cargo.toml", package_table + rest}, {"/w/src/lib.rs", ""}});
    return ManifestLoader(tree, "").load("/w/Cargo.toml").package->build_errors;
  };
  CHECK(build_errors("").empty());
  const auto missing = build_errors("[[test]]\nname = \"t\"\n");
  REQUIRE(missing.size() == 1);
  CHECK(missing[0].id() == "manifest-invalid");
  CHECK(position_of(missing[0]) == "4:1");
  CHECK(build_errors("[[bin]]\nname = \"b\"\npath = \"b.rs\"\nproc-macro = true\n").size() == 1);
  CHECK(build_errors("[[bin]]\nname = \"b\"\npath = \"b.rs\"\ncrate-type = [\"lib\"]\n").size() ==
        1);
}
