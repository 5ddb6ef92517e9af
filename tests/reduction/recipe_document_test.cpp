#include "recipe_table.hpp"

// What holds for every recipe: derived again it is the same, written and read it is the same, and
// the place that the command is given in matters only where cargo looks at it.

namespace larder::test {

namespace {

/// What decides which units are compiled, without the words that name the command.
void check_same_build(const recipe::Recipe& a, const recipe::Recipe& b) {
  const auto& left = a.commands.at(0);
  const auto& right = b.commands.at(0);
  CHECK(left.skeleton == right.skeleton);
  CHECK(left.cook_line == right.cook_line);
  CHECK(left.assumptions == right.assumptions);
}

}  // namespace

TEST_CASE("deriving twice gives the same bytes") {
  for (const auto* sample : {&shop, &single}) {
    for (const auto& command : all_commands) {
      CAPTURE(command);
      CHECK(recipe_bytes(sample->load(), sample->root, command) ==
            recipe_bytes(sample->load(), sample->root, command));
    }
  }
}

TEST_CASE("a derived recipe is read back as it was written") {
  for (const auto* sample : {&shop, &single}) {
    const auto tree = sample->load();
    for (const auto& command : all_commands) {
      CAPTURE(command);
      const auto recipe = derive(tree, sample->root, command);
      CHECK(recipe::read("recipe.json", recipe::write(recipe)) == recipe);
    }
  }
}

TEST_CASE("several commands are read back as they were written") {
  auto tree = shop.load();
  add_file(tree, "/shop/rust-toolchain.toml", "[toolchain]\nchannel = \"1.80\"\n");
  const auto recipe = recipe::derive(tree, {shop.root,
                                            "",
                                            {{"", {"build", "--release"}},
                                             {"", {"test"}},
                                             {"", {"build"}},
                                             {"lint", {"clippy", "--all-targets"}}}});
  REQUIRE(recipe.commands.size() == 4);
  CHECK(recipe.commands[0].name == "build");
  CHECK(recipe.commands[2].name == "build-2");
  CHECK(recipe.commands[3].name == "lint");
  CHECK(recipe::read("recipe.json", recipe::write(recipe)) == recipe);
}

TEST_CASE("the command of a subdirectory without a manifest is that of the root") {
  const auto tree = shop.load();
  for (const auto& command : shop_commands) {
    CAPTURE(command);
    auto below = derive(tree, "/shop/crates", command);
    CHECK(below.directory == "crates");
    below.directory.clear();
    CHECK(recipe::write(below) == recipe_bytes(tree, shop.root, command));
  }
}

TEST_CASE("the directory does not matter to a command that selects by itself") {
  const auto tree = shop.load();
  for (const std::string command :
       {"build -p shop-worker", "test --workspace", "check --all-targets -p shop-api --release"}) {
    CAPTURE(command);
    const auto expected = derive(tree, shop.root, command);
    for (const std::string directory :
         {"/shop/crates/shop-worker", "/shop/crates/shop-core/src", "/shop/crates/xtask"}) {
      CAPTURE(directory);
      check_same_build(derive(tree, directory, command), expected);
    }
  }
}

TEST_CASE("a package's directory selects it as -p does") {
  const auto tree = shop.load();
  for (const std::string command : {"build", "test", "check --all-targets --release"}) {
    CAPTURE(command);
    const auto expected = derive(tree, shop.root, command + " -p shop-worker");
    check_same_build(derive(tree, "/shop/crates/shop-worker/src", command), expected);
    check_same_build(
        derive(tree, shop.root, command + " --manifest-path crates/shop-worker/Cargo.toml"),
        expected);
  }
  check_same_build(
      recipe::derive(tree, {shop.root, "/shop/crates/shop-worker/Cargo.toml", {{"", {"build"}}}}),
      derive(tree, shop.root, "build -p shop-worker"));
}

TEST_CASE("prepared from above, the recipe says where the root lies") {
  const auto tree = load_directory(LARDER_FIXTURES "/single", "/work/services/tally");
  const auto inside = derive(tree, "/work/services/tally", "build");
  const auto above =
      recipe::derive(tree, {"/work", "/work/services/tally/Cargo.toml", {{"", {"build"}}}});
  CHECK(inside.root == ".");
  CHECK(above.root == "services/tally");
  check_same_build(above, inside);
}

TEST_CASE("equal commands are recorded in one form") {
  const auto tree = shop.load();
  const auto expected = recipe_bytes(tree, shop.root, "build --release -p shop-core -p shop-net");
  for (const std::string command :
       {"cargo build -p shop-net -p shop-core -r", "b -pshop-core --package=shop-net --release",
        "xb -p shop-core -p shop-net -p shop-net",
        "build --profile release -p shop-core -p shop-net"}) {
    CAPTURE(command);
    CHECK(recipe_bytes(tree, shop.root, command) == expected);
  }
}

TEST_CASE("an alias of the config file is expanded") {
  const auto recipe = derive(shop.load(), shop.root, "xtask list");
  CHECK(recipe.commands.at(0).line.arguments().front() == "build");
}

TEST_CASE("neither --locked nor selection nor features reach the skeleton's command") {
  const auto command =
      derive(shop.load(), shop.root,
             "build --release --frozen -p shop-worker --bin shop-worker --features filter")
          .commands.at(0);
  CHECK(command.cook_line.arguments() ==
        std::vector<std::string>{"build", "--release", "--offline"});
}

TEST_CASE("test and bench are cooked without being run") {
  const auto tree = single.load();
  CHECK(derive(tree, single.root, "test --release").commands.at(0).cook_line.arguments() ==
        std::vector<std::string>{"test", "--release", "--no-run"});
  CHECK(derive(tree, single.root, "bench").commands.at(0).cook_line.arguments() ==
        std::vector<std::string>{"bench", "--no-run"});
}

TEST_CASE("what the reduction took for granted is recorded") {
  const auto tree = shop.load();
  const auto assumed = [&](const std::string& command) {
    return derive(tree, shop.root, command).commands.at(0).assumptions;
  };
  CHECK(assumed("build") == reduce::Assumptions{false, false, 0});
  CHECK(assumed("build --release") == reduce::Assumptions{true, false, 0});
  CHECK(assumed("bench") == reduce::Assumptions{true, false, 0});
  CHECK(assumed("build --target x86_64-unknown-linux-musl") ==
        reduce::Assumptions{false, false, 1});
  auto aborting = tree;
  append(aborting, "/shop/Cargo.toml", "\n[profile.dev]\npanic = \"abort\"\n");
  CHECK(derive(aborting, shop.root, "build").commands.at(0).assumptions ==
        reduce::Assumptions{false, true, 0});
}

}  // namespace larder::test
