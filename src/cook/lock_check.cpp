#include "lock_check.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"

namespace larder::cook {

void check_lock(const recipe::Command& command, const std::string& skeleton_directory) {
  const auto& line = command.line;
  if (!line.locked && !line.frozen) return;
  const auto path = path::join(skeleton_directory, "Cargo.lock");
  const auto before = cargo::parse_lockfile(path, command.skeleton.lock_file);
  const auto after = cargo::parse_lockfile(path, read_file(path).value_or(""));
  for (const auto& package : after.packages) {
    const auto& same_name = before.named(package.name);
    const bool known = std::any_of(same_name.begin(), same_name.end(), [&](cargo::LockId index) {
      const auto& locked = before.packages[index];
      return locked.version == package.version && locked.has_same_code(package);
    });
    // The skeleton's own crates and patched ones do not come from the lock file.
    if (known || package.is_local()) continue;
    throw Error(
        "lock-outdated",
        fmt::format(
            "--locked was given, but cargo needed `{}`, which is not in the recipe's lock file",
            package.name + " " + package.version.str() + " " + package.source->text()))
        .hint("update Cargo.lock, commit it, and prepare again");
  }
}

}  // namespace larder::cook
