#include "test_images.hpp"

#include <fmt/format.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <stdexcept>
#include <thread>

#include "../../e2e/support/files.hpp"
#include "created_objects.hpp"
#include "docker.hpp"
#include "larder/base/process.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

constexpr double gigabyte = 1e9;

/// Free space where docker keeps its files, in GB; negative where that is on another machine.
double free_gigabytes(const std::string& directory) {
  struct statvfs state {};
  if (::statvfs(directory.c_str(), &state) != 0) return -1;
  return static_cast<double>(state.f_bavail) * static_cast<double>(state.f_frsize) / gigabyte;
}

std::string docker_directory() {
  return docker_output({"info", "--format", "{{.DockerRootDir}}"});
}

void require_space() {
  const auto directory = docker_directory();
  const double free = free_gigabytes(directory);
  if (free >= 0 && free < needed_gigabytes) {
    throw std::runtime_error(fmt::format(
        "the Docker suite needs {:.1f} GB where docker keeps its files ({}), and {:.1f} GB are "
        "free: see `docker system df` for what can go",
        needed_gigabytes, directory, free));
  }
  std::printf("needs up to %.1f GB at %s, %.1f GB are free\n", needed_gigabytes, directory.c_str(),
              free);
  CreatedObjects::open().add("directory", directory);
  CreatedObjects::open().add("free", fmt::format("{}", free));
  CreatedObjects::open().add("low", fmt::format("{}", free));
}

void run_here(const Words& argv) {
  const auto done = capture_process({argv, LARDER_SOURCE_DIRECTORY, test_environment()});
  if (!succeeded(done.status)) {
    throw std::runtime_error(joined(argv) + " failed:\n" + done.output + done.errors);
  }
}

/// Builds a Dockerfile of no more than its text over a directory.
std::string make_image(const std::string& name, const std::string& text,
                       const std::string& context) {
  const auto file = own_directory() + "/" + name + ".Dockerfile";
  write_file(file, text);
  const auto built = build({file, context, name, {}, "ground", {}});
  if (!built.succeeded) throw std::runtime_error("building " + name + ":\n" + built.log.text());
  return built.image;
}

/// An image like rust:1, with a layer of the run's own: all that is built on it is the run's.
std::string make_rust() {
  std::string base;
  if (const char* named = std::getenv("LARDER_DOCKER_BASE"); named != nullptr && *named != '\0') {
    base = named;
  } else {
    base = run_name("debian");
    CreatedObjects::open().add("image", base);
    run_here({"scripts/test-image", "rust", base});
  }
  const auto empty = own_directory() + "/empty";
  fs::create_directories(empty);
  return make_image("rust", "FROM " + base + "\nRUN : " + run_name("base") + "\n", empty);
}

std::string static_program() {
  if (const char* named = std::getenv("LARDER_DOCKER_PROGRAM"); named != nullptr) return named;
  run_here({"scripts/setup", "--release"});
  run_here({"cmake", "--preset", "release"});
  run_here({"cmake", "--build", "--preset", "release", "--target", "cargo-larder"});
  return std::string(LARDER_SOURCE_DIRECTORY) + "/build/release/cargo-larder";
}

std::string make_program() {
  const auto context = own_directory() + "/program";
  fs::create_directories(context);
  fs::copy_file(static_program(), context + "/cargo-larder", fs::copy_options::overwrite_existing);
  return make_image("program", "FROM scratch\nCOPY cargo-larder /cargo-larder\n", context);
}

/// As small as an image can be that runs what rustc makes: writing images takes long on some
/// machines, so none is written that need not be.
std::string make_runtime(const std::string& rust) {
  const std::string libraries = "/lib/x86_64-linux-gnu/";
  return make_image("runtime",
                    "FROM " + rust + " AS rust\nFROM scratch\nCOPY --from=rust " + libraries +
                        "ld-linux-x86-64.so.2 /lib64/\nCOPY --from=rust " + libraries +
                        "libc.so.6 " + libraries + "libgcc_s.so.1 " + libraries + "libm.so.6 " +
                        libraries + "\n",
                    own_directory() + "/empty");
}

}  // namespace

void make_test_images() {
  if (CreatedObjects::open().exists() && !clean_up())
    throw std::runtime_error("what an earlier run left could not be removed");
  const auto created = CreatedObjects::open();
  created.add("run", fmt::format("{:x}-{}", std::time(nullptr), ::getpid()));
  require_space();
  const DiskWatch watch;
  const auto rust = make_rust();
  created.add("runtime-image", make_runtime(rust));
  created.add("program-image", make_program());
  created.add("rust-image", rust);
}

TestImages test_images() {
  const auto created = CreatedObjects::open();
  return {created.last("rust-image"), created.last("program-image"), created.last("runtime-image")};
}

struct DiskWatch::Watcher {
  std::atomic<bool> is_over{false};
  std::thread thread;
};

DiskWatch::DiskWatch() : watcher_(new Watcher) {
  watcher_->thread = std::thread([this] {
    const auto created = CreatedObjects::open();
    const auto directory = created.last("directory");
    auto low = std::atof(created.last("low").c_str());
    while (!watcher_->is_over) {
      const auto free = free_gigabytes(directory);
      if (free >= 0 && free < low - 0.02) {
        low = free;
        created.add("low", fmt::format("{}", low));
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
  });
}

DiskWatch::~DiskWatch() {
  watcher_->is_over = true;
  watcher_->thread.join();
  delete watcher_;
}

std::string disk_report() {
  const auto created = CreatedObjects::open();
  return fmt::format(
      "at most {:.1f} GB of disk were in use at one time, of {:.1f} GB asked for",
      std::atof(created.last("free").c_str()) - std::atof(created.last("low").c_str()),
      needed_gigabytes);
}

}  // namespace larder::test
