// Replaces functions of the static C and C++ libraries that never do anything for this program, but
// take 140 KB: the linker finds these first.

#include <pwd.h>

#include <cstdio>
#include <cstdlib>

// Without this, libstdc++ brings a demangler for the name of an exception that nobody catches. All
// exceptions are caught in cli.cpp.
namespace __gnu_cxx {

// The name is libstdc++'s. NOLINTNEXTLINE(bugprone-reserved-identifier)
[[noreturn]] void __verbose_terminate_handler() {
  std::fputs("cargo-larder: terminated because of an exception\n", stderr);
  std::abort();
}

}  // namespace __gnu_cxx

// libgit2 asks for the home directory of a user when it runs in a set-user-id program. glibc would
// look it up in all data bases of users, also by network.
extern "C" int getpwuid_r(uid_t /*user*/, passwd* /*entry*/, char* /*buffer*/, size_t /*size*/,
                          passwd** found) {
  *found = nullptr;
  return 0;
}
