/* Functions that look at files: open, stat, access, readlink, directories. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>

#include "functions.h"
#include "larder/base/c_text.h"
#include "log.h"

/* Notes what a file was opened for. Opening a directory does not read it. */
static void note_open(int directory, const char* path, int flags, int file) {
  if (unit_log == NULL) return;
  const int saved = errno;
  const int writes = (flags & O_ACCMODE) != O_RDONLY || (flags & (O_CREAT | O_TRUNC)) != 0;
  if (writes) {
    note_change(directory, path, file < 0);
  } else if (file < 0) {
    note_found(larder_presence, directory, path, 0);
  } else if ((flags & (O_PATH | O_DIRECTORY)) != 0 ||
             (kernel(SYS_getdents64, file, NULL, 0) < 0 ? errno != ENOTDIR : 1)) {
    note_path(larder_presence, directory, path);
  } else {
    note_path(larder_contents, directory, path);
  }
  errno = saved;
}

/* Called before a file is opened for writing. Unless it is truncated, an existing file may be read
   as well, and whether it exists matters in any case. */
static void note_before(int directory, const char* path, int flags) {
  if (unit_log == NULL || (flags & O_ACCMODE) == O_RDONLY || (flags & O_TRUNC) != 0 || path == NULL)
    return;
  const int saved = errno;
  const int there = kernel(SYS_faccessat, directory, path, 0) == 0;
  note_found((flags & O_ACCMODE) == O_RDWR ? larder_contents : larder_presence, directory, path,
             there);
  errno = saved;
}

#define MODE                                                   \
  int mode = 0;                                                \
  if ((flags & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) != 0) { \
    va_list arguments;                                         \
    va_start(arguments, flags);                                \
    mode = va_arg(arguments, int);                             \
    va_end(arguments);                                         \
  }

#define OPEN(name)                                      \
  int name(const char* path, int flags, ...);           \
  REPLACED int name(const char* path, int flags, ...) { \
    NEED(name, -1);                                     \
    MODE note_before(AT_FDCWD, path, flags);            \
    const int file = real(path, flags, mode);           \
    note_open(AT_FDCWD, path, flags, file);             \
    return file;                                        \
  }
OPEN(open)
LARGE(OPEN, open64, open)

#define OPENAT(name)                                                   \
  int name(int directory, const char* path, int flags, ...);           \
  REPLACED int name(int directory, const char* path, int flags, ...) { \
    NEED(name, -1);                                                    \
    MODE note_before(directory, path, flags);                          \
    const int file = real(directory, path, flags, mode);               \
    note_open(directory, path, flags, file);                           \
    return file;                                                       \
  }
OPENAT(openat)
LARGE(OPENAT, openat64, openat)

#define OPEN_2(name)                               \
  int name(const char* path, int flags);           \
  REPLACED int name(const char* path, int flags) { \
    NEED(name, -1);                                \
    note_before(AT_FDCWD, path, flags);            \
    const int file = real(path, flags);            \
    note_open(AT_FDCWD, path, flags, file);        \
    return file;                                   \
  }
OPEN_2(__open_2)
LARGE(OPEN_2, __open64_2, __open_2)

#define OPENAT_2(name)                                            \
  int name(int directory, const char* path, int flags);           \
  REPLACED int name(int directory, const char* path, int flags) { \
    NEED(name, -1);                                               \
    note_before(directory, path, flags);                          \
    const int file = real(directory, path, flags);                \
    note_open(directory, path, flags, file);                      \
    return file;                                                  \
  }
OPENAT_2(__openat_2)
LARGE(OPENAT_2, __openat64_2, __openat_2)

#define CREAT(name)                                                \
  int name(const char* path, mode_t mode);                         \
  REPLACED int name(const char* path, mode_t mode) {               \
    NEED(name, -1);                                                \
    const int file = real(path, mode);                             \
    note_open(AT_FDCWD, path, O_WRONLY | O_CREAT | O_TRUNC, file); \
    return file;                                                   \
  }
CREAT(creat)
LARGE(CREAT, creat64, creat)

static int flags_of(const char* mode) {
  int flags = O_RDONLY;
  if (*mode == 'w') flags = O_WRONLY | O_CREAT | O_TRUNC;
  if (*mode == 'a') flags = O_WRONLY | O_CREAT;
  if (contains(mode, "+")) flags = (flags & ~O_ACCMODE) | O_RDWR;
  return flags;
}

static void note_stream(const char* path, const char* mode, FILE* stream) {
  if (path != NULL) note_open(AT_FDCWD, path, flags_of(mode), stream == NULL ? -1 : fileno(stream));
}

