#include "larder/cargo/lockfile/lockfile.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"

using namespace larder::cargo;
using larder::test::check_error;
using larder::test::error_of;
using Texts = std::vector<std::string>;

namespace {

const std::string registry = "registry+https://github.com/rust-lang/crates.io-index";

Lockfile parse(const std::string& text) {
  return parse_lockfile("/w/Cargo.lock", text);
}

std::string package(const std::string& name, const std::string& version, const std::string& source,
                    const Texts& dependencies = {}) {
  auto out = "\n[[package]]\nname = \"" + name + "\"\nversion = \"" + version + "\"\n";
  if (!source.empty()) out += "source = \"" + source + "\"\n";
  if (dependencies.empty()) return out;
  out += "dependencies = [\n";
  for (const auto& dependency : dependencies) out += " \"" + dependency + "\",\n";
  return out + "]\n";
}

/// "name version" of everything that the first package of this name depends on.
Texts dependencies_of(const Lockfile& lock, const std::string& name) {
  Texts out;
  for (const auto index : lock.packages[lock.named(name).at(0)].dependencies)
    out.push_back(lock.packages[index].name + " " + lock.packages[index].version.str() +
                  (lock.packages[index].is_git() ? " git" : ""));
  return out;
}

std::set<LockId> all_of(const Lockfile& lock) {
  const auto ids = lock.packages.ids();
  return {ids.begin(), ids.end()};
}

/// The entries with these numbers.
std::vector<LockId> entries(const std::vector<std::size_t>& numbers) {
  return {numbers.begin(), numbers.end()};
}
std::set<LockId> entry_set(const std::vector<std::size_t>& numbers) {
  return {numbers.begin(), numbers.end()};
}

}  // namespace

TEST_CASE("a missing lock file is its own error, and a present one is read") {
  larder::MemoryTree tree;
  const auto error = error_of([&] { read_lockfile(tree, "/w/Cargo.lock"); });
  CHECK(error.id() == "lock-missing");
  CHECK(error.location().file == "/w/Cargo.lock");
  tree.write("/w/Cargo.lock", "version = 4\n" + package("a", "0.1.0", ""));
  CHECK(read_lockfile(tree, "/w/Cargo.lock").packages.size() == 1);
}

TEST_CASE("a version 1 file: full dependency strings, checksums in the metadata, no local source") {
  const auto lock = parse(
      "[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n"
      " \"dep 1.0.0 (" +
      registry + ")\",\n \"local 0.1.0\",\n]\n" + package("dep", "1.0.0", registry) +
      package("local", "0.1.0", "") + package("git", "0.1.0", "git+https://x/git#abc") +
      "\n[metadata]\n\"checksum dep 1.0.0 (" + registry +
      ")\" = \"aa\"\n"
      "\"checksum git 0.1.0 (git+https://x/git#abc)\" = \"<none>\"\n");
  CHECK(lock.version == 1);
  CHECK(dependencies_of(lock, "app") == Texts{"dep 1.0.0", "local 0.1.0"});
  CHECK(lock.packages[lock.named("dep").at(0)].checksum == "aa");
  CHECK_FALSE(lock.packages[lock.named("git").at(0)].checksum);
  CHECK(lock.packages[lock.named("local").at(0)].is_local());
}

TEST_CASE("version 2 has no header, short dependency strings and checksums in place") {
  const auto lock = parse(package("app", "0.1.0", "", {"dep"}) +
                          "\n[[package]]\nname = \"dep\"\nversion = \"1.0.0\"\nsource = \"" +
                          registry + "\"\nchecksum = \"aa\"\n");
  CHECK(lock.version == 2);
  CHECK(dependencies_of(lock, "app") == Texts{"dep 1.0.0"});
  CHECK(lock.packages[LockId(1)].checksum == "aa");
}

TEST_CASE("versions 3 and 4 say so") {
  CHECK(parse("version = 3\n" + package("a", "1.0.0", "")).version == 3);
  CHECK(parse("version = 4\n" + package("a", "1.0.0", "")).version == 4);
}

TEST_CASE("ambiguous names are told apart by version, then by source") {
  const auto lock = parse(
      "version = 3\n" +
      package("app", "0.1.0", "",
              {"dep 1.0.0 (git+https://x/dep#abc)", "dep 1.0.0 (" + registry + ")", "dep 2.0.0"}) +
      package("dep", "1.0.0", registry) + package("dep", "1.0.0", "git+https://x/dep#abc") +
      package("dep", "2.0.0", registry));
  CHECK(dependencies_of(lock, "app") == Texts{"dep 1.0.0 git", "dep 1.0.0", "dep 2.0.0"});
}

