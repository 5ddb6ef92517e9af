#include <doctest/doctest.h>

#include "larder/reduce/tables/config_keys.hpp"
#include "tiny_workspace.hpp"

// Which keys of config files and `--config` are in a recipe. That the keys kept here reach units,
// and are as good as the real ones, is shown with a real cargo (e2e.config).

namespace larder::test {

namespace {

MemoryTree workspace(const std::string& config = "") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", "[dependencies]\na = \"1\"\n", {"src/main.rs"});
  if (!config.empty()) add_file(tree, "/w/.cargo/config.toml", config);
  return tree;
}

std::string config_in_recipe(const std::string& config) {
  return derive(workspace(config), "/w", "build").commands.at(0).skeleton.config_file.value_or("");
}

std::string joined_keys(const std::string& config) {
  std::string out;
  for (const auto& key :
       reduce::unknown_config_keys(*cargo::parse_toml("config", config, "x").root.table()))
    out += (out.empty() ? "" : " ") + key;
  return out;
}

Error unification_error(const MemoryTree& tree, const std::string& command,
                        const Environment& environment = {}) {
  return error_of([&] {
    auto request = request_for("/w", command);
    request.environment = environment;
    recipe::derive(tree, request);
  });
}

}  // namespace

TEST_CASE("config: what is for build scripts and proc-macros alone is carried") {
  const std::string config =
      R"(target-applies-to-host = false

[host]
linker = "/usr/bin/cc"
runner = "/usr/bin/env"

[host.x86_64-unknown-linux-gnu]
rustflags = ["-Copt-level=1"]

[unstable]
host-config = true
target-applies-to-host = true
)";
  CHECK(config_in_recipe(config) ==
        cargo::toml_document(*cargo::parse_toml("c", config, "x").root.table()));
  const auto command =
      derive(workspace(), "/w",
             "build -Ztarget-applies-to-host --config target-applies-to-host=false")
          .commands.at(0);
  CHECK(command.unmerged_reason == "");
  CHECK(cargo::join_command(command.cook_line.arguments())
            .find("--config target-applies-to-host=false") != std::string::npos);
}

TEST_CASE("config: what no external unit can tell is not in the recipe") {
  for (const std::string config :
       {"[alias]\nb = \"build\"\n", "[cache]\nauto-clean-frequency = \"never\"\n",
        "[cargo-new]\nvcs = \"none\"\n", "[credential-alias]\nx = \"/bin/x\"\n",
        "[doc]\nbrowser = \"x\"\n", "[future-incompat-report]\nfrequency = \"never\"\n",
        "[install]\nroot = \"/x\"\n", "[publish]\ntimeout = 1\n", "[term]\nquiet = true\n",
        "[path-bases]\nx = \"/x\"\n",
        "[resolver]\nincompatible-rust-versions = \"allow\"\ncooldown-minutes = 1\n",
        R"([build]
jobs = 1
warnings = "deny"
rustdoc = "/x"
rustdocflags = ["-x"]
)",
        "[target.'cfg(unix)']\nrunner = \"/x\"\nrustdocflags = [\"-x\"]\n",
        "[host]\nrustdocflags = [\"-x\"]\n"}) {
    CAPTURE(config);
    CHECK(config_in_recipe(config) == "");
  }
}

TEST_CASE("config: a key that is not known is carried and can be named") {
  const std::string config =
      R"(future-key = 1

[build]
future = true
rustflags = ["-x"]

[future.table]
x = 1

[profile.dev]
future = 1
opt-level = 1

[resolver]
future = 1
)";
  const auto patched = config_in_recipe(config);
  CHECK(patched == cargo::toml_document(*cargo::parse_toml("c", config, "x").root.table()));
  CHECK(joined_keys(patched) ==
        "build.future future future-key profile.dev.future resolver.future");
  CHECK(joined_keys("target-applies-to-host = false\n[target.x]\nmylib = {}\n[env]\nX = \"1\"\n") ==
        "");
}

