#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Constructs that no merged skeleton reproduces are an error that names them, never a skeleton that
// is almost right.

namespace larder::testing {

namespace {

void check_unsupported(const MemoryTree& tree, const std::string& command,
                       const std::string& construct, const std::string& file) {
  CAPTURE(construct);
  const auto error = error_of([&] { derive(tree, "/w", command); });
  CHECK(error.id() == "unsupported");
  CAPTURE(error.message());
  CHECK(error.message().find(construct) != std::string::npos);
  CHECK(error.location().file == file);
}

MemoryTree one_package(const std::string& manifest) {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "app", manifest, {"src/lib.rs", "src/main.rs"});
  return tree;
}

}  // namespace

TEST_CASE("unsupported: cargo-features that are not known, or that make a build script") {
  for (const std::string feature : {"metabuild", "from-the-future"}) {
    auto tree = one_package("");
    replace(tree, "/w/Cargo.toml", "[package]",
            "cargo-features = [\"" + feature + "\"]\n\n[package]");
    check_unsupported(tree, "build", feature, "/w/Cargo.toml");
  }
}

TEST_CASE("unsupported: [replace] by a local package") {
  auto tree =
      one_package("[dependencies]\na = \"1\"\n\n[replace]\n\"a:1.0.0\" = { path = \"mine\" }\n");
  add_package(tree, "mine", "a", "", {"src/lib.rs"});
  replace(tree, "/w/Cargo.lock", "checksum = \"" + std::string(63, '0') + "1\"\n",
          "replace = \"a 1.0.0\"\n");
  append(tree, "/w/Cargo.lock", "\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n");
  check_unsupported(tree, "build", "`a`", "/w/Cargo.lock");
}

TEST_CASE("unsupported: path overrides in a config file") {
  auto tree = one_package("[dependencies]\na = \"1\"\n");
  add_file(tree, "/w/.cargo/config.toml", "paths = [\"/elsewhere/a\"]\n");
  check_unsupported(tree, "build", "`paths`", "/w/.cargo/config.toml");
}

TEST_CASE("unsupported: a target directory outside the workspace") {
  check_unsupported(one_package("[dependencies]\na = \"1\"\n"), "build --target-dir /tmp/out",
                    "/tmp/out", "");
}

TEST_CASE("a secret in the config is refused or left out") {
  auto tree = one_package("[dependencies]\na = \"1\"\n");
  auto with_user = tree;
  add_file(with_user, "/w/.cargo/config.toml",
           "[registries.corp]\nindex = \"sparse+https://me:secret@example.org/index/\"\n");
  const auto error = error_of([&] { derive(with_user, "/w", "build"); });
  CHECK(error.id() == "config-secret");
  CHECK(error.message().find("secret@") == std::string::npos);

  add_file(tree, "/w/.cargo/config.toml",
           "[registry]\ntoken = \"s3cret\"\n\n[registries.corp]\nindex = "
           "\"sparse+https://example.org/index/\"\ntoken = \"s3cret\"\nsecret-key = \"s3cret\"\n");
  const auto recipe = recipe_bytes(tree, "/w", "build");
  CHECK(recipe.find("s3cret") == std::string::npos);
  CHECK(recipe.find("sparse+https://example.org/index/") != std::string::npos);
}

TEST_CASE("of the credential providers cargo's own are kept, without arguments") {
  const auto config_of = [](const std::string& providers) {
    auto tree = one_package("[dependencies]\na = \"1\"\n");
    add_file(tree, "/w/.cargo/config.toml",
             "[registries.corp]\nindex = \"sparse+https://example.org/index/\"\n" + providers);
    return recipe_bytes(tree, "/w", "build");
  };
  const std::string own = "cargo:token";
  const std::string global = "[registry]\nglobal-credential-providers = ";
  CHECK(config_of(global + "[\"cargo:token\"]\n").find(own) != std::string::npos);
  CHECK(config_of("credential-provider = \"cargo:token\"\n").find(own) != std::string::npos);
  CHECK(config_of("credential-provider = [\"cargo:token\"]\n").find(own) != std::string::npos);

  const auto mixed = config_of(
      global + "[\"s3cret-helper\", \"cargo:token-from-stdout echo s3cret\", \"" + own + "\"]\n");
  CHECK(mixed.find(own) != std::string::npos);
  CHECK(mixed.find("s3cret") == std::string::npos);

  const auto without = config_of("");
  for (const std::string providers :
       {"credential-provider = [\"cargo:token-from-stdout\", \"echo\", \"s3cret\"]\n",
        "credential-provider = \"s3cret-helper\"\n", "credential-provider = 7\n"}) {
    CAPTURE(providers);
    CHECK(config_of(providers) == without);
  }
  CHECK(config_of(global + "[\"s3cret-helper\"]\n") == without);
  CHECK(config_of(global + "\"s3cret-helper\"\n") == without);
}

}  // namespace larder::testing
