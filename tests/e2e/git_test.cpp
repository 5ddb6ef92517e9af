#include <doctest/doctest.h>

#include <algorithm>

#include "support/image_build.hpp"
#include "support/trip.hpp"

// Git sources in the lock files that cargo writes: which entry a dependency means, and that the
// locked commit is cooked.

namespace larder::test {

namespace {

/// Of an edition that every version of the lock file is older than.
std::string manifest(const std::string& name, const std::string& rest,
                     const std::string& rust_version = "") {
  auto text = "[package]\nname = \"" + name + "\"\nversion = \"1.0.0\"\nedition = \"2018\"\n";
  if (!rust_version.empty()) text += "rust-version = \"" + rust_version + "\"\n";
  return text + rest;
}

std::string run_git(const std::string& directory, const Words& words) {
  const auto ran = must(run_in(
      directory, Words{"git", "-c", "user.name=t", "-c", "user.email=t@example.com"} + words));
  return ran.output.substr(0, ran.output.find('\n'));
}

void commit(const std::string& directory, const std::string& file, const std::string& text) {
  write_file(directory + "/" + file, text);
  run_git(directory, {"add", "-A"});
  run_git(directory, {"commit", "-q", "-m", "more"});
}

/// Two packages `one` and `two` of the same version everywhere, of which `two` depends on `one` by
/// its path and `one` on `low` of the registry: in the first repository by four references, in the
/// second one as well.
class GitWorkspace {
 public:
  explicit GitWorkspace(std::string_view name)
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
    run_git(at("first"), {"tag", "v1"});
    commit(at("first"), "one/src/lib.rs", "pub const WHICH: u8 = 1;\n");
    rev_ = run_git(at("first"), {"rev-parse", "HEAD"});
    for (const auto* branch : {"feat/x", "a+b%2Fc"}) {
      run_git(at("first"), {"checkout", "-q", "-b", branch});
      commit(at("first"), "one/src/lib.rs", std::string("// ") + branch + "\n");
    }
    run_git(at("first"), {"checkout", "-q", "main"});
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
      run_git(at("first"), {"checkout", "-q", branch});
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
    must(cargo({"generate-lockfile"}, directory_ / "plan", environment_));
    return read_file(directory_ / "plan/Cargo.lock");
  }

  void check() {
    ImageBuild image_build(directory_ / "plan", directory_ / "app", environment_);
    image_build.check_all({"build", "build --locked", "check --locked"});
  }

 private:
  std::string at(const std::string& name) const { return directory_ / name; }

