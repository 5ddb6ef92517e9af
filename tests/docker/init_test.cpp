#include <doctest/doctest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "../e2e/support/applications.hpp"
#include "../e2e/support/files.hpp"
#include "support/claim.hpp"
#include "support/docker.hpp"
#include "support/evidence.hpp"
#include "support/test_images.hpp"
#include "support/tiny.hpp"

// `cargo larder init` in a workspace without any Docker file, and then `docker build`.

namespace larder::test {

namespace {

/// What an image of it says. The target is empty for the only one.
struct Answer {
  std::string target;
  std::string text;
  /// What to run in the image instead of its own command.
  Words command = {};
};

/// A copy of a workspace, by default of one in tests/docker/init, in which nothing is that Docker
/// needs.
class Fresh {
 public:
  explicit Fresh(const std::string& name)
      : Fresh(name, LARDER_SOURCE_DIRECTORY "/tests/docker/init/" + name) {}
  Fresh(const std::string& name, const std::string& sources)
      : name_(name), directory_("init-" + name) {
    copy_tree(sources, directory_.path());
  }

  const std::string& path() const { return directory_.path(); }

  void init(const Words& flags) const {
    const auto run = must(larder(Words{"init"} + flags, path()));
    claim(run.says("Created Dockerfile") && run.says("Created .dockerignore"),
          name_ + ": init writes both files", run.errors);
    const auto linted = larder({"lint"}, path());
    claim(linted.code() == 0 && linted.output.empty(), "lint has no finding", linted.output);
  }

  void edit(const std::string& file) const {
    std::ofstream(path() + "/" + file, std::ios::app)
        << "// " << run_name(name_) << ", edit " << ++edits_ << '\n';
  }

  Build build(const Answer& answer, const std::string& runtime) const {
    const auto images = test_images();
    Build out;
    out.dockerfile = path() + "/Dockerfile";
    out.context = path();
    out.name = "init-" + name_ + answer.target;
    out.mounts = out.name;
    out.arguments = {{"RUST_IMAGE", images.rust}, {"LARDER_IMAGE", images.program}};
    if (!runtime.empty()) out.arguments["RUNTIME_IMAGE"] = runtime;
    // For a server on this machine.
    out.flags = {"--network", "host"};
    if (!answer.target.empty()) out.flags.insert(out.flags.end(), {"--target", answer.target});
    return out;
  }