TEST_CASE("without a source the local package of that name and version is meant") {
  const auto lock = parse("version = 3\n" + package("app", "0.1.0", "", {"dep 1.0.0"}) +
                          package("dep", "1.0.0", registry) + package("dep", "1.0.0", ""));
  REQUIRE(lock.packages[LockId(0)].dependencies.size() == 1);
  CHECK(lock.packages[lock.packages[LockId(0)].dependencies[0]].is_local());
}

TEST_CASE("a dependency that the file does not have is left out") {
  const auto lock =
      parse("version = 3\n" + package("app", "0.1.0", "", {"gone", "dep 9.0.0", "dep"}) +
            package("dep", "1.0.0", registry));
  CHECK(dependencies_of(lock, "app") == Texts{"dep 1.0.0"});
}

TEST_CASE("unused patches and the line of a package are known") {
  const auto lock = parse("version = 4\n" + package("a", "1.0.0", "") +
                          "\n[[patch.unused]]\nname = \"p\"\nversion = \"1.0.0\"\n");
  REQUIRE(lock.unused_patches.size() == 1);
  CHECK(lock.unused_patches[0].name == "p");
  CHECK(lock.packages[LockId(0)].line == 3);
  CHECK(lock.named("none").empty());
}

TEST_CASE("the closure holds the roots and all they lead to, cycles included") {
  const auto lock =
      parse("version = 3\n" + package("a", "1.0.0", "", {"b"}) + package("b", "1.0.0", "", {"c"}) +
            package("c", "1.0.0", "", {"a"}) + package("d", "1.0.0", ""));
  CHECK(lock.closure(entries({1})) == entry_set({0, 1, 2}));
  CHECK(lock.closure(entries({3})) == entry_set({3}));
  CHECK(lock.closure({}).empty());
}

TEST_CASE("a replaced package leads to what replaces it, and says so when rendered") {
  const auto lock = parse(
      "version = 4\n" + package("app", "0.1.0", "", {"dep 1.0.0 (" + registry + ")"}) +
      package("dep", "1.0.0", registry) + "replace = \"dep 1.0.0 (git+https://h/dep#abc)\"\n" +
      package("dep", "1.0.0", "git+https://h/dep#abc", {"low"}) +
      package("low", "1.0.0", registry));
  const auto replaced = lock.named("dep").at(0);
  CHECK(lock.packages[replaced].replacement == lock.named("dep").at(1));
  const auto kept = lock.closure({replaced});
  CHECK(kept.size() == 3);
  const auto again = parse(render_lockfile(lock, kept));
  CHECK(again.packages.size() == 3);
  CHECK(again.packages[LockId(1)].replacement.has_value() !=
        again.packages[LockId(0)].replacement.has_value());
}

TEST_CASE("broken lock files are errors with their position") {
  struct Row {
    std::string text;
    std::string position;
  };
  for (const auto& row :
       std::vector<Row>{{"version = 5\n", "1:11"},
                        {"version = 2\n", "1:11"},
                        {"version = \"3\"\n", "1:11"},
                        {"version = 3\n[[package]]\nname = \"a\"\n", "2:1"},
                        {"version = 3\n[[package]]\nversion = \"1.0.0\"\n", "2:1"},
                        {"version = 3\n[[package]]\nname = \"a\"\nversion = \"1.0\"\n", "4:11"},
                        {"version = 3\n[[package]]\nname = 1\nversion = \"1.0.0\"\n", "3:8"},
                        {"version = 3\npackage = 1\n", "2:11"},
                        {"version = 3\n[=]\n", "2:2"},
                        {"version = 3\n<<<<<<< HEAD\n", "2:1"}}) {
    CAPTURE(row.text);
    check_error([&] { parse(row.text); }, "lock-parse", "/w/Cargo.lock", row.position);
  }
}

TEST_CASE("a rendered file keeps what is kept, in cargo's form, and drops every edge to the rest") {
  const auto lock =
      parse("version = 4\n" + package("zeta", "1.0.0", registry, {"alpha", "gone"}) +
            package("gone", "1.0.0", registry) +
            "\n[[package]]\nname = \"alpha\"\nversion = \"1.0.0\"\nsource = \"" + registry + R"("
checksum = "aa"
dependencies = [
 "gone",
]
)");
  CHECK(render_lockfile(lock, entry_set({0, 2})) ==
        R"(version = 3

[[package]]
name = "alpha"
version = "1.0.0"
source = ")" +
            registry + "\"\nchecksum = \"aa\"\n" + package("zeta", "1.0.0", registry, {"alpha"}));
}

