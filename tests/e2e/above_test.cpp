#include <doctest/doctest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "support/artifacts.hpp"
#include "support/trip.hpp"
#include "support/vendored_workspace.hpp"

// Config and toolchain files above the workspace root: cargo and rustup read them, and a recipe
// that is made in the root does not have them.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A repository with its workspace in `sub` and a config above it. The vendored package that it
/// needs is named by the config of CARGO_HOME, which is no file of the repository.
class Nested {
 public:
  explicit Nested(std::string_view name)
      : directory_(name), environment_(with_home(directory_ / "home")) {
    write_file(
        directory_ / "home/config.toml",
        "[source.crates-io]\nreplace-with = \"vendored\"\n\n[source.vendored]\ndirectory = \"" +
            (directory_ / "vendor") + "\"\n");
    write_file(directory_ / "vendor/leaf/Cargo.toml", package("leaf"));
    write_file(directory_ / "vendor/leaf/src/lib.rs", "");
    write_file(directory_ / "vendor/leaf/.cargo-checksum.json", "{\"files\":{}}");
    write_file(plan() + "/.cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"above\"]\n");
    write_file(plan() + "/sub/Cargo.toml", package("app", "[dependencies]\nleaf = \"1\"\n"));
    write_file(plan() + "/sub/src/lib.rs", "");
    must(cargo({"generate-lockfile"}, plan() + "/sub", environment_));
  }

  std::string plan() const { return directory_ / "plan"; }
  /// A place where the recipe of `prepared_in` comes alone.
  std::string place(const std::string& name, const std::string& prepared_in) const {
    auto out = directory_ / name;
    write_file(out + prepared_in + "/recipe.json",
               read_file(plan() + prepared_in + "/recipe.json"));
    return out;
  }
  Run run(const Words& words, const std::string& directory) const {
    return must(larder(words, directory, environment_));
  }
  struct Verdict {
    bool warm = false;
    std::string changes;
  };
  Verdict verify(const std::string& directory) const {
    const auto ran = larder({"verify", "--message-format", "json"}, directory, environment_);
    CAPTURE(ran.errors);
    const auto document = nlohmann::json::parse(ran.output, nullptr, false);
    REQUIRE(document.is_object());
    return {document.at("warm").get<bool>(), document.at("changed_since_cook").dump()};
  }
  /// How many external units the real build compiles; it wants one.
  std::size_t compiled(const Words& words, const std::string& directory) const {
    const auto built = must(cargo(words + split("--message-format json"), directory, environment_));
    const auto messages = parse_messages(built.output);
    CHECK(messages.external.size() == 1);
    return messages.compiled_external().size();
  }
  std::string operator/(std::string_view path) const { return directory_ / path; }

 private:
  TestDirectory directory_;
  Environment environment_;
};

}  // namespace

TEST_SUITE("above") {
  TEST_CASE(
      "what lies above the workspace root is named where it is prepared, cooked and verified") {
    const Nested repository("above");
    const auto config = repository.plan() + "/.cargo/config.toml";
    const auto prepared = repository.run({"prepare", "--", "build"}, repository.plan() + "/sub");
    CAPTURE(prepared.errors);
    CHECK(prepared.says("covers only " + repository.plan() +
                        "/sub and below, so it does not contain " + config + ". "));
    CHECK(prepared.says("prepare and cook in " + repository.plan() +
                        ", with `--manifest-path sub/Cargo.toml`"));
    CHECK(prepared.says("`COPY .cargo/config.toml " + config + "`"));

    const auto late = repository.place("late", "/sub");
    CHECK_FALSE(repository.run({"cook"}, late + "/sub").says(".cargo/config.toml"));
    copy_tree(repository.plan(), late);
    const auto cold = repository.verify(late + "/sub");
    CHECK_FALSE(cold.warm);
    CHECK(
        cold.changes.find(late + "/.cargo/config.toml is read now but did not exist during cook") !=
        std::string::npos);
    CHECK(repository.compiled({"build"}, late + "/sub") == 1);

    const auto early = repository.place("early", "/sub");
    write_file(early + "/.cargo/config.toml", read_file(config));
    const auto cooked = repository.run({"cook"}, early + "/sub");
    CHECK(cooked.says("covers only " + early + "/sub and below, but cook also reads " + early +
                      "/.cargo/config.toml. The build must find the same"));
    copy_tree(repository.plan(), early);
    CHECK(repository.verify(early + "/sub").warm);
    CHECK(repository.compiled({"build"}, early + "/sub") == 0);
    fs::remove(early + "/.cargo/config.toml");
    const auto gone = repository.verify(early + "/sub");
    CHECK_FALSE(gone.warm);
    CHECK(gone.changes.find("was read during cook but no longer exists") != std::string::npos);
    // Nothing of it reaches a dependency.
    write_file(early + "/.cargo/config.toml", "[alias]\nb2 = \"build\"\n");
    CHECK_FALSE(
        repository.run({"prepare", "--", "build"}, early + "/sub").says("the recipe covers only"));
  }

  TEST_CASE("prepared at the level of such a file, a recipe carries it") {
    const Nested repository("above-carried");
    write_file(repository.plan() + "/rust-toolchain", "[toolchain]\nprofile = \"minimal\"\n");
    const auto beside = repository.run({"prepare", "--", "build"}, repository.plan() + "/sub");
    CHECK(beside.says(repository.plan() + "/rust-toolchain"));
    fs::remove(repository.plan() + "/rust-toolchain");
    const auto prepared = repository.run(
        {"prepare", "--manifest-path", "sub/Cargo.toml", "--", "build"}, repository.plan());
    CHECK_FALSE(prepared.says("note:"));
    const auto place = repository.place("place", "");
    CHECK_FALSE(repository.run({"cook"}, place).says("must find the same"));
    copy_tree(repository.plan(), place);
    for (const auto* directory : {"", "/sub", "/sub/src"}) {
      CAPTURE(directory);
      const auto verdict = repository.verify(place + directory);
      CHECK(verdict.warm);
      CHECK(verdict.changes == "[]");
    }
    CHECK(repository.compiled({"build"}, place + "/sub") == 0);
    CHECK(repository.compiled({"build", "--manifest-path", "sub/Cargo.toml"}, place) == 0);
    const auto built = repository.run({"build", "--strict"}, place + "/sub");
    CHECK(built.says("Reused 1 of 1"));
    // In the checkout that it is, all is read anyway.
    const auto own = repository.run({"deps", "build"}, repository.plan() + "/sub");
    CHECK(own.says("The build must find the same"));
    CHECK(repository.compiled({"build"}, repository.plan() + "/sub") == 0);
  }
}

}  // namespace larder::test
