#include "own_reads.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "larder/base/path.hpp"

namespace larder::observe {

namespace {

template <std::size_t count>
bool is_below_any(std::string_view path, const std::array<std::string_view, count>& directories) {
  return std::any_of(directories.begin(), directories.end(),
                     [&](std::string_view directory) { return path::is_within(path, directory); });
}

}  // namespace

bool is_of_no_account(std::string_view path) {
  static constexpr std::array<std::string_view, 23> places{"/dev/fd",
                                                           "/dev/full",
                                                           "/dev/null",
                                                           "/dev/pts",
                                                           "/dev/ptmx",
                                                           "/dev/random",
                                                           "/dev/stderr",
                                                           "/dev/stdin",
                                                           "/dev/stdout",
                                                           "/dev/tty",
                                                           "/dev/urandom",
                                                           "/dev/zero",
                                                           "/proc/filesystems",
                                                           "/proc/self",
                                                           "/proc/sys/vm/overcommit_memory",
                                                           "/proc/thread-self",
                                                           "/sys/devices/system/cpu/online",
                                                           "/sys/devices/system/cpu/possible",
                                                           "/sys/devices/system/cpu/present",
                                                           "/sys/fs/cgroup",
                                                           "/sys/kernel/mm/transparent_hugepage",
                                                           "/usr/lib/locale",
                                                           "/usr/share/locale"};
  // What lies behind these links is somewhere else.
  static constexpr std::array<std::string_view, 6> not_own{
      "/proc/self/environ", "/proc/self/cwd",         "/proc/self/root",
      "/proc/self/task",    "/proc/thread-self/root", "/proc/thread-self/cwd"};
  if (is_below_any(path, not_own)) return false;
  // The pipe by which a make above cargo limits how much is built at once.
  return is_below_any(path, places) || path::file_name(path).starts_with("GMfifo");
}

bool is_rustcs_own_path(larder_record kind, std::string_view path, std::string_view sysroot) {
  static constexpr std::array<std::string_view, 5> system{"/lib", "/lib32", "/lib64", "/usr/lib",
                                                          "/usr/lib64"};
  if (!sysroot.empty() && path::is_within(path, sysroot)) return true;
  if (kind == larder_library || kind == larder_environ) return is_below_any(path, system);
  return path == "/etc/malloc.conf";
}

bool is_rustcs_own_variable(std::string_view name) {
  static constexpr std::array<std::string_view, 19> names{"CARGO_MAKEFLAGS",
                                                          "CI",
                                                          "LLVM_IGNORED_ENV_VAR",
                                                          "LLVM_OVERRIDE_PRODUCER",
                                                          "MAKEFLAGS",
                                                          "MALLOC_CONF",
                                                          "MFLAGS",
                                                          "PATH",
                                                          "QNX_TARGET",
                                                          "RUST_BACKTRACE",
                                                          "RUST_LIB_BACKTRACE",
                                                          "RUST_MIN_STACK",
                                                          "RUSTC_BREAK_ON_ICE",
                                                          "RUSTC_CTFE_BACKTRACE",
                                                          "RUSTC_GRAPHVIZ_FONT",
                                                          "RUSTC_ICE",
                                                          "TERM",
                                                          "TMPDIR",
                                                          "VCINSTALLDIR"};
  return name.starts_with("RUSTC_LOG") ||
         std::find(names.begin(), names.end(), name) != names.end();
}

bool is_idle_hint(std::string_view hint) {
  // Prefixes and versions are stripped first, as in `x86_64-linux-gnu-gcc-12`.
  static constexpr std::array<std::string_view, 22> known{
      "ar",      "as",       "bash", "c++",     "cc",     "cc1",    "cc1plus", "clang",
      "clang++", "collect2", "g++",  "gcc",     "ld",     "ld.bfd", "ld.gold", "ld.lld",
      "ld.mold", "lld",      "nm",   "objcopy", "ranlib", "strip"};
  const auto begin = hint.find(" /");
  if (begin == std::string_view::npos) return false;
  auto name = path::file_name(hint.substr(begin + 1));
  while (name.find_last_of("0123456789.-") == name.size() - 1 && name.size() > 3 &&
         std::find(known.begin(), known.end(), name) == known.end())
    name.pop_back();
  return std::find(known.begin(), known.end(), name.substr(name.rfind('-') + 1)) != known.end();
}

bool is_idle_question(std::string_view question) {
  static constexpr std::array<std::string_view, 10> known{
      "gettimeofday bash", "gettimeofday cc1",  "gettimeofday cc1obj", "gettimeofday cc1plus",
      "gettimeofday f951", "gettimeofday lto1", "gettimeofday git",    "clock_gettime make",
      "time cargo",        "time again cargo"};
  const auto end = question.find(" /");
  if (end == std::string_view::npos) return false;
  const auto asked =
      std::string(question.substr(0, end + 1)) + path::file_name(question.substr(end + 1));
  return std::find(known.begin(), known.end(), asked) != known.end();
}

}  // namespace larder::observe