TEST_CASE("dependency strings are as short as the kept packages allow") {
  const auto lock = parse(
      "version = 3\n" +
      package("app", "0.1.0", registry,
              {"dep 1.0.0 (git+https://x/dep#abc)", "dep 1.0.0 (" + registry + ")", "dep 2.0.0"}) +
      package("dep", "1.0.0", "git+https://x/dep#abc") + package("dep", "1.0.0", registry) +
      package("dep", "2.0.0", registry));
  const auto lists = [&](const std::set<LockId>& kept, const Texts& expected) {
    CHECK(render_lockfile(lock, kept).find(package("app", "0.1.0", registry, expected)) !=
          std::string::npos);
  };
  lists(entry_set({0, 2}), {"dep"});
  lists(entry_set({0, 2, 3}), {"dep 1.0.0", "dep 2.0.0"});
  lists(entry_set({0, 1, 2}), {"dep 1.0.0 (" + registry + ")", "dep 1.0.0 (git+https://x/dep)"});
}

TEST_CASE(
    "packages sort by name, version as a version, then registry in front of git as cargo sorts") {
  const auto lock = parse(
      "version = 3\n" + package("a", "1.10.0", registry) + package("a", "1.9.0", registry) +
      package("a", "1.9.0", "git+https://x/a#b") +
      package("a", "1.9.0", "sparse+https://x/index/") + package("a", "1.9.0-rc.1", registry));
  CHECK(render_lockfile(lock, all_of(lock)) ==
        "version = 3\n" + package("a", "1.9.0-rc.1", registry) + package("a", "1.9.0", registry) +
            package("a", "1.9.0", "sparse+https://x/index/") +
            package("a", "1.9.0", "git+https://x/a#b") + package("a", "1.10.0", registry));
}

TEST_CASE("the format version is the lowest that can say the same") {
  const std::string commit(40, 'c');
  const auto version_written = [](const std::string& header, const std::string& source) {
    const auto lock = parse(header + package("a", "1.0.0", source));
    return render_lockfile(lock, entry_set({0})).substr(0, 11);
  };
  CHECK(version_written("version = 4\n", registry) == "version = 3");
  CHECK(version_written("", registry) == "version = 3");
  CHECK(version_written("version = 4\n", "git+https://x/a?branch=b#" + commit) == "version = 3");
  CHECK(version_written("version = 4\n", "git+https://x/a?branch=a%2Fb#" + commit) ==
        "version = 3");
  CHECK(version_written("version = 4\n", "git+https://x/a?branch=a%2Bb#" + commit) ==
        "version = 4");
  CHECK(version_written("version = 4\n", "git+https://x/a?branch=a%23b#" + commit) ==
        "version = 4");
  CHECK(version_written("version = 3\n", "git+https://x/a?branch=a+b#" + commit) == "version = 3");
  CHECK(version_written("", "git+https://x/a#" + commit) == "[[package]]");
}

TEST_CASE("what was rendered parses to the same packages and renders to the same bytes") {
  const auto lock =
      parse("version = 4\n" + package("b", "1.0.0", registry, {"a 1.0.0", "a 2.0.0"}) +
            package("a", "2.0.0", registry) + package("a", "1.0.0", registry, {"c"}) +
            package("c", "0.1.0", "git+https://x/c?tag=v%2B1#d"));
  const auto rendered = render_lockfile(lock, all_of(lock));
  const auto again = parse(rendered);
  CHECK(again.packages.size() == 4);
  CHECK(dependencies_of(again, "b") == Texts{"a 1.0.0", "a 2.0.0"});
  CHECK(render_lockfile(again, all_of(again)) == rendered);
}

TEST_CASE("an ambiguous dependency is none, unless one of them is local") {
  const std::string two =
      R"(version = 3
[[package]]
name = "a"
version = "0.1.0"
dependencies = ["b"]
[[package]]
name = "b"
version = "1.0.0"
source = "registry+https://h/i"
)";
  const auto count = [](const std::string& text) {
    return parse_lockfile("/w/Cargo.lock", text).packages[LockId(0)].dependencies.size();
  };
  CHECK(count(two) == 1);
  CHECK(count(two + "[[package]]\nname = \"b\"\nversion = \"2.0.0\"\n") == 0);
  const auto other_source =
      two + "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\nsource = \"git+https://h/b#1\"\n";
  CHECK(count(other_source) == 0);
  CHECK(count(other_source + "[[package]]\nname = \"b\"\nversion = \"1.0.0\"\n") == 1);
}

