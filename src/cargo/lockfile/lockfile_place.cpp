#include "larder/cargo/lockfile/lockfile_place.hpp"

#include "larder/base/path.hpp"

namespace larder::cargo {

const std::string lockfile_variable = "CARGO_RESOLVER_LOCKFILE_PATH";

std::string lockfile_place(const std::string& root, const std::string& directory,
                           const Environment& environment, const Config& config,
                           const Config& stated) {
  if (const auto value = stated.find({"resolver", "lockfile-path"})) return config_path(*value);
  if (const auto variable = environment.get(lockfile_variable))
    return path::join(directory, *variable);
  if (const auto value = config.find({"resolver", "lockfile-path"})) return config_path(*value);
  return path::join(root, "Cargo.lock");
}

Lockfile read_lockfile(const SourceTree& tree, const std::string& path) {
  auto text = tree.read(path);
  if (!text) {
    throw Error("lock-missing",
                "there is no lock file, so the versions of the dependencies are unknown")
        .in_file(path)
        .hint(
            "run `cargo generate-lockfile` and commit Cargo.lock; in an image, check that it is "
            "copied and not listed in .dockerignore");
  }
  return parse_lockfile(path, std::move(*text));
}

}  // namespace larder::cargo
