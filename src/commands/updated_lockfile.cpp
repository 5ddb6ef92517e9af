#include "updated_lockfile.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/temporary_directory.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cargo/toml/toml.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/driver/cargo.hpp"

namespace larder::commands {

namespace {

namespace fs = std::filesystem;

/// A temporary directory that has files at their absolute paths below it, so that relative paths
/// between them stay valid.
class TemporaryCopy {
 public:
  explicit TemporaryCopy(const Environment& environment) : directory_(environment) {}

  std::string at(const std::string& path) const { return directory_.path() + path; }
  void write(const std::string& path, const std::string& text) const {
    write_new_file(at(path), text);
  }
  void link(const std::string& path) const {
    make_directories(path::parent(at(path)));
    std::error_code ignored;  // it exists already, or cargo reports what is missing
    fs::create_symlink(path, at(path), ignored);
  }

 private:
  TemporaryDirectory directory_;
};

/// The workspace with every local package that cargo reads when it resolves.
cargo::Workspace load_workspace(const Context& context, const std::string& manifest,
                                const cargo::Config& config) {
  const DiskTree disk;
  auto workspace = cargo::load_workspace(disk, manifest,
                                         cargo::cargo_home(context.directory, context.environment));
  cargo::load_path_dependencies(disk, workspace);
  cargo::ManifestLoader manifests(disk, workspace.cargo_home);
  for (const auto& directory : cargo::patched_directories(workspace, config)) {
    const auto patched = path::join(directory, "Cargo.toml");
    if (workspace.package_in(directory) || !manifests.exists(patched)) continue;
    if (const auto& package = manifests.load(patched).package) workspace.add_package(*package);
  }
  cargo::load_path_dependencies(disk, workspace);
  return workspace;
}

void copy_packages(const cargo::Workspace& workspace, const TemporaryCopy& copy) {
  const auto& root = *workspace.root_manifest;
  copy.write(root.path(), root.document()->text);
  for (const auto& package : workspace.packages) {
    copy.write(package.manifest_path, package.document->text);
    for (const auto& target : package.targets)
      copy.write(path::join(package.directory, target.path), "");
  }
}

/// Copies the files, in this directory and those above, that decide which cargo runs and which
/// registries it asks.
void copy_settings(const std::string& directory, const TemporaryCopy& copy) {
  for (auto at = directory; !at.empty(); at = path::parent(at)) {
    for (const auto* name :
         {".cargo/config.toml", ".cargo/config", "rust-toolchain", "rust-toolchain.toml"}) {
      const auto file = path::join(at, name);
      if (DiskTree().is_file(file)) copy.write(file, DiskTree().read(file).value_or(""));
    }
  }
}

/// Links the directories of vendored packages, which are too many to copy.
void link_sources(const cargo::Config& config, const TemporaryCopy& copy) {
  for (const auto& [name, directory] : cargo::source_directories(config))
    copy.link(cargo::config_path(directory));
}

}  // namespace

UpdatedLockfile update_lockfile(const Context& context, const std::string& manifest_path) {
  const DiskTree disk;
  const auto& directory = context.directory;
  const auto config = cargo::Config::load(disk, directory, "", "");
  const auto workspace =
      load_workspace(context, cargo::start_manifest(disk, directory, manifest_path), config);
  const auto path =
      cargo::lockfile_place(workspace.root_directory, directory, context.environment, config, {});
  const TemporaryCopy copy(context.environment);
  copy_packages(workspace, copy);
  copy_settings(directory, copy);
  link_sources(config, copy);
  make_directories(copy.at(directory));
  const auto present = disk.read(path);
  if (present) copy.write(path, *present);
  std::vector<std::string> words{"generate-lockfile"};
  // This keeps the versions in the lock file.
  if (present) words = {"update", "--workspace"};
  words.insert(words.end(),
               {"--quiet", "--manifest-path", copy.at(workspace.root_manifest->path())});
  auto cargo = driver::find_cargo(context.environment, directory, "");
  cargo.environment.unset(cargo::lockfile_variable);
  // In the copy, too, the lock file is where it is configured.
  if (path != path::join(workspace.root_directory, "Cargo.lock"))
    words.insert(words.end(),
                 {"--config", "resolver.lockfile-path=" + cargo::toml_quote(copy.at(path))});
  const auto run = capture_process(cargo.command(words, copy.at(directory)));
  driver::check_started(run.status, cargo);
  auto text = read_file(copy.at(path));
  if (succeeded(run.status) && text) return {path, *std::move(text)};
  throw Error("cargo-failed", fmt::format("`cargo {}` failed: {}", words[0], run.errors))
      .in_file(workspace.root_manifest->path())
      .hint("create Cargo.lock where cargo can reach the registries, and commit it");
}

}  // namespace larder::commands
