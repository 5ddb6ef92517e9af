#include "larder/cargo/lockfile/lockfile_place.hpp"

#include <system_error>

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

LockfileAhead::LockfileAhead(const SourceTree& tree, std::string path) : path_(std::move(path)) {
  // A shorter file is parsed before another thread has started.
  constexpr std::size_t least = 65536;
  if (!tree.is_shareable()) return;
  try {
    auto text = tree.read(path_);
    if (!text || text->size() < least) return;
    parsed_ = std::async(std::launch::async, [file = path_, contents = std::move(*text)]() mutable {
      return parse_lockfile(std::move(file), std::move(contents));
    });
  } catch (const Error&) {              // `take` reads it again, and throws
  } catch (const std::system_error&) {  // there can be no more threads
  }
}

Lockfile LockfileAhead::take(const SourceTree& tree, const std::string& path) {
  return path == path_ && parsed_.valid() ? parsed_.get() : read_lockfile(tree, path);
}

}  // namespace larder::cargo