TEST_CASE("unsupported: features that are unified in another way, where cargo does that") {
  const std::string key = "[resolver]\nfeature-unification = ";
  const std::string enabled = "[unstable]\nfeature-unification = true\n";
  const std::string flag = "build -Zfeature-unification";
  const auto environment_of = [](const std::string& name, const std::string& value) {
    Environment out;
    out.set(name, value);
    return out;
  };
  for (const std::string value : {"workspace", "package"}) {
    CAPTURE(value);
    const auto line = key + "\"" + value + "\"\n";
    const auto check = [&](const Error& error) {
      CHECK(error.id() == "unsupported");
      CHECK(error.message().find("`resolver.feature-unification = \"" + value + "\"`") == 0);
      CHECK(error.location().file == "/w/.cargo/config.toml");
      CHECK(error.location().line == 2);
    };
    check(unification_error(workspace(line), flag));
    for (const std::string command : {"build", ""}) {
      CAPTURE(command);
      check(unification_error(workspace(line + enabled), command));
      check(unification_error(workspace(line), command,
                              environment_of("CARGO_UNSTABLE_FEATURE_UNIFICATION", "true")));
    }
    const auto stated = " --config 'resolver.feature-unification=\"" + value + "\"'";
    CHECK(unification_error(workspace(), flag + stated).id() == "unsupported");
    CHECK(unification_error(workspace(line), "build --config unstable.feature-unification=true")
              .id() == "unsupported");
    const auto variable = environment_of("CARGO_RESOLVER_FEATURE_UNIFICATION", value);
    const auto error = unification_error(workspace(), flag, variable);
    CHECK(error.id() == "unsupported");
    CHECK(error.message().find("`CARGO_RESOLVER_FEATURE_UNIFICATION=" + value + "`") == 0);
    // `--config` wins over the environment, which wins over files.
    derive(workspace(line), "/w", flag + " --config 'resolver.feature-unification=\"selected\"'");
    derive(workspace(line + enabled), "/w", "build --config unstable.feature-unification=false");
    // Cargo ignores it.
    const auto usual = derive(workspace(line), "/w", "build");
    CHECK(usual.commands.at(0).unmerged_reason == "");
    derive(workspace(), "/w", "build" + stated);
    recipe::DeriveRequest request{"/w", "", {}};
    request.environment = variable;
    recipe::derive(workspace(line), request);
  }
  auto request = request_for("/w", flag);
  request.environment = environment_of("CARGO_RESOLVER_FEATURE_UNIFICATION", "selected");
  recipe::derive(workspace(key + "\"workspace\"\n"), request);
  const auto usual = derive(workspace(key + "\"selected\"\n"), "/w", flag);
  CHECK(usual.commands.at(0).unmerged_reason == "");
}

TEST_CASE("a runner for build scripts in a --config file must not start at that file") {
  const auto with = [](const std::string& file) {
    auto tree = workspace();
    add_file(tree, "/w/my.toml", file);
    return derive(tree, "/w", "build --config my.toml");
  };
  for (const std::string runner : {R"(["./run", "-x"])", "\"bin/run /x\""}) {
    CHECK(error_of([&] { with("[host.x]\nrunner = " + runner + "\n"); }).id() ==
          "command-unsupported");
  }
  with("[target.x]\nrunner = \"./run -x\"\n[host]\nrunner = \"run /x\"\n");
}

TEST_CASE(
    "a patch from a registry is carried where a package is of that one, however it is known") {
  const std::string patch = "[patch.crates-io]\na = { version = \"1\", registry = \"corp\" }\n";
  const auto carries = [&](bool in_config, const std::string& variable, const std::string& config,
                           const std::string& words) {
    auto tree = tiny_workspace({"a"});
    add_package(tree, ".",
                "[dependencies]\na = { version = \"1\", registry-index = \"https://here/x\" }\n" +
                    (in_config ? "" : "\n" + patch),
                {"src/main.rs"});
    replace(tree, "/w/Cargo.lock", "registry+https://github.com/rust-lang/crates.io-index",
            "registry+https://here/x");
    add_file(tree, "/w/.cargo/config.toml", (in_config ? patch : "") + config);
    auto request = request_for("/w", words);
    if (!variable.empty()) request.environment.set("CARGO_REGISTRIES_CORP_INDEX", variable);
    const auto skeleton = recipe::derive(tree, request).commands.at(0).skeleton;
    const auto has = [](const std::string& text) {
      return text.find("[patch") != std::string::npos;
    };
    return has(in_config ? skeleton.config_file.value_or("") : skeleton.manifests.at(0).contents);
  };
  for (const bool in_config : {false, true}) {
    CAPTURE(in_config);
    CHECK(carries(in_config, "", "", "build"));
    CHECK(carries(in_config, "https://here/x", "", "build"));
    CHECK_FALSE(carries(in_config, "https://other/x", "", "build"));
    const std::string index = "registries.corp.index = 'https://other/x'";
    CHECK_FALSE(
        carries(in_config, "", "\n[registries.corp]\nindex = \"https://other/x\"\n", "build"));
    CHECK_FALSE(carries(in_config, "", "", "build --config \"" + index + "\""));
  }
}

}  // namespace larder::test
