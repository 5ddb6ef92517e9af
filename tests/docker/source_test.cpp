#include <doctest/doctest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <thread>

#include "support/claim.hpp"
#include "support/evidence.hpp"

extern char** environ;

// The stage that compiles the program itself.

namespace larder::test {

namespace {

void git(const Words& arguments) {
  must(run_in("/", Words{"git"} + arguments));
}

/// Serves the repositories of a directory at git://127.0.0.1.
class GitDaemon {
 public:
  explicit GitDaemon(const std::string& directory)
      : port_(std::to_string(20000 + static_cast<int>(::getpid()) % 20000)) {
    Words words{"git",
                "daemon",
                "--export-all",
                "--reuseaddr",
                "--listen=127.0.0.1",
                "--port=" + port_,
                "--base-path=" + directory};
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    REQUIRE(::posix_spawnp(&pid_, "git", nullptr, nullptr, argv.data(), environ) == 0);
    std::this_thread::sleep_for(std::chrono::seconds(1));
  }
  ~GitDaemon() {
    ::kill(pid_, SIGTERM);
    ::waitpid(pid_, nullptr, 0);
  }
  GitDaemon(const GitDaemon&) = delete;
  GitDaemon& operator=(const GitDaemon&) = delete;

  std::string url(const std::string& name) const { return "git://127.0.0.1:" + port_ + "/" + name; }

 private:
  std::string port_;
  pid_t pid_ = 0;
};

}  // namespace

TEST_SUITE("source") {
  // Minutes of compiling, so not part of the ordinary run: larder_docker_tests -ts=source --no-skip
  TEST_CASE("the program is compiled from a git repository" * doctest::skip()) {
    const Workspace workspace;
    const TestDirectory repositories("repositories");
    git({"clone", "--quiet", "--bare", LARDER_SOURCE_DIRECTORY, repositories / "larder"});
    git({"-C", repositories / "larder", "tag", "as-it-is", "HEAD"});
    const GitDaemon daemon(repositories.path());
    auto what = example_build(example("Dockerfile"), workspace, "from-source");
    what.arguments["LARDER_IMAGE"] = "larder-from-source";
    what.arguments["LARDER_GIT"] = daemon.url("larder");
    what.arguments["LARDER_REF"] = "as-it-is";
    what.mounts = "full";
    what.flags = {"--network", "host"};
    const auto log = require_built(what);
    claim(log.step(build_step).says("Reused 11 of 11 external units"),
          "the program is compiled, and works", part(log.step(build_step)));
    const auto answer = answer_of(run_name("from-source"));
    claim(answer.find("the shop is open") != std::string::npos, "the image runs and answers",
          answer);
  }
}

}  // namespace larder::test
