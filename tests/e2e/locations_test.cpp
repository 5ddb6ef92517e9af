#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/image_build.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// Where `prepare` and `cook` are called from, and what paths and files may look like.

namespace larder::test {

namespace fs = std::filesystem;

namespace {

const Words release_build = split("-- build --release --workspace");

/// The recipe of `prepare` in a directory; it must succeed.
std::string recipe_in(const std::string& directory, const Words& flags = {}) {
  return must(larder(Words{"prepare", "--recipe-path", "-"} + flags + release_build, directory))
      .output;
}

std::string copy_of_shop(const std::string& directory) {
  fs::create_directories(directory);
  copy_tree(sample("shop"), directory);
  return directory;
}

/// What the recipe says but for where `prepare` ran, which must be this directory.
std::string without_directory(const std::string& text, const std::string& directory) {
  auto recipe = recipe::read("recipe", text);
  CHECK(recipe.directory == directory);
  recipe.directory.clear();
  return recipe::write(recipe);
}

/// A workspace of two members, `app` and `tool`, that ask different things of one external package.
/// Config of the root and of `app` both reach the units; the nearer one wins.
struct Members {
  explicit Members(const std::string& directory)
      : laid_out(directory,
                 {{"Cargo.toml", "[workspace]\nmembers = [\"app\", \"tool\"]\nresolver = \"2\"\n"},
                  {".cargo/config.toml", "[profile.dev.package.leaf]\nopt-level = 1\n"},
                  {"app/.cargo/config.toml", "[profile.dev.package.leaf]\nopt-level = 2\n"},
                  {"app/Cargo.toml", package("app", "[dependencies]\nmid = \"1\"\n")},
                  {"app/src/main.rs", "fn main() { mid::mid() }\n"},
                  {"tool/Cargo.toml", package("tool",
                                              R"([dependencies]
mid = { version = "1", features = ["x"] }
leaf = "1"
)")},
                  {"tool/src/main.rs", "fn main() { mid::mid() }\n"}},
                 Files{{"mid/src/lib.rs", "pub fn mid() { leaf::leaf() }\n"},
                       {"leaf/src/lib.rs", "pub fn leaf() {}\n"}} +
                     package_files({{"mid", "[features]\nx = []\n[dependencies]\nleaf = \"1\"\n"},
                                    {"leaf"}})),
        root(directory),
        environment(laid_out.environment()) {
    environment.unset("RUSTC_WRAPPER");
  }

  Run larder(const Words& arguments, const std::string& directory) const {
    return test::larder(arguments, directory, environment);
  }
  /// What a plain cargo finds compiled, and that there is something.
  void check_all_fresh(const Words& arguments, const std::string& directory) const {
    const auto messages = must_reuse_all(
        cargo(arguments + split("--offline --message-format json"), directory, environment));
    CHECK(messages.external.size() == 2);
  }

  StubbedWorkspace laid_out;
  std::string root;
  Environment environment;
};

/// Prepending and replacing in every manifest, lock and config of a workspace.
void rewrite(const std::string& root, const std::string& before, const std::string& line_end) {
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".toml" && extension != ".lock") continue;
    auto text = before;
    for (const char c : read_file(entry.path())) text += c == '\n' ? line_end : std::string(1, c);
    write_file(entry.path(), text);
  }
}

}  // namespace

