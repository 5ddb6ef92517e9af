#include <doctest/doctest.h>

#include "tiny_workspace.hpp"

// Whatever a tree says: no secret is in its recipe.

namespace larder::test {

namespace {

const std::string config_file = "/w/.cargo/config.toml";

MemoryTree package_with(const std::string& manifest = "[dependencies]\na = \"1\"\n") {
  auto tree = tiny_workspace({"a"});
  add_package(tree, ".", manifest, {"src/lib.rs", "src/main.rs"});
  return tree;
}

MemoryTree with_config(const std::string& config) {
  auto tree = package_with();
  add_file(tree, config_file, config);
  return tree;
}

struct Derived {
  std::string bytes;
  reduce::ReductionNotes notes;
};

Derived derived(const MemoryTree& tree, const std::string& command = "build") {
  Derived out;
  out.bytes = recipe::write(recipe::derive(tree, request_for("/w", command), &out.notes));
  CHECK(out.bytes.find("s3cret") == std::string::npos);
  return out;
}

std::string left_out(const reduce::ReductionNotes& notes) {
  std::string out;
  for (const auto& [key, file] : notes.left_out) out += key + " in " + file + "\n";
  return out;
}

/// The error names its place and shows no secret.
Error refused(const MemoryTree& tree, const std::string& command, const std::string& id) {
  auto error = error_of([&] { derived(tree, command); });
  CAPTURE(error.render());
  CHECK(error.id() == id);
  CHECK(error.render().find("s3cret") == std::string::npos);
  return error;
}

std::string place_of(const Error& error) {
  const auto& [file, line, column, text] = error.location();
  return file + ":" + std::to_string(line) + ":" + std::to_string(column);
}

/// `a` comes from a git repository.
MemoryTree with_repository(const std::string& url) {
  auto tree = package_with("[dependencies]\na = { git = \"" + url + "\" }\n");
  replace(tree, "/w/Cargo.lock", "registry+https://github.com/rust-lang/crates.io-index",
          "git+" + url + "#0123456789abcdef0123456789abcdef01234567");
  return tree;
}

}  // namespace

TEST_CASE("a variable with a secret is left out, whatever the secret is, and is named") {
  const std::vector<std::string> variables{
      "DATABASE_URL = \"postgres://me:s3cret@localhost/db\"",
      "DATABASE_URL = { value = \"postgres://me:s3cret@localhost/db\", force = true }",
      "DSN = \"postgres://localhost/db?user=me&password=s3cret\"",
      "DSN = \"Server=db;Password=s3cret\"",
      "PGPASSWORD = \"s3cret\"",
      "MY_API_TOKEN = \"s3cret\"",
      R"("my.secret" = "s3cret")",
  };
  for (const auto& variable : variables) {
    CAPTURE(variable);
    const auto config = "[env]\nKEPT = \"postgres://me@localhost/db\"\n";
    const auto without = derived(with_config(config));
    auto with = derived(with_config(config + variable + "\n"));
    CHECK(with.bytes == without.bytes);
    const auto name = variable.substr(0, variable.find(" ="));
    CHECK(left_out(with.notes) == "env." + name + " in " + config_file + "\n");
    CHECK(with.bytes.find("KEPT") != std::string::npos);
    CHECK(without.notes.left_out.empty());
    // Without a command, by a file of a flag, and of what an open recipe stands for.
    const auto open = derived(with_config(config + variable + "\n"), "");
    CHECK(left_out(open.notes) == left_out(with.notes));
    auto tree = package_with();
    add_file(tree, "/w/more.toml", "[env]\n" + variable + "\n");
    CHECK(left_out(derived(tree, "build --config more.toml").notes) ==
          "env." + name + " in /w/more.toml\n");
  }
}

TEST_CASE("a variable that is no secret is carried") {
  for (const std::string variable :
       {"URL = \"https://h/x\"", "URL = \"ssh://git@h/x\"", "TOKENS = \"x\"", "A_TOKEN = \"\"",
        "TOKEN = { value = \"tokens.txt\", relative = true }", "URL = \"postgres://me:@h/db\"",
        "X = \"password=\""}) {
    CAPTURE(variable);
    const auto made = derived(with_config("[env]\n" + variable + "\n"));
    CHECK(made.notes.left_out.empty());
    CHECK(made.bytes.find(variable.substr(0, variable.find(' '))) != std::string::npos);
  }
}

TEST_CASE("the nearest file with the secret is named") {
  auto tree = with_config("[env]\nURL = \"x://me:s3cret@h\"\nOTHER_TOKEN = \"s3cret\"\n");
  add_file(tree, "/w/sub/.cargo/config.toml", "[env]\nURL = \"x://me:other-s3cret@h\"\n");
  add_package(tree, "sub", "[dependencies]\na = \"1\"\n");
  append(tree, "/w/Cargo.toml", "\n[workspace]\nmembers = [\"sub\"]\n");
  reduce::ReductionNotes notes;
  recipe::derive(tree, request_for("/w/sub", "build"), &notes);
  CHECK(left_out(notes) ==
        "env.OTHER_TOKEN in " + config_file + "\nenv.URL in /w/sub/.cargo/config.toml\n");
}

TEST_CASE("a proxy with a password is left out, as cook may have another one") {
  for (const std::string proxy : {"http://me:s3cret@proxy:3128", "me:s3cret@proxy:3128"}) {
    const auto made = derived(with_config("[http]\nproxy = \"" + proxy + "\"\ntimeout = 7\n"));
    CHECK(left_out(made.notes) == "http.proxy in " + config_file + "\n");
    CHECK(made.bytes.find("timeout = 7") != std::string::npos);
  }
  CHECK(derived(with_config("[http]\nproxy = \"proxy:3128\"\n")).bytes.find("proxy:3128") !=
        std::string::npos);
}

TEST_CASE("any other URL with a secret in a config file is refused at its place") {
  const std::string url = "https://me:s3cret@h/x";
  struct Row {
    std::string config;
    std::string place;
  };
  for (const auto& row : std::vector<Row>{
           {"[registries.corp]\nindex = \"sparse+" + url + "\"\n", "2:9"},
           {"[source.x]\nregistry = \"" + url + "\"\n", "2:12"},
           {"[source.crates-io]\nreplace-with = \"x\"\n[source.x]\ngit = \"" + url + "\"\n", "4:7"},
           {"[build]\nrustflags = [\"--cfg\",\n  \"x='" + url + "'\"]\n", "3:3"},
           {"[target.'cfg(unix)']\nlinker = \"/x\"\nrustflags = \"" + url + "\"\n", "3:13"},
           {"[future]\nlist = [1, [{ x = \"" + url + "\" }]]\n", "2:19"},
           {"[future.\"" + url + "\"]\nx = 1\n", "1:1"},
           {"[future]\nlist = [\"https://s3cret@h\"]\n", "2:9"}}) {
    CAPTURE(row.config);
    CHECK(place_of(refused(with_config(row.config), "build", "config-secret")) ==
          config_file + ":" + row.place);
  }
  // Of several files, in the one that has it.
  auto tree = with_config("[build]\nrustflags = [\"-x\"]\ninclude = []\n");
  add_file(tree, "/w/.cargo/more.toml", "[build]\nrustflags = [\n  \"-y\", \"" + url + "\"]\n");
  replace(tree, config_file, "[build]", "include = [\"more.toml\"]\n[build]");
  replace(tree, config_file, "include = []\n", "");
  CHECK(place_of(refused(tree, "build", "config-secret")) == "/w/.cargo/more.toml:3:9");
}

TEST_CASE("a command that has a secret is refused, as it is recorded") {
  for (const std::string command :
       {"build --config 'env.URL=\"x://me:s3cret@h\"'",
        "build --config 'registry.token=\"s3cret\"'",
        "build --config 'env={URL={value=\"x://me:s3cret@h\"}}'",
        "build --config 'build.rustflags=[\"https://s3cret@h\"]'",
        "test -- --database x://me:s3cret@h", "build --from-the-future=https://s3cret@h"}) {
    CAPTURE(command);
    refused(package_with(), command, "command-secret");
  }
  auto tree = with_config("[alias]\nb2 = [\"build\", \"--config\", \"env.A_TOKEN='s3cret'\"]\n");
  CHECK(refused(tree, "b2", "command-secret").message().find("env.A_TOKEN") != std::string::npos);
  derived(package_with(), "build --config 'env.URL=\"ssh://git@h\"'");
}

TEST_CASE("a repository whose URL has a secret is refused where the lock file has it") {
  for (const std::string url :
       {"https://me:s3cret@h/a", "https://s3cret@h/a", "ssh://me:s3cret@h/a"}) {
    CAPTURE(url);
    for (const std::string command : {"build", ""}) {
      const auto error = refused(with_repository(url), command, "source-secret");
      CHECK(error.location().file == "/w/Cargo.lock");
      CHECK(error.location().line > 0);
    }
  }
  derived(with_repository("ssh://me@h/a"));
}

TEST_CASE("a patch whose URL has a secret is refused at its place") {
  const auto patch = [](const std::string& source) {
    return "\n[patch.'" + source + "']\na = { git = \"https://h/a\" }\n";
  };
  auto tree = with_repository("https://h/a");
  replace(tree, "/w/Cargo.toml", "git = \"https://h/a\"", "git = \"https://s3cret@h/a\"");
  append(tree, "/w/Cargo.toml", patch("https://s3cret@h/a"));
  CHECK(refused(tree, "build", "source-secret").location().file == "/w/Cargo.toml");

  auto in_config = with_repository("https://h/a");
  replace(in_config, "/w/Cargo.toml", "git = \"https://h/a\"", "git = \"https://s3cret@h/a\"");
  add_file(in_config, config_file, patch("https://s3cret@h/a"));
  CHECK(refused(in_config, "build", "config-secret").location().file == config_file);
}

TEST_CASE("tokens of registries are left out") {
  auto tree = package_with("[dependencies]\na = \"1\"\n");
  add_file(tree, "/w/.cargo/config.toml",
           R"([registry]
token = "s3cret"

[registries.corp]
index = "sparse+https://example.org/index/"
token = "s3cret"
secret-key = "s3cret"
)");
  const auto recipe = recipe_bytes(tree, "/w", "build");
  CHECK(recipe.find("s3cret") == std::string::npos);
  CHECK(recipe.find("sparse+https://example.org/index/") != std::string::npos);
}

TEST_CASE("of the credential providers cargo's own are kept, without arguments") {
  const auto config_of = [](const std::string& providers) {
    auto tree = package_with("[dependencies]\na = \"1\"\n");
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

}  // namespace larder::test
