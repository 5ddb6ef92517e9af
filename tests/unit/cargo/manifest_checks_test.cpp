#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "../support/values.hpp"
#include "larder/cargo/manifest/manifest_loader.hpp"

using namespace larder;
using namespace larder::cargo;
using larder::test::error_of;
using larder::test::position_of;

// What cargo refuses beyond dependencies, features and targets, and what it lets pass.

namespace {

const std::string package = "[package]\nname = \"a\"\nversion = \"1.0.0\"\n";

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
    const auto error = error_of([&] { load(row.manifest); });
    CHECK(error.id() == "manifest-invalid");
    CHECK(position_of(error) == row.position);
  }
}

}  // namespace

TEST_CASE("a known key of the wrong type is an error at its value, whether it is used or not") {
  check_refused({{package + "authors = \"me\"\n", "4:11"},
                 {package + "keywords = [1]\n", "4:13"},
                 {package + "publish = \"yes\"\n", "4:11"},
                 {package + "readme = 1\n", "4:10"},
                 {package + "autobins = \"no\"\n", "4:12"},
                 {package + "build = 1\n", "4:9"},
                 {package + "rust-version = \"1.x\"\n", "4:16"},
                 {package + "rust-version = \"1.70.0-nightly\"\n", "4:16"},
                 {package + "description = { workspace = 1 }\n", "4:29"},
                 {package + "description = { text = \"x\" }\n", "4:15"},
                 {package + "[lib]\ntest = 1\n", "5:8"},
                 {package + "[[bin]]\nname = \"b\"\ndoc = \"no\"\n", "6:7"},
                 {package + "[bin]\nname = \"b\"\n", "4:1"},
                 {package + "[badges]\nx = \"y\"\n", "5:5"},
                 {package + "[hints]\n[profile.dev]\ndebug = 3\n", "6:9"},
                 {package + "[profile.dev]\nopt-level = \"fast\"\n", "5:13"},
                 {package + "[profile.dev]\ncodegen-units = -1\n", "5:17"},
                 {package + "[profile.dev]\nlto = 1\n", "5:7"},
                 {package + "[lints.rust]\nx = \"loud\"\n", "5:5"},
                 {package + "[lints.rust]\nx = { priority = 1 }\n", "5:5"},
                 {package + "[lints.rust]\nx = { level = \"warn\", priority = 200 }\n", "5:34"},
                 {package + "cargo-features = [\"x\"]\n", "4:18"},
                 {package + "[workspace]\nmembers = \"a\"\n", "5:11"},
                 {package + "[workspace.package]\nversion = \"1\"\n", "5:11"},
                 {package + "[workspace.dependencies]\nx = true\n", "5:5"}});
}

TEST_CASE("names that cargo does not allow are errors") {
  check_refused({{"[package]\nname = \"some name\"\n", "2:8"},
                 {"[package]\nname = \"a::b\"\n", "2:8"},
                 {"[package]\nname = \"\"\n", "2:8"},
                 {package + "[features]\n\"-x\" = []\n", "5:8"},
                 {package + "[profile.debug]\n", "4:1"},
                 {package + "[profile.build]\n", "4:1"},
                 {package + "[profile.dev.package.\"1x\"]\n", "4:1"}});
}

TEST_CASE("keys that cargo does not know pass with any value") {
  CHECK_NOTHROW(load(package +
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
  check_refused({{package + "[profile.dev]\npanic = \"never\"\n", "5:9"},
                 {package + "[profile.dev]\nlto = \"true\"\n", "5:7"},
                 {package + "[profile.mine]\ninherits = \"debug\"\n", "5:12"},
                 {package + "[profile.mine]\ndir-name = \"x\"\n", "5:12"},
                 {package + "[profile.dev.build-override]\npanic = \"abort\"\n", "5:9"},
                 {package + "[profile.dev.package.\"*\"]\nlto = true\n", "5:7"},
                 {package + "[profile.dev.package.x]\nrpath = true\n", "5:9"}});
}

TEST_CASE("lints that cargo refuses") {
  check_refused(
      {{package + "[lints.rust]\n\"clippy::all\" = \"warn\"\n", "5:17"},
       {package + "[lints.clippy]\n\"clippy::all\" = \"warn\"\n", "5:17"},
       {package + "[lints]\nworkspace = true\nrust.x = \"warn\"\n[workspace.lints]\n", "4:1"},
       {package + "[lints]\nworkspace = true\n[workspace]\n", "4:1"},
       {package + "[lints]\nworkspace = false\n", "5:13"},
       {package + "[lints.rust]\nunexpected_cfgs = { level = \"warn\", check-cfg = 1 }\n",
        "5:49"}});
}

TEST_CASE("patches and replacements that cargo refuses") {
  check_refused(
      {{package + "[patch.crates-io]\nx = {}\n", "5:5"},
       {package + "[patch.crates-io]\nx = { git = \"here\" }\n", "5:13"},
       {package + "[patch.\"no:\"]\nx = \"1\"\n[replace]\n", "6:1"},
       {package + "[patch.\"rel/x\"]\nx = \"1\"\n", "4:1"},
       {package + "[replace]\n\"https://h/x\" = { path = \"y\" }\n", "5:17"},
       {package + "resolver = \"2\"\n[workspace]\nresolver = \"2\"\n", "6:12"},
       {package + "[replace]\nx = { path = \"y\" }\n", "5:5"},
       {package + "[replace]\n\"x:1.0.0\" = { path = \"y\", version = \"1\" }\n", "5:37"}});
  CHECK_NOTHROW(load(package + "[replace]\n\"x:1.0.0\" = { path = \"y\" }\n"));
  CHECK_NOTHROW(load(package + "[patch.\"https://h/i\"]\nx = { path = \"y\" }\n"));
}

TEST_CASE("resolver, edition, publish and default-run") {
  check_refused({{package + "resolver = \"4\"\n", "4:12"},
                 {package + "[workspace]\nresolver = \"0\"\n", "5:12"},
                 {package + "edition = \"2021\"\nrust-version = \"1.55\"\n", "5:16"},
                 {package + "edition = \"2018\"\nrust-version = \"1\"\n", "5:16"},
                 {"[package]\nname = \"a\"\npublish = true\n", "3:11"},
                 {package + "default-run = \"b\"\n", "4:15"}});
  CHECK_NOTHROW(load(package + "edition = \"2021\"\nrust-version = \"1.56\"\n"));
  CHECK_NOTHROW(load("[package]\nname = \"a\"\npublish = false\n"));
}

TEST_CASE("old spellings end with edition 2024") {
  const std::string new_package = package + "edition = \"2024\"\n";
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
    const auto tree = test::tree_of({{"/w/Cargo.toml", package + rest}, {"/w/src/lib.rs", ""}});
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
