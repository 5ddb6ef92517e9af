#pragma once

#include <string>

namespace larder::test {

/// What all suites build on: made once, by the first or by `docker.set-up`.
struct TestImages {
  /// Names of images: one like rust:1, one with the program, one with a C library and no more.
  std::string rust;
  std::string program;
  std::string runtime;
};

/// Makes the images and notes them in the ledger; throws with what is missing.
void make_test_images();
TestImages test_images();

/// What the suite asks for, where docker keeps its files.
constexpr double needed_gigabytes = 6.0;

/// While it lives, the smallest free space is written down.
class DiskWatch {
 public:
  DiskWatch();
  ~DiskWatch();
  DiskWatch(const DiskWatch&) = delete;
  DiskWatch& operator=(const DiskWatch&) = delete;

 private:
  struct Watcher;
  Watcher* watcher_;
};
/// "at most 2.1 GB of disk were in use …"
std::string disk_report();

}  // namespace larder::test
