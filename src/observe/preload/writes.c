/* Functions that change files and directories. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/types.h>

#include "functions.h"
#include "log.h"

struct timespec;

#define ONE_PATH(name)                        \
  int name(const char* path);                 \
  REPLACED int name(const char* path) {       \
    NEED(name, -1);                           \
    const int result = real(path);            \
    note_change(AT_FDCWD, path, result != 0); \
    return result;                            \
  }
ONE_PATH(rmdir)
ONE_PATH(unlink)
ONE_PATH(remove)

#define PATH_AND(name, type)                        \
  int name(const char* path, type value);           \
  REPLACED int name(const char* path, type value) { \
    NEED(name, -1);                                 \
    const int result = real(path, value);           \
    note_change(AT_FDCWD, path, result != 0);       \
    return result;                                  \
  }
PATH_AND(mkdir, mode_t)
PATH_AND(mkfifo, mode_t)
PATH_AND(chmod, mode_t)
PATH_AND(truncate, off_t)
#if __SIZEOF_POINTER__ == 4
PATH_AND(truncate64, long long)
#else
LARGE(PATH_AND, truncate64, truncate)
#endif

#define AT_PATH_AND(name, type)                                    \
  int name(int directory, const char* path, type value);           \
  REPLACED int name(int directory, const char* path, type value) { \
    NEED(name, -1);                                                \
    const int result = real(directory, path, value);               \
    note_change(directory, path, result != 0);                     \
    return result;                                                 \
  }
AT_PATH_AND(mkdirat, mode_t)
AT_PATH_AND(mkfifoat, mode_t)
AT_PATH_AND(unlinkat, int)

int mknod(const char* path, mode_t mode, dev_t device);
REPLACED int mknod(const char* path, mode_t mode, dev_t device) {
  NEED(mknod, -1);
  const int result = real(path, mode, device);
  note_change(AT_FDCWD, path, result != 0);
  return result;
}

int mknodat(int directory, const char* path, mode_t mode, dev_t device);
REPLACED int mknodat(int directory, const char* path, mode_t mode, dev_t device) {
  NEED(mknodat, -1);
  const int result = real(directory, path, mode, device);
  note_change(directory, path, result != 0);
  return result;
}

int fchmodat(int directory, const char* path, mode_t mode, int flags);
REPLACED int fchmodat(int directory, const char* path, mode_t mode, int flags) {
  NEED(fchmodat, -1);
  const int result = real(directory, path, mode, flags);
  note_change(directory, path, result != 0);
  return result;
}

int utimensat(int directory, const char* path, const struct timespec* times, int flags);
REPLACED int utimensat(int directory, const char* path, const struct timespec* times, int flags) {
  NEED(utimensat, -1);
  const int result = real(directory, path, times, flags);
  if (path != NULL) note_change(directory, path, result != 0);
  return result;
}

/* A file that is moved or linked counts as read as well. */
static void note_pair(int from_directory, const char* from, int to_directory, const char* to,
                      int moves, int result) {
  if (result == 0) {
    note_path(larder_contents, from_directory, from);
    if (moves) note_path(larder_write, from_directory, from);
    note_path(larder_write, to_directory, to);
  } else {
    note_found(larder_presence, from_directory, from, 0);
    note_refusal(from_directory, from);
    note_refusal(to_directory, to);
  }
}

#define PAIR(name, moves)                                   \
  int name(const char* from, const char* to);               \
  REPLACED int name(const char* from, const char* to) {     \
    NEED(name, -1);                                         \
    const int result = real(from, to);                      \
    note_pair(AT_FDCWD, from, AT_FDCWD, to, moves, result); \
    return result;                                          \
  }
PAIR(rename, 1)
PAIR(link, 0)

int renameat(int from_directory, const char* from, int to_directory, const char* to);
REPLACED int renameat(int from_directory, const char* from, int to_directory, const char* to) {
  NEED(renameat, -1);
  const int result = real(from_directory, from, to_directory, to);
  note_pair(from_directory, from, to_directory, to, 1, result);
  return result;
}

int renameat2(int from_directory, const char* from, int to_directory, const char* to,
              unsigned flags);
REPLACED int renameat2(int from_directory, const char* from, int to_directory, const char* to,
                       unsigned flags) {
  NEED(renameat2, -1);
  const int result = real(from_directory, from, to_directory, to, flags);
  note_pair(from_directory, from, to_directory, to, 1, result);
  return result;
}

int linkat(int from_directory, const char* from, int to_directory, const char* to, int flags);
REPLACED int linkat(int from_directory, const char* from, int to_directory, const char* to,
                    int flags) {
  NEED(linkat, -1);
  const int result = real(from_directory, from, to_directory, to, flags);
  note_pair(from_directory, from, to_directory, to, 0, result);
  return result;
}

/* The target of a new symbolic link is only text: nothing is read there. */
int symlink(const char* target, const char* path);
REPLACED int symlink(const char* target, const char* path) {
  NEED(symlink, -1);
  const int result = real(target, path);
  note_change(AT_FDCWD, path, result != 0);
  return result;
}

int symlinkat(const char* target, int directory, const char* path);
REPLACED int symlinkat(const char* target, int directory, const char* path) {
  NEED(symlinkat, -1);
  const int result = real(target, directory, path);
  note_change(directory, path, result != 0);
  return result;
}

#define TEMPORARY(name)                       \
  int name(char* pattern);                    \
  REPLACED int name(char* pattern) {          \
    NEED(name, -1);                           \
    const int file = real(pattern);           \
    note_change(AT_FDCWD, pattern, file < 0); \
    return file;                              \
  }
TEMPORARY(mkstemp)
LARGE(TEMPORARY, mkstemp64, mkstemp)

#define TEMPORARY_AND(name)                     \
  int name(char* pattern, int value);           \
  REPLACED int name(char* pattern, int value) { \
    NEED(name, -1);                             \
    const int file = real(pattern, value);      \
    note_change(AT_FDCWD, pattern, file < 0);   \
    return file;                                \
  }
TEMPORARY_AND(mkostemp)
LARGE(TEMPORARY_AND, mkostemp64, mkostemp)
TEMPORARY_AND(mkstemps)
LARGE(TEMPORARY_AND, mkstemps64, mkstemps)

#define TEMPORARY_AND_2(name)                               \
  int name(char* pattern, int suffix, int flags);           \
  REPLACED int name(char* pattern, int suffix, int flags) { \
    NEED(name, -1);                                         \
    const int file = real(pattern, suffix, flags);          \
    note_change(AT_FDCWD, pattern, file < 0);               \
    return file;                                            \
  }
TEMPORARY_AND_2(mkostemps)
LARGE(TEMPORARY_AND_2, mkostemps64, mkostemps)

char* mkdtemp(char* pattern);
REPLACED char* mkdtemp(char* pattern) {
  NEED(mkdtemp, NULL);
  char* path = real(pattern);
  note_change(AT_FDCWD, pattern, path == NULL);
  return path;
}
