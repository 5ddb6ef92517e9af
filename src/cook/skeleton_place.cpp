#include "larder/cook/skeleton_place.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "larder/base/digest.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/cook/stub_wrapper.hpp"
#include "larder/recipe/recipe.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;

Error cannot_make(const std::string& directory) {
  return Error("file-write", std::string("cannot create the directory: ") + std::strerror(errno))
      .in_file(directory)
      .hint("check that the directory above it is writable and that the disk is not full");
}

/// Creates a directory that is not a link and that we can write to.
void make_own_directory(const std::string& directory, mode_t mode) {
  if (::mkdir(directory.c_str(), mode) != 0 && errno != EEXIST) throw cannot_make(directory);
  struct stat status {};
  const bool known = ::lstat(directory.c_str(), &status) == 0;
  if (known && S_ISDIR(status.st_mode) && (mode != 0700 || status.st_uid == ::geteuid())) return;
  throw Error("file-write",
              "cook needs a directory of its own here, but this is a link or a file, or belongs to "
              "another user")
      .in_file(directory)
      .hint("remove it");
}

/// Like cargo with its own locks, goes on without one if the file system has none.
int lock_directory(const std::string& directory, const Shell& shell) {
  // Locks the directory itself, so that no lock file is left behind.
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (file < 0) return file;
  if (::flock(file, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return file;
  shell.status("Blocking", "waiting for another cook in " + directory);
  while (::flock(file, LOCK_EX) != 0 && errno == EINTR) {
  }
  return file;
}

/// The name of a skeleton's directory: a digest and a number.
bool is_skeleton(const std::string& name) {
  const auto size = larder::digest("").size();
  return name.size() > size && name[size] == '-' &&
         name.find_first_not_of("0123456789abcdef-") == std::string::npos;
}

}  // namespace

std::string own_directory(const std::string& target_directory) {
  return path::join(target_directory, "larder");
}

void make_target_directory(const std::string& directory) {
  if (DiskTree().is_directory(directory)) return;
  make_directories(directory);
  write_new_file(
      path::join(directory, "CACHEDIR.TAG"),
      "Signature: 8a477f597d28d172789f06886806bc55\n# Everything here can be compiled again.\n");
}

SkeletonPlace::SkeletonPlace(const std::string& target_directory, bool outside_target,
                             const Environment& environment, const Shell& shell)
    : directory_(own_directory(target_directory)), outside_target_(outside_target) {
  make_target_directory(target_directory);
  make_own_directory(directory_, 0777);
  lock_ = lock_directory(directory_, shell);
  try {
    clear();
    if (!outside_target_) return;
    const auto temporary = environment.get("TMPDIR").value_or("/tmp");
    directory_ = path::join(temporary, fmt::format("cargo-larder-{}-{}", ::geteuid(),
                                                   larder::digest(target_directory)));
    make_own_directory(directory_, 0700);
    clear();
  } catch (...) {
    ::close(lock_);
    throw;
  }
}

SkeletonPlace::~SkeletonPlace() {
  std::error_code ignored;
  if (outside_target_) fs::remove_all(directory_, ignored);
  if (lock_ >= 0) ::close(lock_);
}

std::string SkeletonPlace::new_directory(const std::string& digest) const {
  for (auto number = ::getpid();; ++number) {
    auto directory = path::join(directory_, fmt::format("{}-{}", digest, number));
    if (::mkdir(directory.c_str(), 0777) == 0) return directory;
    if (errno != EEXIST) throw cannot_make(directory);
  }
}

std::string SkeletonPlace::make_wrapper() const {
  auto wrapper = path::join(directory_, stub_wrapper_name);
  ::unlink(wrapper.c_str());
  make_link(own_executable(), wrapper);
  return wrapper;
}

void SkeletonPlace::clear() const {
  std::error_code ignored;  // leftovers do no harm
  ::unlink(path::join(directory_, stub_wrapper_name).c_str());
  for (const auto& name : names_in(directory_)) {
    if (is_skeleton(name)) fs::remove_all(path::join(directory_, name), ignored);
  }
}

}  // namespace larder::cook