  TestDirectory directory_;
  SparseRegistry registry_;
  std::string first_;
  std::string second_;
  std::string low_;
  std::string rev_;
  Environment environment_;
};

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string five_of_one(const GitWorkspace& git_workspace) {
  const auto from = [](const std::string& key, const std::string& url, const std::string& more) {
    return key + " = { package = \"one\", git = \"" + url + "\"" + more + " }\n";
  };
  return "[dependencies]\nlow = \"1\"\none = \"1\"\n" + from("m", git_workspace.first(), "") +
         from("b", git_workspace.first() + ".git/", ", branch = \"feat/x\"") +
         from("t", git_workspace.first(), ", tag = \"v1\"") +
         from("r", git_workspace.first(), ", rev = \"" + git_workspace.rev() + "\"") +
         from("s", git_workspace.second(), "") + "two = { git = \"" + git_workspace.first() +
         "\" }\n";
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
      GitWorkspace git_workspace("git-references");
      // `.git` would be another directory.
      auto dependencies = five_of_one(git_workspace);
      const auto suffix = dependencies.find(".git/");
      dependencies.replace(suffix, 5, "/");
      const auto lock =
          git_workspace.lock({{"Cargo.toml", manifest("app", dependencies, row.rust_version)}});
      REQUIRE(has(lock, row.header));
      REQUIRE(has(lock, "one 1.0.0 (git+"));
      git_workspace.move();
      git_workspace.check();
    }
  }

  TEST_CASE("lock files of versions 1 and 2, which know no other branch than the default one") {
    for (const auto* rust_version : {"1.31", "1.45"}) {
      CAPTURE(rust_version);
      GitWorkspace git_workspace("git-old");
      const auto lock = git_workspace.lock(
          {{"Cargo.toml",
            manifest("app",
                     "[dependencies]\none = \"1\"\nm = { package = \"one\", git = \"" +
                         git_workspace.first() + "\" }\nt = { package = \"one\", git = \"" +
                         git_workspace.first() + "\", tag = \"v1\" }\n",
                     rust_version)}});
      REQUIRE(!has(lock, "\nversion = 3"));
      REQUIRE(!has(lock, "\nversion = 4"));
      git_workspace.move();
      git_workspace.check();
    }
  }

  TEST_CASE("a reference with characters that cargo encodes") {
    for (const auto* rust_version : {"", "1.60"}) {
      CAPTURE(rust_version);
      GitWorkspace git_workspace("git-encoded");
      git_workspace.lock(
          {{"Cargo.toml", manifest("app",
                                   "[dependencies]\none = { git = \"" + git_workspace.first() +
                                       "\", branch = \"a+b%2Fc\" }\n",
                                   rust_version)}});
      // Of version 3 cargo itself does not find the branch again.
      if (std::string_view(rust_version).empty()) git_workspace.move();
      git_workspace.check();
    }
  }

  TEST_CASE("two versions of one package in one repository") {
    // Both are compiled, and its requirement says which of them the member wants a feature of.
    for (const auto* version : {"1", "2"}) {
      CAPTURE(version);
      GitWorkspace git_workspace("git-versions");
      const auto url = git_workspace.add(
          "versions",
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
      git_workspace.lock(
          {{"Cargo.toml", manifest("app", "[dependencies]\nuser = { git = \"" + url +
                                              "\" }\none = { git = \"" + url + "\", version = \"" +
                                              version + "\", features = [\"extra\"] }\n")}});
      git_workspace.check();
    }
  }

  TEST_CASE("patches of git by git and of a registry by git") {
    GitWorkspace git_workspace("git-patched");
    git_workspace.lock(
        {{"Cargo.toml",
          manifest("app", "[dependencies]\nlow = \"1\"\ntwo = { git = \"" + git_workspace.first() +
                              "\" }\nr = { package = \"one\", git = \"" + git_workspace.first() +
                              "/\", branch = \"feat/x\" }\n\n[patch.\"" + git_workspace.first() +
                              "\"]\none = { git = \"" + git_workspace.second() +
                              "\" }\n\n[patch.crates-io]\nlow = { git = \"" + git_workspace.low() +
                              "\" }\n")}});
    git_workspace.move();
    git_workspace.check();
  }

  TEST_CASE("a patch of git by the registry") {
    GitWorkspace git_workspace("git-by-registry");
    git_workspace.lock(
        {{"Cargo.toml", manifest("app", "[dependencies]\none = { git = \"" + git_workspace.first() +
                                            "\" }\n\n[patch.\"" + git_workspace.first() +
                                            "\"]\none = \"1\"\n")}});
    git_workspace.move();
    git_workspace.check();
  }

  TEST_CASE("a patch of git by a path") {
    GitWorkspace git_workspace("git-by-path");
    git_workspace.lock(
        {{"Cargo.toml",
          manifest("app", "[dependencies]\nlow = \"1\"\ns = { package = \"one\", git = \"" +
                              git_workspace.second() + "\" }\none = { git = \"" +
                              git_workspace.first() + "\" }\n\n[patch.\"" + git_workspace.first() +
                              "\"]\none = { path = \"own\" }\n\n[workspace]\n")},
         {"own/Cargo.toml", manifest("one", "[dependencies]\nlow = \"1\"\n")},
         {"own/src/lib.rs", ""}});
    git_workspace.move();
    git_workspace.check();
  }

  TEST_CASE("a crate of the registry replaced by git") {
    GitWorkspace git_workspace("git-replaced");
    git_workspace.lock({{"Cargo.toml", manifest("app",
                                                "[dependencies]\none = \"1\"\n\n[replace]\n"
                                                "\"one:1.0.0\" = { git = \"" +
                                                    git_workspace.second() + "\" }\n")}});
    git_workspace.move();
    git_workspace.check();
  }
}

}  // namespace larder::test
