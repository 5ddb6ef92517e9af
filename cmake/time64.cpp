// On 32-bit systems, libstdc++ of GCC 12 was built with 32-bit times. It fails with EOVERFLOW for a
// file that is dated after 2038, as our own marker is. The linker redirects its calls here
// (--wrap). None of our code asks libstdc++ for times, so later ones may be cut off.

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace {

timespec cut_off(const statx_timestamp& time) {
  constexpr std::int64_t least = std::numeric_limits<std::int32_t>::min();
  constexpr std::int64_t most = std::numeric_limits<std::int32_t>::max();
  timespec out{};
  out.tv_sec = static_cast<time_t>(std::clamp<std::int64_t>(time.tv_sec, least, most));
  out.tv_nsec = static_cast<decltype(out.tv_nsec)>(time.tv_nsec);
  return out;
}

int look_at(int directory, const char* path, int flags, struct stat64* out) {
  struct statx seen {};
  if (::statx(directory, path, flags, STATX_BASIC_STATS, &seen) != 0) return -1;
  *out = {};
  out->st_dev = makedev(seen.stx_dev_major, seen.stx_dev_minor);
  out->st_rdev = makedev(seen.stx_rdev_major, seen.stx_rdev_minor);
  out->st_ino = seen.stx_ino;
  out->st_mode = seen.stx_mode;
  out->st_nlink = seen.stx_nlink;
  out->st_uid = seen.stx_uid;
  out->st_gid = seen.stx_gid;
  out->st_size = static_cast<off64_t>(seen.stx_size);
  out->st_blksize = static_cast<blksize_t>(seen.stx_blksize);
  out->st_blocks = static_cast<blkcnt64_t>(seen.stx_blocks);
  out->st_atim = cut_off(seen.stx_atime);
  out->st_mtim = cut_off(seen.stx_mtime);
  out->st_ctim = cut_off(seen.stx_ctime);
  return 0;
}

}  // namespace

// The names are the linker's. NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

int __wrap_stat64(const char* path, struct stat64* out) {
  return look_at(AT_FDCWD, path, 0, out);
}

int __wrap_lstat64(const char* path, struct stat64* out) {
  return look_at(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, out);
}

int __wrap_fstat64(int file, struct stat64* out) {
  return look_at(file, "", AT_EMPTY_PATH, out);
}
}
// NOLINTEND(bugprone-reserved-identifier)