 private:
  std::string name_;
  TestDirectory directory_;
  mutable int edits_ = 0;
};

/// A git server on this machine with a repository `jars` of one package.
class GitServer {
 public:
  explicit GitServer(const std::string& directory) : directory_(directory) {
    const auto repository = directory_ + "/jars";
    write_file(repository + "/Cargo.toml", package("jars"));
    write_file(repository + "/src/lib.rs", "pub fn jars() -> u32 { 42 }\n");
    run_git({"init", "-q", "."}, repository);
    run_git({"add", "."}, repository);
    run_git({"-c", "user.name=x", "-c", "user.email=x", "commit", "-q", "-m", "x"}, repository);
    // Ends by itself if this process is killed.
    const auto command =
        "exec timeout 600 git daemon --reuseaddr --export-all --listen=127.0.0.1 --port=" + port_ +
        " --base-path='" + directory_ + "' --pid-file='" + directory_ + "/pid'";
    pipe_ = ::popen(command.c_str(), "re");
    for (int attempt = 0; attempt < 100 && !std::filesystem::exists(directory_ + "/pid"); ++attempt)
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  ~GitServer() {
    ::kill(static_cast<pid_t>(std::stol(read_file(directory_ + "/pid"))), SIGTERM);
    ::pclose(pipe_);
  }
  GitServer(const GitServer&) = delete;
  GitServer& operator=(const GitServer&) = delete;

  std::string url() const { return "git://127.0.0.1:" + port_ + "/jars"; }

 private:
  static void run_git(const Words& words, const std::string& directory) {
    const auto done =
        capture_process({Words{find_program("git")} + words, directory, test_environment()});
    claim(succeeded(done.status), "git " + words[0], done.errors);
  }

  std::string directory_;
  std::string port_ = std::to_string(20000 + ::getpid() % 20000);
  FILE* pipe_ = nullptr;
};

/// Builds each image, edits a source, and builds the first one again.
void check_init_of(const Fresh& fresh, const Words& flags, const std::vector<Answer>& answers,
                   const std::string& source, const std::string& runtime) {
  fresh.init(flags);
  fresh.edit(source);
  for (const auto& answer : answers) {
    const auto what = fresh.build(answer, runtime);
    require_built(what);
    claim_says(run_name(what.name), answer.text, nullptr, answer.command);
  }
  fresh.edit(source);
  const auto what = fresh.build(answers[0], runtime);
  const auto log = require_built(what);
  claim(log.step("cargo larder cook").cached, "a source edit leaves the cook step CACHED",
        part(log.step("cargo larder cook")));
  const auto& built = log.step("cargo larder build");
  claim(built.compiled_external().empty() && built.says("Reused "),
        "the build compiles no dependency", part(built));
  claim_says(run_name(what.name), answers[0].text, nullptr, answers[0].command);
}

void check_init(const std::string& name, const Words& flags, const std::vector<Answer>& answers,
                const std::string& source, const std::string& runtime) {
  check_init_of(Fresh(name), flags, answers, source, runtime);
}

}  // namespace

TEST_SUITE("init") {
  TEST_CASE("a package with one binary") {
    check_init("one", {}, {{"", "one: 42 jars"}}, "src/main.rs", test_images().runtime);
  }
}

// These take minutes together. To run them: larder_docker_tests --test-suite=init-more --no-skip
TEST_SUITE("init-more" * doctest::skip()) {
  TEST_CASE("two services") {
    check_init("services", {}, {{"web", "web: 42 jars"}, {"worker", "worker: 42 jars"}},
               "shared/src/lib.rs", test_images().runtime);
  }

  TEST_CASE("one of two services, with a store and downloads on mounts") {
    check_init("services", {"--bin", "worker", "--store", "--registry-cache", "mount"},
               {{"", "worker: 42 jars"}}, "worker/src/main.rs", test_images().runtime);
  }

  TEST_CASE("libraries of the system") {
    // An image in which packages can be installed.
    check_init("native", {}, {{"", "native: SQLite 3"}}, "src/main.rs", test_images().rust);
  }

  TEST_CASE("a toolchain file") {
    check_init("pinned", {}, {{"", "pinned: 42 jars"}}, "src/main.rs", test_images().runtime);
  }

  TEST_CASE("a dependency from git") {
    const TestDirectory served("init-git-server");
    const GitServer server(served.path());
    const Fresh fresh("one");
    write_file(fresh.path() + "/Cargo.toml",
               package("one", "[dependencies]\njars = { git = \"" + server.url() + "\" }\n"));
    write_file(fresh.path() + "/src/main.rs",
               "fn main() { println!(\"git: {} jars\", jars::jars()); }\n");
    std::filesystem::remove(fresh.path() + "/Cargo.lock");
    (void)must(cargo({"generate-lockfile"}, fresh.path()));
    check_init_of(fresh, {}, {{"", "git: 42 jars"}}, "src/main.rs", test_images().runtime);
  }

  TEST_CASE("published applications") {
    const std::vector<PublishedPackage> all{
        {"choose", "1.3.7"}, {"b3sum", "1.8.2"}, {"hexyl", "0.16.0"}};
    for (const auto& program : all) {
      const Fresh fresh(program.name, application_sources({program, {}}));
      for (const auto* const file : {"/Dockerfile", "/.dockerignore"})
        std::filesystem::remove(fresh.path() + file);
      check_init_of(fresh, {},
                    {{"", program.name + " " + program.version, {program.name, "--version"}}},
                    "src/main.rs", test_images().runtime);
    }
  }

  TEST_CASE("a library with examples only has no image") {
    const Fresh fresh("examples-only");
    const auto run = larder({"init"}, fresh.path());
    claim(run.error_id() == "init-no-binary" && run.says("src/bin"),
          "init says what would make sense", run.errors);
  }
}

}  // namespace larder::test
