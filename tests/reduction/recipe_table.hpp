#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sample_tree.hpp"

// Scenario x change x expectation on recipe bytes: what of a workspace reaches the recipe.

namespace larder::test {

struct Sample {
  std::string name;
  std::string root;
  MemoryTree load() const { return load_directory(LARDER_FIXTURES "/" + name, root); }
};

inline const Sample shop{"shop", "/shop"};
inline const Sample single{"single", "/single"};

inline const std::string shop_lock = "/shop/Cargo.lock";
inline const std::string shop_root = "/shop/Cargo.toml";
inline std::string shop_manifest(const std::string& package) {
  return "/shop/crates/" + package + "/Cargo.toml";
}

using Commands = std::vector<std::string>;

/// Commands that select the whole workspace of the shop, or the one package of the single sample.
inline const Commands build_commands{"build", "build --release", "check"};
inline const Commands all_commands{"build", "build --release", "check --all-targets",
                                   "test",  "bench",           "test --workspace"};
/// `all_commands` and one package of the shop.
inline const Commands shop_commands{"build",
                                    "build --release",
                                    "check --all-targets",
                                    "test --workspace",
                                    "build -p shop-worker",
                                    "test -p shop-worker --release",
                                    "build --release --locked --target x86_64-unknown-linux-musl"};

/// Whether a change to a tree changes each command's recipe by a byte.
inline void check_recipes(const MemoryTree& before, const std::string& root,
                          const Commands& commands, const Change& change, bool is_changed) {
  auto after = before;
  change(after);
  REQUIRE(before.files() != after.files());
  for (const auto& command : commands) {
    CAPTURE(command);
    const auto difference =
        first_difference(recipe_bytes(before, root, command), recipe_bytes(after, root, command));
    CAPTURE(difference);
    CHECK(difference.empty() != is_changed);
  }
}

inline void unchanged(const Sample& sample, const Commands& commands, const Change& change) {
  check_recipes(sample.load(), sample.root, commands, change, false);
}

inline void changed(const Sample& sample, const Commands& commands, const Change& change) {
  check_recipes(sample.load(), sample.root, commands, change, true);
}

}  // namespace larder::test
