#include "larder/base/temporary_directory.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "larder/base/error.hpp"

namespace larder {

TemporaryDirectory::TemporaryDirectory(const Environment& environment)
    : path_(environment.get("TMPDIR").value_or("/tmp") + "/cargo-larder-XXXXXX") {
  if (::mkdtemp(path_.data()) == nullptr) {
    throw Error("file-write",
                std::string("cannot create a temporary directory: ") + std::strerror(errno))
        .in_file(path_)
        .hint("set TMPDIR to a writable directory");
  }
  path_ = std::filesystem::canonical(path_).string();
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace larder
