// Loaded into the program before the C library (LD_PRELOAD): the call number LARDER_FAIL_AT that
// would change a file or directory fails with the error number LARDER_FAIL_WITH, and so do all
// later ones, as on a disk that is full or read-only from there on. Programs that the program
// starts are left alone. When no call has failed the file LARDER_FAIL_NONE is made at the end.

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>

namespace {

std::atomic<int> calls{0};

int number(const char* name) {
  const char* value = ::getenv(name);
  return value == nullptr ? 0 : ::atoi(value);
}

/// Whether this is the program that is tested. What it starts has the mark in its environment: the
/// program itself too, in the place of rustc.
bool is_concerned() {
  static const bool concerned = [] {
    if (::getenv("LARDER_FAIL_CLAIMED") != nullptr) return false;
    ::setenv("LARDER_FAIL_CLAIMED", "1", 1);
    char path[4096] = {};
    const auto size = ::readlink("/proc/self/exe", path, sizeof path - 1);
    const char* name = size > 0 ? ::strrchr(path, '/') : nullptr;
    return name != nullptr && ::strcmp(name + 1, "cargo-larder") == 0;
  }();
  return concerned;
}

bool fails() {
  if (!is_concerned() || ++calls < number("LARDER_FAIL_AT")) return false;
  errno = number("LARDER_FAIL_WITH");
  return true;
}

template <typename Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

__attribute__((constructor)) void claim() {
  is_concerned();
}

__attribute__((destructor)) void tell() {
  const char* file = ::getenv("LARDER_FAIL_NONE");
  if (file == nullptr || !is_concerned() || calls >= number("LARDER_FAIL_AT")) return;
  const int made = next<int(const char*, int, ...)>("open")(file, O_CREAT | O_WRONLY, 0644);
  if (made >= 0) ::close(made);
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const auto mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : mode_t{0};
  va_end(arguments);
  if ((flags & O_CREAT) != 0 && fails()) return -1;
  return next<int(const char*, int, ...)>("open")(path, flags, mode);
}

ssize_t write(int file, const void* bytes, size_t size) {
  if (file > STDERR_FILENO && fails()) return -1;
  return next<ssize_t(int, const void*, size_t)>("write")(file, bytes, size);
}

int mkdir(const char* path, mode_t mode) {
  if (fails()) return -1;
  return next<int(const char*, mode_t)>("mkdir")(path, mode);
}

int rename(const char* from, const char* to) {
  if (fails()) return -1;
  return next<int(const char*, const char*)>("rename")(from, to);
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags) {
  if (fails()) return -1;
  return next<int(int, const char*, int, const char*, unsigned)>("renameat2")(
      from_directory, from, to_directory, to, flags);
}

int symlink(const char* from, const char* to) {
  if (fails()) return -1;
  return next<int(const char*, const char*)>("symlink")(from, to);
}

}  // extern "C"