#define FOPEN(name)                                         \
  FILE* name(const char* path, const char* mode);           \
  REPLACED FILE* name(const char* path, const char* mode) { \
    NEED(name, NULL);                                       \
    note_before(AT_FDCWD, path, flags_of(mode));            \
    FILE* stream = real(path, mode);                        \
    note_stream(path, mode, stream);                        \
    return stream;                                          \
  }
FOPEN(fopen)
LARGE(FOPEN, fopen64, fopen)

#define FREOPEN(name)                                                  \
  FILE* name(const char* path, const char* mode, FILE* old);           \
  REPLACED FILE* name(const char* path, const char* mode, FILE* old) { \
    NEED(name, NULL);                                                  \
    note_before(AT_FDCWD, path, flags_of(mode));                       \
    FILE* stream = real(path, mode, old);                              \
    note_stream(path, mode, stream);                                   \
    return stream;                                                     \
  }
FREOPEN(freopen)
LARGE(FREOPEN, freopen64, freopen)

void* opendir(const char* path);
REPLACED void* opendir(const char* path) {
  NEED(opendir, NULL);
  void* directory = real(path);
  note_found(larder_listing, AT_FDCWD, path, directory != NULL);
  return directory;
}

void* fdopendir(int file);
REPLACED void* fdopendir(int file) {
  NEED(fdopendir, NULL);
  note_file(larder_listing, file);
  return real(file);
}

typedef int Filter(const void*);
typedef int Order(const void*, const void*);

#define SCANDIR(name)                                                                \
  int name(const char* path, void* entries, Filter* filter, Order* order);           \
  REPLACED int name(const char* path, void* entries, Filter* filter, Order* order) { \
    NEED(name, -1);                                                                  \
    const int count = real(path, entries, filter, order);                            \
    note_found(larder_listing, AT_FDCWD, path, count >= 0);                          \
    return count;                                                                    \
  }
SCANDIR(scandir)
LARGE(SCANDIR, scandir64, scandir)

#define SCANDIRAT(name)                                                                   \
  int name(int directory, const char* path, void* entries, Filter* filter, Order* order); \
  REPLACED int name(int directory, const char* path, void* entries, Filter* filter,       \
                    Order* order) {                                                       \
    NEED(name, -1);                                                                       \
    const int count = real(directory, path, entries, filter, order);                      \
    note_found(larder_listing, directory, path, count >= 0);                              \
    return count;                                                                         \
  }
SCANDIRAT(scandirat)
LARGE(SCANDIRAT, scandirat64, scandirat)

ssize_t getdents64(int file, void* buffer, size_t size);
REPLACED ssize_t getdents64(int file, void* buffer, size_t size) {
  NEED(getdents64, -1);
  note_file(larder_listing, file);
  return real(file, buffer, size);
}

/* stat follows a link, lstat looks at the link itself. */
#define STAT(name, kind)                              \
  int name(const char* path, void* status);           \
  REPLACED int name(const char* path, void* status) { \
    NEED(name, -1);                                   \
    const int result = real(path, status);            \
    note_found(kind, AT_FDCWD, path, result == 0);    \
    return result;                                    \
  }
#define STAT_THROUGH(name) STAT(name, larder_presence)
#define STAT_ITSELF(name) STAT(name, larder_link)
STAT_THROUGH(stat)
LARGE(STAT_THROUGH, stat64, stat)
STAT_ITSELF(lstat)
LARGE(STAT_ITSELF, lstat64, lstat)
#if __SIZEOF_POINTER__ == 4
STAT_THROUGH(__stat64_time64)
STAT_ITSELF(__lstat64_time64)
#endif

static enum larder_record kind_of(int flags) {
  return (flags & AT_SYMLINK_NOFOLLOW) != 0 ? larder_link : larder_presence;
}

#define FSTATAT(name)                                                           \
  int name(int directory, const char* path, void* status, int flags);           \
  REPLACED int name(int directory, const char* path, void* status, int flags) { \
    NEED(name, -1);                                                             \
    const int result = real(directory, path, status, flags);                    \
    note_found(kind_of(flags), directory, path, result == 0);                   \
    return result;                                                              \
  }
FSTATAT(fstatat)
LARGE(FSTATAT, fstatat64, fstatat)
#if __SIZEOF_POINTER__ == 4
FSTATAT(__fstatat64_time64)
#endif

#define XSTAT(name, kind)                                          \
  int name(int version, const char* path, void* status);           \
  REPLACED int name(int version, const char* path, void* status) { \
    NEED(name, -1);                                                \
    const int result = real(version, path, status);                \
    note_found(kind, AT_FDCWD, path, result == 0);                 \
    return result;                                                 \
  }
