#include "cargo/lockfile/lockfile_entries.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"

using namespace larder::cargo;
using Texts = std::vector<std::string>;

namespace {

/// Everything that was read, as one text.
std::string described(const LockfileEntries& entries) {
  auto out = "version " + std::to_string(entries.lock.version) + "\n";
  REQUIRE(entries.dependencies.size() == entries.lock.packages.size());
  for (const auto id : entries.lock.packages.ids()) {
    const auto& package = entries.lock.packages[id];
    out += std::to_string(package.line) + " " + package.name + " " + package.version.str() + " " +
           (package.source ? package.source->text() : "local") + " " +
           package.checksum.value_or("none");
    for (const auto& dependency : entries.dependencies[id]) out += " [" + dependency + "]";
    out += "\n";
  }
  return out;
}

const std::string app = "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n";
const std::string dep =
    R"([[package]]
name = "dep"
version = "1.0.0-rc.1+b"
source = "registry+https://x"
checksum = "aa"
)";
const std::string list =
    "dependencies = [\n \"dep\",\n \"b 1.0.0 (git+https://y?tag=v%2B1#c)\",\n]\n";

}  // namespace

TEST_CASE("the reader of cargo's own layout reads what the TOML reader reads") {
  for (const auto& text :
       Texts{app, "version = 3\n\n" + app + "\n" + dep,
             "# @generated\n# by cargo\nversion = 4\n\n" + app + list + "\n" + dep,
             "version = 4\n" + app + "dependencies = [\n]\n",
             "version = 4\n" + app + "dependencies = [\n# why\n \"a\",\n\n]\n",
             "version = 4\r\n\r\n[[package]]\r\nname = \"a\"\r\nversion = \"1.0.0\"\r\n",
             "[[package]]\nversion = \"0.1.0\"\nname = \"app\"",
             app + list + "source = \"git+https://x?rev=1#2\"\n"}) {
    CAPTURE(text);
    const auto regular = read_regular_lockfile(text);
    REQUIRE(regular);
    CHECK(described(*regular) == described(read_toml_lockfile("/w/Cargo.lock", text)));
  }
}

TEST_CASE("any other text, valid or not, is left to the TOML reader") {
  for (const auto& text : Texts{"",
                                "version = 4\n",
                                "version = 5\n" + app,
                                "version = 3 # three\n" + app,
                                "version = 3\nversion = 3\n" + app,
                                app + "\n[metadata]\n\"checksum a 1.0.0\" = \"x\"\n",
                                app + "\n[[patch.unused]]\nname = \"p\"\nversion = \"1.0.0\"\n",
                                app + "name = \"again\"\n",
                                "[[package]]\nname = \"\"\nname = \"a\"\nversion = \"1.0.0\"\n",
                                "[[package]]\nname = \"a\"\nversion = \"1.0.0\"\r",
                                app + "unknown = \"x\"\n",
                                app + "dependencies = [\"dep\"]\n",
                                app + "dependencies = [\n \"dep\"\n]\n",
                                app + "dependencies = [\n \"dep\",\n",
                                app + list + list,
                                app + "source = \"a\\u0041\"\n",
                                app + "source = 'x'\n",
                                app + "source=\"x\"\n",
                                app + "source = \"x\" # y\n",
                                app + "source = \"x\ty\"\n",
                                app + "source = \"\xc3\xa4\"\n",
                                "[[package]]\nname = \"a\"\n",
                                "[[package]]\nversion = \"1.0.0\"\n",
                                "[[package]]\nname = \"a\"\nversion = \"1.0\"\n",
                                "[[package]]\nname = \"a\"\n" + app,
                                "[package]\nname = \"a\"\nversion = \"1.0.0\"\n",
                                "# \x01\n" + app,
                                "# \xff\n" + app,
                                app + list + "#\r#\n",
                                "<<<<<<< HEAD\n" + app}) {
    CAPTURE(text);
    CHECK_FALSE(read_regular_lockfile(text));
  }
}

TEST_CASE("a key that occurs twice is refused by both, an empty list too") {
  const auto text = app + "dependencies = [\n]\ndependencies = [\n]\n";
  CHECK(larder::test::error_id_of([&] { read_toml_lockfile("/w/Cargo.lock", text); }) ==
        "lock-parse");
  CHECK_FALSE(read_regular_lockfile(text));
}