TEST_SUITE("locations") {
  TEST_CASE("the recipe is the same wherever the workspace lies and prepare is called from") {
    const TestDirectory directory("locations");
    const auto plain = copy_of_shop(directory / "plain");
    const auto expected = recipe_in(plain);
    const auto below = recipe_in(plain + "/crates", {"--manifest-path", "../Cargo.toml"});
    CHECK(without_directory(below, "crates") == expected);
    CHECK(recipe_in(directory.path(), {"--manifest-path", "plain/Cargo.toml"}) != "");
    CHECK(recipe_in(copy_of_shop(directory / "with space/h\xc3\xa4user #1/100%")) == expected);
    fs::create_directory_symlink("plain", directory / "link");
    CHECK(recipe_in(directory / "link") == expected);
  }

  TEST_CASE("a member may be a link to a directory elsewhere") {
    const TestDirectory directory("linked");
    const auto shop = copy_of_shop(directory / "shop");
    const auto expected = recipe_in(shop);
    fs::rename(shop + "/crates/shop-net", directory / "net");
    fs::create_directory_symlink("../../net", shop + "/crates/shop-net");
    CHECK(recipe_in(shop) == expected);
  }

  TEST_CASE("byte order marks and the line ends of Windows change nothing") {
    const auto shop = copy_of_shop(TestDirectory("ends") / "shop");
    const auto expected = recipe_in(shop);
    rewrite(shop, "\xef\xbb\xbf", "\r\n");
    CHECK(recipe_in(shop) == expected);
  }

  TEST_CASE("from a directory without a manifest the nearest above is taken") {
    const TestDirectory directory("below");
    const auto shop = copy_of_shop(directory / "shop");
    fs::create_directory(shop + "/notes");
    // Config files count from the directory that the command runs in, so the recipes are compared
    // without one.
    fs::remove_all(shop + "/.cargo");
    CHECK(without_directory(recipe_in(shop + "/notes"), "notes") == recipe_in(shop));
  }

  TEST_CASE("in a member's directory, cook compiles where the build will look") {
    const Members members(TestDirectory("member") / "work");
    const auto app = members.root + "/app";
    const auto start_again = [&] {
      fs::remove_all(members.root + "/target");
      fs::remove_all(app + "/target");
    };
    const auto check_cooked = [&] {
      CHECK_FALSE(fs::exists(app + "/target"));
      must(members.larder({"verify"}, app));
      members.check_all_fresh({"build"}, app);
      must_say(members.larder({"build", "--strict"}, app), {"Reused 2 of 2"});
      // Wherever in the checkout it is called.
      must(members.larder({"build", "--strict"}, members.root));
    };

    must(members.larder(split("prepare -- build --offline"), app));
    must(members.larder({"cook"}, app));
    check_cooked();
    CHECK(members.larder({"diff", "recipe.json", "."}, app).code() == 0);

    start_again();
    must(members.larder({"cook", "--recipe-path", "app/recipe.json"}, members.root));
    check_cooked();

    start_again();
    must(members.larder({"prepare"}, app));
    must(members.larder(split("cook -- build --offline"), app));
    check_cooked();

    start_again();
    must(members.larder(split("deps build --offline"), app));
    check_cooked();

    start_again();
    must(chef({"prepare"}, app, members.environment));
    must(chef({"cook", "--offline"}, app, members.environment));
    check_cooked();
  }

  TEST_CASE("a recipe of the workspace root can be cooked in a member's directory") {
    const Members members(TestDirectory("root-recipe") / "work");
    must(members.larder(split("prepare -- build --offline"), members.root));
    must(members.larder({"cook", "--recipe-path", "../recipe.json"}, members.root + "/tool"));
    CHECK_FALSE(fs::exists(members.root + "/tool/target"));
    members.check_all_fresh({"build"}, members.root);
  }

  TEST_CASE("of a workspace beside the directory it is told where to cook") {
    const TestDirectory directory("beside");
    const Members members(directory / "work");
    fs::create_directories(directory / "other");
    const auto prepared = must(
        members.larder(split("prepare --manifest-path ../work/app/Cargo.toml -- build --offline"),
                       directory / "other"));
    CHECK(prepared.says("run cook in the workspace root, " + members.root));
    fs::remove(members.root + "/app/.cargo/config.toml");
    must(members.larder({"cook", "--recipe-path", "../other/recipe.json"}, members.root));
    members.check_all_fresh({"build"}, members.root + "/app");
  }

  TEST_CASE("the recipe of a directory without a manifest is cooked for the workspace above") {
    const Members members(TestDirectory("no-manifest") / "work");
    const auto notes = members.root + "/notes";
    fs::create_directories(notes);
    must(members.larder(split("prepare -- build --offline"), notes));
    must(members.larder({"cook"}, notes));
    CHECK(fs::directory_entry(notes + "/recipe.json").exists());
    CHECK_FALSE(fs::exists(notes + "/target"));
    CHECK_FALSE(fs::exists(notes + "/.cargo"));
    members.check_all_fresh({"build"}, notes);
    must(members.larder({"build", "--strict"}, notes));
  }

  TEST_CASE("without a checkout, a recipe of a member's directory is refused, with the remedy") {
    const TestDirectory directory("misplaced");
    const Members members(directory / "work");
    const auto app = members.root + "/app";
    const auto builder = directory / "builder";
    const auto bare = builder + "/app";
    fs::create_directories(bare);
    for (const auto& command : {Words{}, split("-- build --offline")}) {
      must(members.larder(Words{"prepare"} + command, app));
      fs::copy_file(app + "/recipe.json", bare + "/recipe.json",
                    fs::copy_options::overwrite_existing);
      const auto before = snapshot(builder);
      for (const auto& flags : {Words{"cook"}, Words{"cook", "--no-build"}}) {
        if (flags.size() > 1 && !command.empty()) continue;  // refused for having a command
        check_error(members.larder(flags, bare), 1, "recipe-misplaced",
                    {"WORKDIR " + builder + "`", "--manifest-path app/Cargo.toml"});
      }
      CHECK(changed_paths(before, snapshot(builder)) == std::vector<std::string>{});
    }
    // As the error says.
    fs::remove(members.root + "/app/.cargo/config.toml");
    must(members.larder(split("prepare --manifest-path app/Cargo.toml -- build --offline"),
                        members.root));
    fs::copy_file(members.root + "/recipe.json", builder + "/recipe.json");
    copy_tree(members.root + "/vendor", builder + "/vendor");
    must(members.larder({"cook"}, builder));
    copy_tree(members.root, builder);
    members.check_all_fresh({"build"}, bare);
  }

  TEST_CASE("what cannot be read is named") {
    const auto shop = copy_of_shop(TestDirectory("unreadable") / "shop");
    const auto manifest = shop + "/crates/shop-net/Cargo.toml";
    fs::remove(manifest);
    fs::create_directory(manifest);
    const auto check_unreadable = [&] {
      check_error(larder(Words{"prepare"} + release_build, shop), 1, "file-read", {manifest});
    };
    check_unreadable();
    CHECK_FALSE(fs::exists(shop + "/recipe.json"));
    fs::remove(manifest);
    if (::geteuid() == 0) return;  // root reads everything
    write_file(manifest, "");
    fs::permissions(manifest, fs::perms::none);
    check_unreadable();
    fs::permissions(manifest, fs::perms::owner_all);
  }
}

}  // namespace larder::test
