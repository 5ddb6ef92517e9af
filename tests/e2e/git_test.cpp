#include <doctest/doctest.h>

#include <algorithm>

#include "support/image_build.hpp"
#include "support/trip.hpp"

// Git sources in the lock files that cargo writes: which entry a dependency means, and that the
// locked commit is cooked.

namespace larder::e2e {

namespace {

using Files = std::map<std::string, std::string>;

/// Of an edition that every version of the lock file is older than.
std::string manifest(const std::string& name, const std::string& rest,
                     const std::string& rust_version = "") {
  auto text = "[package]\nname = \"" + name + "\"\nversion = \"1.0.0\"\nedition = \"2018\"\n";
  if (!rust_version.empty()) text += "rust-version = \"" + rust_version + "\"\n";
  return text + rest;
}

std::string git(const std::string& directory, const Words& words) {
  const auto ran =
      capture_process({Words{"git", "-c", "user.name=t", "-c", "user.email=t@example.com"} + words,
                       directory, test_environment()});
  CAPTURE(ran.errors);
  REQUIRE(succeeded(ran.status));
  return ran.output.substr(0, ran.output.find('\n'));
}

void commit(const std::string& directory, const std::string& file, const std::string& text) {
  write_file(directory + "/" + file, text);
  git(directory, {"add", "-A"});
  git(directory, {"commit", "-q", "-m", "more"});
}

/// Two packages `one` and `two` of the same version everywhere, of which `two` depends on `one` by
/// its path and `one` on `low` of the registry: in the first repository by four references, in the
/// second one as well.
class VendoredWorkspace {
 public:
  explicit VendoredWorkspace(std::string_view name)
      : directory_(name), registry_(directory_ / "registry") {
    publish(registry_, "low");
    publish(registry_, "one");
    const Files pair{
        {"one/Cargo.toml", manifest("one", "[dependencies]\nlow = \"1\"\n")},
        {"one/src/lib.rs", "pub const WHICH: u8 = 0;\n"},
        {"two/Cargo.toml", manifest("two", "[dependencies]\none = { path = \"../one\" }\n")},
        {"two/src/lib.rs", ""}};
    first_ = make_repository(at("first"), pair);
    second_ = make_repository(at("second"), pair);
    low_ = make_repository(at("low"), {{"Cargo.toml", manifest("low", "")}, {"src/lib.rs", ""}});
    git(at("first"), {"tag", "v1"});
    commit(at("first"), "one/src/lib.rs", "pub const WHICH: u8 = 1;\n");
    rev_ = git(at("first"), {"rev-parse", "HEAD"});
    for (const auto* branch : {"feat/x", "a+b%2Fc"}) {
      git(at("first"), {"checkout", "-q", "-b", branch});
      commit(at("first"), "one/src/lib.rs", std::string("// ") + branch + "\n");
    }
    git(at("first"), {"checkout", "-q", "main"});
    environment_ = with_home(directory_ / "home");
  }

  const std::string& first() const { return first_; }
  const std::string& second() const { return second_; }
  const std::string& low() const { return low_; }
  const std::string& rev() const { return rev_; }

  /// The URL of another repository.
  std::string add(const std::string& name, const Files& files) const {
    return make_repository(at(name), files);
  }

  /// Every branch gets a commit and every crate a version that the lock file does not have.
  void move() {
    for (const auto* branch : {"main", "feat/x", "a+b%2Fc"}) {
      git(at("first"), {"checkout", "-q", branch});
      commit(at("first"), "one/src/lib.rs", "// moved\n");
    }
    commit(at("second"), "one/src/lib.rs", "// moved\n");
    commit(at("low"), "src/lib.rs", "// moved\n");
    publish(registry_, "low", "", "1.1.0");
    publish(registry_, "one", "", "1.1.0");
  }

  /// Writes a workspace and has cargo lock it; the text of the lock file.
  std::string lock(const Files& files) {
    for (const auto& [path, text] : files) write_file(directory_ / ("plan/" + path), text);
    write_file(directory_ / "plan/src/main.rs", "fn main() {}\n");
    write_file(directory_ / "plan/.cargo/config.toml", instead_of_crates_io(registry_));
    const auto locked = cargo({"generate-lockfile"}, directory_ / "plan", environment_);
    CAPTURE(locked.errors);
    REQUIRE(locked.code() == 0);
    return read_file(directory_ / "plan/Cargo.lock");
  }

  void check() {
    ImageBuild image_build(directory_ / "plan", directory_ / "app", environment_);
    image_build.check_all({"build", "build --locked", "check --locked"});
  }

 private:
  std::string at(const std::string& name) const { return directory_ / name; }