#define XSTAT_THROUGH(name) XSTAT(name, larder_presence)
#define XSTAT_ITSELF(name) XSTAT(name, larder_link)
XSTAT_THROUGH(__xstat)
LARGE(XSTAT_THROUGH, __xstat64, __xstat)
XSTAT_ITSELF(__lxstat)
LARGE(XSTAT_ITSELF, __lxstat64, __lxstat)

#define FXSTATAT(name)                                                                       \
  int name(int version, int directory, const char* path, void* status, int flags);           \
  REPLACED int name(int version, int directory, const char* path, void* status, int flags) { \
    NEED(name, -1);                                                                          \
    const int result = real(version, directory, path, status, flags);                        \
    note_found(kind_of(flags), directory, path, result == 0);                                \
    return result;                                                                           \
  }
FXSTATAT(__fxstatat)
LARGE(FXSTATAT, __fxstatat64, __fxstatat)

int statx(int directory, const char* path, int flags, unsigned mask, void* status);
REPLACED int statx(int directory, const char* path, int flags, unsigned mask, void* status) {
  NEED(statx, -1);
  const int result = real(directory, path, flags, mask, status);
  note_found(kind_of(flags), directory, path, result == 0);
  return result;
}

static void note_access(int directory, const char* path, int mode, int found) {
  note_found(larder_presence, directory, path, found);
  if ((mode & 2 /* W_OK */) != 0) note_path(larder_writability, directory, path);
}

#define ACCESS(name)                                \
  int name(const char* path, int mode);             \
  REPLACED int name(const char* path, int mode) {   \
    NEED(name, -1);                                 \
    const int result = real(path, mode);            \
    note_access(AT_FDCWD, path, mode, result == 0); \
    return result;                                  \
  }
ACCESS(access)
ACCESS(eaccess)
ACCESS(euidaccess)

int faccessat(int directory, const char* path, int mode, int flags);
REPLACED int faccessat(int directory, const char* path, int mode, int flags) {
  NEED(faccessat, -1);
  const int result = real(directory, path, mode, flags);
  note_access(directory, path, mode, result == 0);
  return result;
}

/* EINVAL means that there is a file, but it is not a link. */
static void note_link(int directory, const char* path, ssize_t length) {
  note_found(larder_link, directory, path, length >= 0 || errno == EINVAL);
}

ssize_t readlink(const char* path, char* buffer, size_t size);
REPLACED ssize_t readlink(const char* path, char* buffer, size_t size) {
  NEED(readlink, -1);
  const ssize_t length = real(path, buffer, size);
  note_link(AT_FDCWD, path, length);
  return length;
}

ssize_t readlinkat(int directory, const char* path, char* buffer, size_t size);
REPLACED ssize_t readlinkat(int directory, const char* path, char* buffer, size_t size) {
  NEED(readlinkat, -1);
  const ssize_t length = real(directory, path, buffer, size);
  note_link(directory, path, length);
  return length;
}

ssize_t __readlink_chk(const char* path, char* buffer, size_t size, size_t room);
REPLACED ssize_t __readlink_chk(const char* path, char* buffer, size_t size, size_t room) {
  NEED(__readlink_chk, -1);
  const ssize_t length = real(path, buffer, size, room);
  note_link(AT_FDCWD, path, length);
  return length;
}

ssize_t __readlinkat_chk(int directory, const char* path, char* buffer, size_t size, size_t room);
REPLACED ssize_t __readlinkat_chk(int directory, const char* path, char* buffer, size_t size,
                                  size_t room) {
  NEED(__readlinkat_chk, -1);
  const ssize_t length = real(directory, path, buffer, size, room);
  note_link(directory, path, length);
  return length;
}

char* realpath(const char* path, char* resolved);
REPLACED char* realpath(const char* path, char* resolved) {
  NEED(realpath, NULL);
  char* result = real(path, resolved);
  note_found(larder_real_path, AT_FDCWD, path, result != NULL);
  return result;
}

char* __realpath_chk(const char* path, char* resolved, size_t room);
REPLACED char* __realpath_chk(const char* path, char* resolved, size_t room) {
  NEED(__realpath_chk, NULL);
  char* result = real(path, resolved, room);
  note_found(larder_real_path, AT_FDCWD, path, result != NULL);
  return result;
}

char* canonicalize_file_name(const char* path);
REPLACED char* canonicalize_file_name(const char* path) {
  NEED(canonicalize_file_name, NULL);
  char* result = real(path);
  note_found(larder_real_path, AT_FDCWD, path, result != NULL);
  return result;
}