TEST_CASE("a package that is there twice is an error at its second entry") {
  const std::string entry = "[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n";
  const auto error =
      error_of([&] { parse_lockfile("/w/Cargo.lock", "version = 4\n\n" + entry + "\n" + entry); });
  CHECK(error.id() == "lock-parse");
  CHECK(error.location().line == 7);
}

namespace {

/// As cargo 1.95 wrote it for four dependencies on one repository, by its default branch and, with
/// another spelling of its URL, a tag and two branches; `encoded` for version 4.
std::string written_by_cargo(const std::string& header, bool encoded) {
  const std::string commit = "#84abecb967b178033d102703ae02cae8ab6d3d60";
  const Texts sources{std::string("git+file:///r/one/?tag=") + (encoded ? "v%2B1" : "v+1"),
                      std::string("git+file:///r/one/?branch=") + (encoded ? "feat%2Fx" : "feat/x"),
                      "git+file:///r/one/?branch=master", "git+file:///r/one"};
  Texts edges;
  std::string entries;
  for (const auto& source : sources) {
    edges.push_back("one 1.0.0 (" + source + ")");
    entries += package("one", "1.0.0", source + commit);
  }
  return header + package("app", "0.1.0", "", edges) + entries;
}

}  // namespace

TEST_CASE("an edge to a git package has no commit, and every reference is a source of its own") {
  for (const bool encoded : {false, true}) {
    const auto text = written_by_cargo(encoded ? "version = 4\n" : "version = 3\n", encoded);
    const auto lock = parse(text);
    CHECK(lock.packages[LockId(0)].dependencies == entries({1, 2, 3, 4}));
    CHECK(render_lockfile(lock, all_of(lock)) == text);
    CHECK(lock.packages[LockId(1)].source->reference() ==
          GitReference{GitReference::Kind::Tag, "v+1"});
    CHECK(lock.packages[LockId(2)].source->reference() ==
          GitReference{GitReference::Kind::Branch, "feat/x"});
  }
}

TEST_CASE("before version 3 the branch master and the default one are one source") {
  const auto lock = [](const std::string& header) {
    return parse(header + package("app", "0.1.0", "", {"a 1.0.0 (git+https://h/a)"}) +
                 package("a", "1.0.0", "git+https://h/a?branch=master#" + std::string(40, '1')) +
                 package("a", "1.0.0", "registry+https://h/i"));
  };
  CHECK(lock("").packages[LockId(0)].dependencies.size() == 1);
  CHECK(lock("version = 3\n").packages[LockId(0)].dependencies.empty());
}

TEST_CASE("a source that cargo would not read is an error at its place") {
  for (const auto* source : {"x", "ftp+https://h/i", "git+h"}) {
    check_error([&] { parse("version = 4\n" + package("a", "1.0.0", source)); }, "lock-parse",
                "/w/Cargo.lock", "6:10");
  }
}

TEST_CASE("a lock file that is parsed ahead is the one that is read later") {
  std::string text = "version = 3\n";
  for (int i = 0; text.size() < 100'000; ++i)
    text += package("p" + std::to_string(i), "1.0.0", registry);
  const auto tree = larder::MemoryTree({{"/w/Cargo.lock", text},
                                        {"/w/other.lock", package("other", "1.0.0", registry)},
                                        {"/broken/Cargo.lock", text + "[[package]]\n"}});
  const auto taken = [&](const std::string& ahead, const std::string& path) {
    return LockfileAhead(tree, ahead).take(tree, path);
  };
  const auto all = parse(text).packages.size();
  CHECK(taken("/w/Cargo.lock", "/w/Cargo.lock").packages.size() == all);
  CHECK(taken("/w/Cargo.lock", "/w/Cargo.lock").file == "/w/Cargo.lock");
  CHECK(taken("/w/other.lock", "/w/other.lock").packages.size() == 1);
  CHECK(taken("/w/Cargo.lock", "/w/other.lock").packages.size() == 1);
  CHECK(taken("/absent/Cargo.lock", "/w/Cargo.lock").packages.size() == all);
  CHECK(error_of([&] { taken("/absent/Cargo.lock", "/absent/Cargo.lock"); }).id() ==
        "lock-missing");
  CHECK(error_of([&] { taken("/broken/Cargo.lock", "/broken/Cargo.lock"); }).id() == "lock-parse");
  CHECK(taken("/broken/Cargo.lock", "/w/Cargo.lock").packages.size() == all);

  LockfileAhead twice(tree, "/w/Cargo.lock");
  CHECK(twice.take(tree, "/w/Cargo.lock").packages.size() == all);
  CHECK(twice.take(tree, "/w/Cargo.lock").packages.size() == all);
}