  TestDirectory directory_;
  testing::SparseRegistry registry_;
  std::string first_;
  std::string second_;
  std::string low_;
  std::string rev_;
  Environment environment_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string five_of_one(const VendoredWorkspace& vendored) {
  const auto from = [](const std::string& key, const std::string& url, const std::string& more) {
    return key + " = { package = \"one\", git = \"" + url + "\"" + more + " }\n";
  };
  return "[dependencies]\nlow = \"1\"\none = \"1\"\n" + from("m", vendored.first(), "") +
         from("b", vendored.first() + ".git/", ", branch = \"feat/x\"") +
         from("t", vendored.first(), ", tag = \"v1\"") +
         from("r", vendored.first(), ", rev = \"" + vendored.rev() + "\"") +
         from("s", vendored.second(), "") + "two = { git = \"" + vendored.first() + "\" }\n";
}

}  // namespace

TEST_SUITE("git") {
  TEST_CASE("one package by every reference, from two repositories and the registry") {
    // The first compiler whose cargo wrote each version of the lock file.
    struct Row {
      std::string rust_version;
      std::string header;
    };
    for (const auto& row : std::vector<Row>{{"", "version = 4"}, {"1.60", "version = 3"}}) {
      CAPTURE(row.header);
      VendoredWorkspace vendored("git-references");
      // `.git` would be another directory.
      auto dependencies = five_of_one(vendored);
      const auto suffix = dependencies.find(".git/");
      dependencies.replace(suffix, 5, "/");
      const auto lock =
          vendored.lock({{"Cargo.toml", manifest("app", dependencies, row.rust_version)}});
      REQUIRE(has(lock, row.header));
      REQUIRE(has(lock, "one 1.0.0 (git+"));
      vendored.move();
      vendored.check();
    }
  }

  TEST_CASE("lock files of versions 1 and 2, which know no other branch than the default one") {
    for (const auto* rust_version : {"1.31", "1.45"}) {
      CAPTURE(rust_version);
      VendoredWorkspace vendored("git-old");
      const auto lock = vendored.lock(
          {{"Cargo.toml",
            manifest("app",
                     "[dependencies]\none = \"1\"\nm = { package = \"one\", git = \"" +
                         vendored.first() + "\" }\nt = { package = \"one\", git = \"" +
                         vendored.first() + "\", tag = \"v1\" }\n",
                     rust_version)}});
      REQUIRE(!has(lock, "\nversion = 3"));
      REQUIRE(!has(lock, "\nversion = 4"));
      vendored.move();
      vendored.check();
    }
  }

  TEST_CASE("a reference with characters that cargo encodes") {
    for (const auto* rust_version : {"", "1.60"}) {
      CAPTURE(rust_version);
      VendoredWorkspace vendored("git-encoded");
      vendored.lock({{"Cargo.toml", manifest("app",
                                             "[dependencies]\none = { git = \"" + vendored.first() +
                                                 "\", branch = \"a+b%2Fc\" }\n",
                                             rust_version)}});
      // Of version 3 cargo itself does not find the branch again.
      if (std::string_view(rust_version).empty()) vendored.move();
      vendored.check();
    }
  }

  TEST_CASE("two versions of one package in one repository") {
    // Both are compiled, and its requirement says which of them the member wants a feature of.
    for (const auto* version : {"1", "2"}) {
      CAPTURE(version);
      Shelf shelf("git-versions");
      const auto url =
          shelf.add("versions",
                    {{"one/Cargo.toml", manifest("one", "[features]\nextra = []\n")},
                     {"one/src/lib.rs", ""},
                     {"next/Cargo.toml",
                      "[package]\nname = \"one\"\nversion = \"2.0.0\"\n\n[features]\nextra = []\n"},
                     {"next/src/lib.rs", ""},
                     {"user/Cargo.toml", manifest("user", R"([dependencies]
old = { package = "one", path = "../one", version = "1" }
new = { package = "one", path = "../next", version = "2" }
)")},
                     {"user/src/lib.rs", ""}});
      shelf.lock(
          {{"Cargo.toml", manifest("app", "[dependencies]\nuser = { git = \"" + url +
                                              "\" }\none = { git = \"" + url + "\", version = \"" +
                                              version + "\", features = [\"extra\"] }\n")}});
      shelf.check();
    }
  }

  TEST_CASE("patches of git by git and of a registry by git") {
    VendoredWorkspace vendored("git-patched");
    vendored.lock(
        {{"Cargo.toml",
          manifest("app", "[dependencies]\nlow = \"1\"\ntwo = { git = \"" + vendored.first() +
                              "\" }\nr = { package = \"one\", git = \"" + vendored.first() +
                              "/\", branch = \"feat/x\" }\n\n[patch.\"" + vendored.first() +
                              "\"]\none = { git = \"" + vendored.second() +
                              "\" }\n\n[patch.crates-io]\nlow = { git = \"" + vendored.low() +
                              "\" }\n")}});
    vendored.move();
    vendored.check();
  }

  TEST_CASE("a patch of git by the registry") {
    VendoredWorkspace vendored("git-by-registry");
    vendored.lock({{"Cargo.toml", manifest("app", "[dependencies]\none = { git = \"" +
                                                      vendored.first() + "\" }\n\n[patch.\"" +
                                                      vendored.first() + "\"]\none = \"1\"\n")}});
    vendored.move();
    vendored.check();
  }

  TEST_CASE("a patch of git by a path") {
    VendoredWorkspace vendored("git-by-path");
    vendored.lock(
        {{"Cargo.toml",
          manifest("app", "[dependencies]\nlow = \"1\"\ns = { package = \"one\", git = \"" +
                              vendored.second() + "\" }\none = { git = \"" + vendored.first() +
                              "\" }\n\n[patch.\"" + vendored.first() +
                              "\"]\none = { path = \"own\" }\n\n[workspace]\n")},
         {"own/Cargo.toml", manifest("one", "[dependencies]\nlow = \"1\"\n")},
         {"own/src/lib.rs", ""}});
    vendored.move();
    vendored.check();
  }

  TEST_CASE("a crate of the registry replaced by git") {
    VendoredWorkspace vendored("git-replaced");
    vendored.lock({{"Cargo.toml", manifest("app",
                                           "[dependencies]\none = \"1\"\n\n[replace]\n"
                                           "\"one:1.0.0\" = { git = \"" +
                                               vendored.second() + "\" }\n")}});
    vendored.move();
    vendored.check();
  }
}

}  // namespace larder::e2e
