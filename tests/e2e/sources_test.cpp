#include <doctest/doctest.h>

#include <filesystem>

#include "support/artifacts.hpp"
#include "support/stubbed.hpp"
#include "support/till_workspace.hpp"

// External packages that come from elsewhere than a registry on the network.

namespace larder::test {

namespace {

namespace fs = std::filesystem;

/// A workspace with one vendored package, and a directory that has nothing but its recipe.
class Vendored {
 public:
  explicit Vendored(const TestDirectory& directory)
      : plan_(directory / "plan",
              {{"Cargo.toml", package("app", "[dependencies]\nleaf = \"1\"\n[workspace]\n")},
               {"src/main.rs", "fn main() {}\n"}},
              package_files({{"leaf"}})),
        app_(directory / "app") {
    fs::create_directories(app_);
  }

  void prepare(std::string_view command) const {
    must(larder(Words{"prepare", "--recipe-path", app_ + "/recipe.json", "--"} + split(command),
                plan_.path()));
  }
  Run cook(const Words& arguments = {}) const { return larder(Words{"cook"} + arguments, app_); }
  const std::string& plan() const { return plan_.path(); }
  const std::string& app() const { return app_; }

 private:
  StubbedWorkspace plan_;
  std::string app_;
};

}  // namespace

TEST_SUITE("sources") {
  TEST_CASE("a vendored directory that is not there is named, with the COPY line that brings it") {
    const Vendored vendored(TestDirectory("vendored"));
    vendored.prepare("build --frozen");
    check_error(vendored.cook(), 1, "source-missing",
                {vendored.app() + "/vendor", "COPY vendor vendor"});

    copy_tree(vendored.plan() + "/vendor", vendored.app() + "/vendor");
    must(vendored.cook());
    copy_tree(vendored.plan(), vendored.app());
    const auto messages =
        must_reuse_all(cargo({"build", "--frozen", "--message-format", "json"}, vendored.app()));
    CHECK(messages.external.size() == 1);
  }

  TEST_CASE("a token in a config file enters neither recipe nor record") {
    const Vendored vendored(TestDirectory("token"));
    const auto config = vendored.plan() + "/.cargo/config.toml";
    write_file(config, read_file(config) +
                           R"(
[registries.own]
index = "sparse+https://own.invalid/index/"
token = "s3cret"

[registry]
token = "s3cret"
)");
    vendored.prepare("build");
    CHECK(read_file(vendored.app() + "/recipe.json").find("s3cret") == std::string::npos);
    copy_tree(vendored.plan() + "/vendor", vendored.app() + "/vendor");
    auto environment = test_environment();
    environment.set("CARGO_REGISTRIES_OWN_TOKEN", "s3cret");
    must(larder({"cook"}, vendored.app(), environment));
    for (const auto& entry : fs::directory_iterator(vendored.app() + "/target/larder")) {
      CAPTURE(entry.path().string());
      CHECK(read_file(entry.path()).find("s3cret") == std::string::npos);
    }
  }
}

}  // namespace larder::test
