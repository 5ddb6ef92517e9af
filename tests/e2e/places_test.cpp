#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>

#include "support/kitchen.hpp"

// Where `prepare` is called from, and what paths and files may look like: the recipe is the same.

namespace larder::e2e {

namespace fs = std::filesystem;

namespace {

const Words command = split("-- build --release --workspace");

/// The recipe of `prepare` in a directory; it must succeed.
std::string recipe_in(const std::string& directory, const Words& flags = {}) {
  const auto run = larder(Words{"prepare", "--recipe-path", "-"} + flags + command, directory);
  CAPTURE(run.errors);
  CHECK(run.code() == 0);
  return run.output;
}

std::string copy_of_shop(const std::string& directory) {
  fs::create_directories(directory);
  copy_tree(sample("shop"), directory);
  return directory;
}

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

TEST_SUITE("places") {
  TEST_CASE("the recipe is the same wherever the workspace lies and prepare is called from") {
    const TestDirectory directory("places");
    const auto plain = copy_of_shop(directory / "plain");
    const auto expected = recipe_in(plain);
    CHECK(recipe_in(plain + "/crates", {"--manifest-path", "../Cargo.toml"}) == expected);
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
    const TestDirectory directory("ends");
    const auto shop = copy_of_shop(directory / "shop");
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
    CHECK(recipe_in(shop + "/notes") == recipe_in(shop));
  }

  TEST_CASE("what cannot be read is named") {
    const TestDirectory directory("unreadable");
    const auto shop = copy_of_shop(directory / "shop");
    const auto manifest = shop + "/crates/shop-net/Cargo.toml";
    fs::remove(manifest);
    fs::create_directory(manifest);
    const auto a_directory = larder(Words{"prepare"} + command, shop);
    CHECK(a_directory.code() == 1);
    CHECK(a_directory.error_id() == "file-read");
    CHECK(a_directory.says(manifest));
    CHECK_FALSE(fs::exists(shop + "/recipe.json"));
    fs::remove(manifest);
    if (::geteuid() == 0) return;  // root reads everything
    write_file(manifest, "");
    fs::permissions(manifest, fs::perms::none);
    const auto no_permission = larder(Words{"prepare"} + command, shop);
    CHECK(no_permission.error_id() == "file-read");
    CHECK(no_permission.says(manifest));
    fs::permissions(manifest, fs::perms::owner_all);
  }
}

}  // namespace larder::e2e
