#include "larder/cook/files_above.hpp"

#include <doctest/doctest.h>

#include "../support/values.hpp"

using namespace larder;

namespace {

using Files = std::map<std::string, std::string>;

/// The files that are found for cargo in `directory` and a workspace in `/r/w`.
std::string found(const Files& files, const std::string& directory = "/r/w",
                  const std::string& home = "/home/.cargo") {
  std::string out;
  for (const auto& [file, digest] : cook::files_above(MemoryTree(files), directory, "/r/w",
                                                      test::environment_of({{"CARGO_HOME", home}})))
    out += (out.empty() ? "" : " ") + file;
  return out;
}

std::string digest(const Files& files) {
  const auto all = cook::files_above(MemoryTree(files), "/r/w", "/r/w", test::environment_of({}));
  REQUIRE(all.size() == 1);
  return all.begin()->second;
}

const std::string flags = "[build]\nrustflags = [\"-x\"]\n";
const std::string stable = "[toolchain]\nchannel = \"stable\"\n";

}  // namespace

TEST_CASE("config and toolchain files above a place are found by all their names") {
  CHECK(found({{"/r/.cargo/config.toml", flags}, {"/.cargo/config", flags}}) ==
        "/.cargo/config /r/.cargo/config.toml");
  // Cargo reads one of two.
  CHECK(found({{"/r/.cargo/config.toml", flags}, {"/r/.cargo/config", flags}}) ==
        "/r/.cargo/config");
  CHECK(found({{"/r/rust-toolchain", "stable\n"}}) == "/r/rust-toolchain");
  CHECK(found({{"/r/rust-toolchain.toml", stable}, {"/rust-toolchain.toml", stable}}) ==
        "/r/rust-toolchain.toml");
  CHECK(found({{"/r/.cargo/config.toml", "include = [\"more.toml\"]\n"},
               {"/r/.cargo/more.toml", flags}}) == "/r/.cargo/config.toml");
  // What cannot be read is for cargo to say.
  CHECK(found({{"/r/.cargo/config.toml", "nonsense"}, {"/r/rust-toolchain.toml", "nonsense"}}) ==
        "/r/.cargo/config.toml /r/rust-toolchain.toml");
}

TEST_CASE("what a recipe carries, and what reaches no dependency, is not above") {
  const Files carried{{"/r/w/.cargo/config.toml", flags},
                      {"/r/w/rust-toolchain.toml", stable},
                      {"/r/w/app/.cargo/config.toml", flags},
                      {"/r/rust-toolchain.toml", stable}};
  CHECK(found(carried) == "");
  CHECK(found(carried, "/r/w/app") == "");
  // From above, only what is where cargo runs.
  CHECK(found(carried, "/r") == "");
  CHECK(found({{"/r/.cargo/config.toml", flags}}, "/r") == "");
  CHECK(found({{"/r/.cargo/config.toml", flags}}, "/r/w/app") == "/r/.cargo/config.toml");
  CHECK(found({{"/home/.cargo/config.toml", flags}, {"/r/.cargo/config.toml", flags}}, "/r/w",
              "/r/.cargo") == "");
  CHECK(found({{"/r/.cargo/config.toml", "[alias]\nx = \"build\"\n[build]\njobs = 1\n"}}) == "");
}

TEST_CASE("the digest of a file above is of what can reach a dependency") {
  const auto config = [](const std::string& text) {
    return digest({{"/r/.cargo/config.toml", text}});
  };
  CHECK(config(flags) == config("# x\n" + flags + "jobs = 1\n[registry]\ntoken = \"x\"\n"));
  CHECK(config(flags) != config("[build]\nrustflags = [\"-y\"]\n"));
  const auto toolchain = [](const std::string& text) {
    return digest({{"/r/rust-toolchain.toml", text}});
  };
  CHECK(toolchain(stable) == toolchain("# x\n" + stable));
  CHECK(toolchain(stable) != toolchain("[toolchain]\nchannel = \"beta\"\n"));
}
