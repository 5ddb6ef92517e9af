#include "larder/driver/jobserver.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::driver {

NamedJobserver::NamedJobserver(const std::string& directory)
    : path_(path::join(directory, "jobserver")) {
  // In the variable, a space would end the name.
  if (path_.find(' ') != std::string::npos || ::mkfifo(path_.c_str(), 0600) != 0) return;
  pipe_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (pipe_ < 0) return;
  // Cargo's first job needs no token.
  const auto jobs = std::max(1U, std::thread::hardware_concurrency());
  (void)write_all(pipe_, std::string(jobs - 1, '+'));
}

NamedJobserver::~NamedJobserver() {
  if (pipe_ >= 0) ::close(pipe_);
}

void NamedJobserver::offer_to(Environment& cargo) const {
  // Of the variables that cargo looks at, this one comes first.
  if (pipe_ >= 0) cargo.set("CARGO_MAKEFLAGS", "-j --jobserver-auth=fifo:" + path_);
}

}  // namespace larder::driver
