#include "larder/observe/preload.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "larder/base/files.hpp"
#include "log_format.h"
#include "preload_bytes.hpp"

namespace larder::observe {

namespace {

/// `LD_PRELOAD` separates paths by spaces and colons, and cannot quote them.
Environment with_plain_tmpdir(Environment environment) {
  if (environment.get("TMPDIR").value_or("").find_first_of(" :") != std::string::npos)
    environment.set("TMPDIR", "/tmp");
  return environment;
}

/// Maps the file as the dynamic linker would; a file system that is mounted noexec refuses that.
bool can_be_mapped(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  void* mapping = ::mmap(nullptr, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  ::close(file);
  if (mapping == MAP_FAILED) return false;
  ::munmap(mapping, 1);
  return true;
}

}  // namespace

Preload::Preload(const Environment& environment) : directory_(with_plain_tmpdir(environment)) {
  library_ = directory_.path() + "/liblarder_observe.so";
  logs_ = directory_.path() + "/logs";
  write_file_atomically(library_, preload_bytes());
  make_directories(logs_);
  loadable_ = !preload_bytes().empty() && can_be_mapped(library_);
}

Environment Preload::observed(Environment environment) const {
  const auto own = environment.get("LD_PRELOAD");
  environment.set("LD_PRELOAD", own ? library_ + ":" + *own : library_);
  environment.set(LARDER_OBSERVED, logs_ + "/");
  return environment;
}

}  // namespace larder::observe
