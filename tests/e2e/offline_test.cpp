#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>

#include "sparse_registry.hpp"
#include "support/artifacts.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"

// The build step without network: what cook brings of a registry, of a git repository.

namespace larder::e2e {

namespace {

namespace fs = std::filesystem;
using testing::SparseRegistry;

/// The tests' environment with an empty CARGO_HOME, as a new layer has it.
Environment with_home(const std::string& home) {
  fs::create_directories(home);
  auto environment = test_environment();
  environment.set("CARGO_HOME", home);
  return environment;
}

void publish(SparseRegistry& registry, const std::string& name, const std::string& rest = "",
             const std::string& version = "1.0.0") {
  registry.publish({{"Cargo.toml", package(name, rest, version)}, {"src/lib.rs", ""}});
}

/// The config by which a registry stands in for crates.io.
std::string instead_of_crates_io(const SparseRegistry& registry) {
  return "[source.crates-io]\nreplace-with = \"here\"\n\n[source.here]\nregistry = \"" +
         registry.index() + "\"\n";
}

}  // namespace

TEST_SUITE("offline") {
  TEST_CASE("the registry of the tests is one to cargo: in the place of crates.io, with a token") {
    const TestDirectory directory("registry");
    SparseRegistry registry(directory / "registry");
    publish(registry, "leaf", "[features]\nextra = []\n");
    publish(registry, "tree",
            "[dependencies]\nleaf = { version = \"1\", features = [\"extra\"] }\n");
    publish(registry, "odd", "", "0.1.0");
    registry.yank("odd", "0.1.0");
    write_file(directory / "app/.cargo/config.toml", instead_of_crates_io(registry));
    write_file(directory / "app/Cargo.toml", package("app", "[dependencies]\ntree = \"1\"\n"));
    write_file(directory / "app/src/main.rs", "fn main() {}\n");
    const auto environment = with_home(directory / "home");
    const auto built = cargo({"build"}, directory / "app", environment);
    CAPTURE(built.errors);
    REQUIRE(built.code() == 0);
    const auto requests = registry.take_requests();
    CHECK(requests == std::vector<std::string>{"/crates/leaf/1.0.0/download",
                                               "/crates/tree/1.0.0/download", "/index/config.json",
                                               "/index/le/af/leaf", "/index/tr/ee/tree"});
    CHECK(read_file(directory / "app/Cargo.lock").find("127.0.0.1") == std::string::npos);

    write_file(directory / "app/Cargo.toml", package("app", "[dependencies]\nodd = \"0.1\"\n"));
    CHECK(cargo({"build"}, directory / "app", environment).says("yanked"));

    write_file(
        directory / "app/.cargo/config.toml",
        "[registry]\nglobal-credential-providers = [\"cargo:token\"]\n[registries.here]\nindex "
        "= \"" +
            registry.index() + "\"\n");
    write_file(directory / "app/Cargo.toml",
               package("app", "[dependencies]\ntree = { version = \"1\", registry = \"here\" }\n"));
    registry.require_token("s3cret");
    CHECK(cargo({"build"}, directory / "app", environment).code() != 0);
    auto trusted = environment;
    trusted.set("CARGO_REGISTRIES_HERE_TOKEN", "s3cret");
    const auto with_token = cargo({"build"}, directory / "app", trusted);
    CAPTURE(with_token.errors);
    CHECK(with_token.code() == 0);
    CHECK(read_file(directory / "app/Cargo.lock").find(registry.index()) != std::string::npos);
  }
}

}  // namespace larder::e2e
