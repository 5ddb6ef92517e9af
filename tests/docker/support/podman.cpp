#include "podman.hpp"

#include <filesystem>
#include <stdexcept>

#include "created_objects.hpp"
#include "test_images.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

std::string storage() {
  return own_directory() + "/podman";
}

Words with_storage(const std::string& program) {
  return {program, "--root", storage() + "/root", "--runroot", storage() + "/run"};
}

/// What it writes to both streams is in `output`, in the order in which it came.
Run run_merged(const Words& argv) {
  auto environment = test_environment();
  // Cache mounts are kept below it.
  environment.set("TMPDIR", storage());
  return run_in("/", Words{"sh", "-c", "exec \"$@\" 2>&1", "sh"} + argv, environment);
}

}  // namespace

PodmanStorage::PodmanStorage() {
  remove();
  fs::create_directories(storage());
  const auto images = test_images();
  for (const auto& image : {images.rust, images.program, images.runtime}) {
    const auto pulled = run_merged(with_storage("podman") +
                                   Words{"pull", "--quiet", "docker-daemon:" + image + ":latest"});
    if (pulled.code() != 0) throw std::runtime_error("podman pull failed:\n" + pulled.output);
  }
}

PodmanStorage::~PodmanStorage() {
  remove();
}

void PodmanStorage::remove() {
  if (!fs::exists(storage())) return;
  for (const Words& words : {Words{"rm"}, Words{"rmi"}})
    run_merged(with_storage("podman") + words + Words{"--all", "--force"});
  // Podman mounts the directory on itself.
  run_merged({"umount", storage() + "/root/overlay"});
  run_merged({"rm", "-rf", "--one-file-system", storage()});
}

Built PodmanBuilder::build(const Build& build) const {
  Built built;
  built.image = run_name(build.name);
  // Without user namespaces and cgroups, which builders in containers often lack. Podman keeps
  // layers without being asked, Buildah does not.
  Words words = with_storage(program_) + Words{"build", "--isolation", "chroot", "--layers",
                                               "-t",    built.image,   "-f",     build.dockerfile};
  for (const auto& [name, value] : build.arguments)
    words = words + Words{"--build-arg", name + "=" + value};
  const auto run = run_merged(words + build.flags + Words{build.context});
  built.succeeded = run.code() == 0;
  built.log = BuildLog::of_podman(run.output);
  return built;
}

Run PodmanBuilder::run(const std::string& image) const {
  // By default it asks for higher limits than a machine may allow.
  return run_merged(with_storage("podman") + Words{"run", "--rm", "--network", "none", "--ulimit",
                                                   "nofile=1024:1024", "--ulimit",
                                                   "nproc=1024:1024", image});
}

}  // namespace larder::test
