#include "larder/cook/cargo_locks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string_view>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::cook {

CargoLocks::CargoLocks(const std::string& build_directory, const UnitPlan& plan) {
  std::set<std::string> directories;
  for (const auto& unit : plan.units) directories.insert(unit.profile_directory());
  for (const auto& directory : directories) {
    make_directories(path::join(build_directory, directory));
    for (const auto* name : {".cargo-lock", ".cargo-build-lock"}) {
      const auto place = path::join(build_directory, directory + "/" + name);
      // Every cargo creates this one; only newer ones use the second.
      const int making = std::string_view(name) == ".cargo-lock" ? O_CREAT : 0;
      const int file = ::open(place.c_str(), O_RDWR | O_CLOEXEC | making, 0644);
      if (file < 0) continue;
      files_.push_back(file);
      // Cargo, too, goes on without locks when the file system has none.
      held_ = held_ && (::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK);
    }
  }
}

CargoLocks::~CargoLocks() {
  for (const int file : files_) ::close(file);
}

}  // namespace larder::cook
