#include "larder/init/plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "larder/base/error.hpp"
#include "larder/base/text.hpp"
#include "larder/lint/lint.hpp"

using namespace larder;

namespace {

using Files = std::map<std::string, std::string>;

const std::string locked_source =
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";

Files one_binary() {
  return {{"/w/Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"},
          {"/w/Cargo.lock", "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n"},
          {"/w/src/main.rs", "fn main() {}"}};
}

Files two_services() {
  return {
      {"/w/Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\", \"c\"]\nresolver = \"2\"\n"},
      {"/w/Cargo.lock",
       "version = 3\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n[[package]]\nname = "
       "\"b\"\nversion = \"0.1.0\"\n[[package]]\nname = \"c\"\nversion = \"0.1.0\"\n"},
      {"/w/a/Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"},
      {"/w/a/src/main.rs", ""},
      {"/w/b/Cargo.toml",
       "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\ncli = "
       "[]\n[[bin]]\nname = \"serve\"\npath = \"src/main.rs\"\nrequired-features = [\"cli\"]\n"},
      {"/w/b/src/main.rs", ""},
      {"/w/c/Cargo.toml", "[package]\nname = \"c\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"},
      {"/w/c/src/lib.rs", ""}};
}

/// With a dependency that only a feature brings.
Files with_sqlite(const std::string& dependencies) {
  auto files = one_binary();
  files["/w/Cargo.toml"] += "[features]\nssl = [\"dep:openssl-sys\"]\n[dependencies]\n" +
                            dependencies + "openssl-sys = { version = \"0.9\", optional = true }\n";
  files["/w/Cargo.lock"] =
      "version = 3\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\n "
      "\"libsqlite3-sys\",\n \"openssl-sys\",\n]\n[[package]]\nname = \"libsqlite3-sys\"\nversion "
      "= "
      "\"0.30.0\"\n" +
      locked_source + "[[package]]\nname = \"openssl-sys\"\nversion = \"0.9.0\"\n" + locked_source;
  return files;
}

init::Plan plan_of(const Files& files, const init::Wishes& wishes = {}) {
  return init::make_plan(MemoryTree(files), "/w", wishes, {});
}

std::string error_of_plan(const Files& files, const init::Wishes& wishes = {}) {
  try {
    (void)plan_of(files, wishes);
    return {};
  } catch (const Error& error) {
    return error.id();
  }
}

std::vector<std::string> ignored(const init::Plan& plan) {
  std::vector<std::string> out;
  for (const auto& path : plan.ignored) out.push_back(path.pattern);
  return out;
}

bool has(const std::vector<std::string>& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("the only binary is shipped") {
  const auto plan = plan_of(one_binary());
  REQUIRE(plan.services.size() == 1);
  CHECK(plan.services[0].binary == "app");
  CHECK(plan.command == Words{"build", "--release", "--locked", "--bin", "app"});
}

TEST_CASE("default-run is shipped of several binaries of a package") {
  auto files = one_binary();
  files["/w/src/bin/tool.rs"] = "";
  CHECK(plan_of(files).services.size() == 2);
  files["/w/Cargo.toml"] += "default-run = \"tool\"\n";
  CHECK(plan_of(files).command == Words{"build", "--release", "--locked", "--bin", "tool"});
}

TEST_CASE("each binary of a workspace has a stage, and one command builds all") {
  const auto plan = plan_of(two_services());
  CHECK(plan.command == Words{"build", "--release", "--locked", "-p", "a", "-p", "b", "--bin", "a",
                              "--bin", "serve", "--features", "b/cli"});
  const auto text = init::dockerfile_text(plan);
  CHECK(text.find("FROM runtime AS a\n") != std::string::npos);
  CHECK(text.find("FROM runtime AS serve\n") != std::string::npos);
  CHECK(plan_of(two_services(), {{"a"}}).command ==
        Words{"build", "--release", "--locked", "-p", "a", "--bin", "a"});
}

TEST_CASE("a workspace without a program is an error") {
  auto files = one_binary();
  files.erase("/w/src/main.rs");
  files["/w/src/lib.rs"] = "";
  files["/w/examples/show.rs"] = "fn main() {}";
  CHECK(error_of_plan(files) == "init-no-binary");
  CHECK(error_of_plan(one_binary(), {{"nosuch"}}) == "init-no-binary");
}

TEST_CASE("a package outside the workspace's directory is an error") {
  auto files = one_binary();
  files["/w/Cargo.toml"] += "[dependencies]\nlib = { path = \"../lib\" }\n";
  files["/w/Cargo.lock"] +=
      "dependencies = [\"lib\"]\n[[package]]\nname = \"lib\"\nversion = \"0.1.0\"\n";
  files["/lib/Cargo.toml"] = "[package]\nname = \"lib\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
  files["/lib/src/lib.rs"] = "";
  CHECK(error_of_plan(files) == "init-outside");
}

TEST_CASE("the toolchain file decides the images") {
  struct Row {
    std::string file;
    std::string rust;
    std::string runtime;
    bool installs;
  };
  const std::string table = "[toolchain]\nchannel = ";
  for (const auto& row : std::vector<Row>{
           {"", "rust:1-bookworm", "debian:bookworm-slim", false},
           {table + "\"1.80.1\"\n", "rust:1.80.1-bookworm", "debian:bookworm-slim", false},
           {table + "\"1.80\"\n", "rust:1.80-bookworm", "debian:bookworm-slim", true},
           {table + "\"1.65.0\"\n", "rust:1.65.0-bullseye", "debian:bullseye-slim", false},
           {table + "\"1.80.1\"\ncomponents = [\"clippy\"]\n", "rust:1.80.1-bookworm",
            "debian:bookworm-slim", true},
           {table + "\"stable\"\n", "rust:1-bookworm", "debian:bookworm-slim", true},
           {table + "\"nightly-2025-01-01\"\n", "rust:1-bookworm", "debian:bookworm-slim", true}}) {
    CAPTURE(row.file);
    auto files = one_binary();
    if (!row.file.empty()) files["/w/rust-toolchain.toml"] = row.file;
    const auto plan = plan_of(files);
    CHECK(plan.rust_image == row.rust);
    CHECK(plan.runtime_image == row.runtime);
    CHECK(plan.toolchain_file.empty() != row.installs);
  }
}

TEST_CASE("packages are those of the crates that the command compiles") {
  const auto plan = plan_of(with_sqlite("libsqlite3-sys = \"0.30\"\n"));
  CHECK(plan.build_packages == Words{"libsqlite3-dev"});
  CHECK(plan.runtime_packages == Words{"libsqlite3-0"});
  auto files = with_sqlite("libsqlite3-sys = \"0.30\"\n");
  files["/w/Cargo.toml"] += "\n[features.default]\n";
  files["/w/Cargo.toml"].replace(files["/w/Cargo.toml"].find("\n[features.default]\n"), 20, "");
  files["/w/Cargo.toml"].replace(files["/w/Cargo.toml"].find("ssl = ["), 7,
                                 "default = [\"ssl\"]\nssl = [");
  CHECK(has(plan_of(files).build_packages, "libssl-dev"));
}

TEST_CASE("a library that the Rust image has is linked, and is needed to run") {
  const auto with = [](const std::string& name) {
    auto files = with_sqlite("libsqlite3-sys = \"0.30\"\n");
    for (auto& [path, text] : files) text = replaced(text, "libsqlite3-sys", name);
    return files;
  };
  init::Wishes wishes;
  CHECK(plan_of(with("curl-sys")).build_packages.empty());
  CHECK(plan_of(with("curl-sys")).runtime_packages == Words{"libcurl4"});
  CHECK(plan_of(with("libusb1-sys")).runtime_packages.empty());
  wishes.is_static = true;
  CHECK(plan_of(with("curl-sys"), wishes).runtime_packages.empty());
}

TEST_CASE("a copy that a feature asks for counts if the command switches it on") {
  auto files = with_sqlite("libsqlite3-sys = \"0.30\"\ncc = \"1\"\n");
  auto& manifest = files["/w/Cargo.toml"];
  manifest = replaced(manifest, "[features]\n", "[features]\nown = [\"libsqlite3-sys/bundled\"]\n");
  auto& lock = files["/w/Cargo.lock"];
  const auto cc = "[[package]]\nname = \"cc\"\nversion = \"1.0.0\"\n" + locked_source;
  lock = replaced(lock, "[[package]]\nname = \"libsqlite3-sys\"",
                  cc + "[[package]]\nname = \"libsqlite3-sys\"");
  lock = replaced(lock, " \"libsqlite3-sys\",\n", " \"cc\",\n \"libsqlite3-sys\",\n");
  lock = replaced(lock, "version = \"0.30.0\"\n" + locked_source,
                  "version = \"0.30.0\"\n" + locked_source + "dependencies = [\n \"cc\",\n]\n");
  CHECK(plan_of(files).runtime_packages == Words{"libsqlite3-0"});
  manifest = replaced(manifest, "[features]\n", "[features]\ndefault = [\"own\"]\n");
  CHECK(plan_of(files).runtime_packages.empty());
}

TEST_CASE("packages have the names of the image's release") {
  auto files = with_sqlite("libsqlite3-sys = \"0.30\"\n");
  for (auto& [path, text] : files) text = replaced(text, "libsqlite3-sys", "odbc-sys");
  CHECK(plan_of(files).runtime_packages == Words{"libodbc2"});
  files["/w/rust-toolchain.toml"] = "[toolchain]\nchannel = \"1.65.0\"\n";
  CHECK(plan_of(files).runtime_packages == Words{"libodbc1"});
}

TEST_CASE("a static program cannot have a library of the system") {
  init::Wishes wishes;
  wishes.is_static = true;
  CHECK(error_of_plan(with_sqlite("libsqlite3-sys = \"0.30\"\n"), wishes) == "init-not-static");
  const auto plan = plan_of(one_binary(), wishes);
  CHECK(plan.runtime_image.empty());
  CHECK(init::dockerfile_text(plan).find("FROM scratch AS runtime\n") != std::string::npos);
}

TEST_CASE(".git is left out unless something reads it") {
  CHECK(has(ignored(plan_of(one_binary())), ".git"));
  auto files = one_binary();
  files["/w/build.rs"] = "fn main() { std::process::Command::new(\"git\"); }";
  CHECK_FALSE(has(ignored(plan_of(files)), ".git"));
  files["/w/build.rs"] = "fn main() {}";
  CHECK(has(ignored(plan_of(files)), ".git"));
}

TEST_CASE("lint has nothing to say about what init writes") {
  std::vector<init::Wishes> all(6);
  all[1].is_static = true;
  all[2].mounts_registry = true;
  all[3].units = init::UnitCache::Store;
  all[4].units = init::UnitCache::Sccache;
  all[5].mounts_registry = true;
  all[5].units = init::UnitCache::Store;
  auto pinned = one_binary();
  pinned["/w/rust-toolchain.toml"] = "[toolchain]\nchannel = \"stable\"\n";
  for (const auto& wishes : all) {
    for (auto files :
         {one_binary(), two_services(), pinned, with_sqlite("libsqlite3-sys = \"0.30\"\n")}) {
      if (wishes.is_static && files.at("/w/Cargo.lock").find("sqlite") != std::string::npos)
        continue;
      const auto plan = plan_of(files, wishes);
      const auto text = init::dockerfile_text(plan);
      CAPTURE(text);
      files["/w/.dockerignore"] = init::ignore_text(plan);
      const MemoryTree tree(files);
      std::string found;
      for (const auto& finding : lint::lint_dockerfile(
               "Dockerfile", text, lint::surroundings_of(tree, "/w/Dockerfile", "/w")))
        found += std::string(finding.rule) + ": " + finding.message + "\n";
      CHECK(found.empty());
      CAPTURE(found);
    }
  }
}

TEST_CASE("pipelines have the workspace's command") {
  const auto plan = plan_of(one_binary());
  const auto files = init::new_files(plan, init::Pipeline::Github);
  REQUIRE(files.size() == 3);
  CHECK(files[2].path == ".github/workflows/build.yml");
  CHECK(files[2].text.find("COMMAND: build --release --locked --bin app\n") != std::string::npos);
  CHECK(init::new_files(plan, init::Pipeline::Gitlab)[2].text.find(
            "COMMAND: build --release --locked --bin app\n") != std::string::npos);
}

TEST_CASE("a difference shows what is taken away and what comes") {
  CHECK(init::line_diff("a\nb\nc\n", "a\nb\nc\n").empty());
  CHECK(init::line_diff("1\n2\n3\n4\n5\nx\n", "1\n2\n3\n4\n5\ny\n") == "@@\n 3\n 4\n 5\n-x\n+y\n");
  CHECK(init::line_diff("", "a\n") == "+a\n");
  CHECK(init::line_diff("a", "a\n") == "(only the ends of lines differ)\n");
}
