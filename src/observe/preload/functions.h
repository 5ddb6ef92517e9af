/* The functions that are replaced. REAL(name) is the real one, from an object after this library,
   as with dlsym(RTLD_NEXT). dlsym itself is not used, because old C libraries have it in a separate
   library. */
#ifndef LARDER_PRELOAD_FUNCTIONS_H
#define LARDER_PRELOAD_FUNCTIONS_H

#include <link.h>
#include <stddef.h>
#include <stdint.h>

/* On 64-bit systems, the functions for large files are aliases of the others. */
/* clang-format off */
#if __SIZEOF_POINTER__ == 8
#define FUNCTIONS_64(X)
#define LARGE(macro, large, name) \
  extern __typeof__(name) large __attribute__((alias(#name), visibility("default")));
#else
#define FUNCTIONS_64(X) \
  X(open64) X(openat64) X(creat64) X(__open64_2) X(__openat64_2) X(fopen64) X(freopen64) \
  X(scandir64) X(scandirat64) X(stat64) X(lstat64) X(fstatat64) X(__xstat64) X(__lxstat64) \
  X(__fxstatat64) X(__stat64_time64) X(__lstat64_time64) X(__fstatat64_time64) X(truncate64) \
  X(mkstemp64) X(mkostemp64) X(mkstemps64) X(mkostemps64) X(__time64) X(__gettimeofday64) \
  X(__clock_gettime64) X(__timespec_get64) X(glob64) X(ftw64) X(nftw64) X(fts64_open)
#define LARGE(macro, large, name) macro(large)
#endif

#define FUNCTIONS(X) FUNCTIONS_64(X) \
  X(open) X(openat) X(creat) X(__open_2) X(__openat_2) X(fopen) X(freopen) X(opendir) \
  X(fdopendir) X(scandir) X(scandirat) X(getdents64) X(stat) X(lstat) X(fstatat) X(statx) \
  X(__xstat) X(__lxstat) X(__fxstatat) X(access) X(faccessat) X(eaccess) X(euidaccess) \
  X(readlink) X(readlinkat) X(__readlink_chk) X(__readlinkat_chk) X(realpath) \
  X(__realpath_chk) X(canonicalize_file_name) X(mkdir) X(mkdirat) X(rmdir) X(unlink) \
  X(unlinkat) X(remove) X(rename) X(renameat) X(renameat2) X(link) X(linkat) X(symlink) \
  X(symlinkat) X(truncate) X(mknod) X(mknodat) X(mkfifo) X(mkfifoat) X(chmod) X(fchmodat) \
  X(utimensat) X(mkstemp) X(mkostemp) X(mkstemps) X(mkostemps) X(mkdtemp) X(execve) \
  X(execvpe) X(posix_spawn) X(posix_spawnp) X(popen) X(fexecve) X(execveat) X(_exit) X(_Exit) \
  X(getenv) X(secure_getenv) X(time) X(gettimeofday) X(clock_gettime) X(timespec_get) \
  X(socket) X(connect) X(getaddrinfo) X(gethostbyname) X(syscall) X(mmap) X(glob) X(ftw) \
  X(nftw) X(fts_open) X(wordexp) X(uname) X(gethostname)
/* clang-format on */

#define LARDER_SLOT(name) slot_##name,
enum slot { FUNCTIONS(LARDER_SLOT) slot_count };

/* Only replaced functions are visible to other objects. */
#define REPLACED __attribute__((visibility("default")))

/* The real function, or NULL if the C library does not have it. The first call starts the
   library. */
void* real_function(enum slot slot);
#define REAL(name) ((__typeof__(&name))real_function(slot_##name))

/* Returns `failure` from a function that this C library does not have, with the error of a missing
   system call. */
#define NEED(name, failure)            \
  __typeof__(&name) real = REAL(name); \
  do {                                 \
    if (real == NULL) {                \
      errno = ENOSYS;                  \
      return failure;                  \
    }                                  \
  } while (0)

/* A file that the dynamic linker has loaded. */
struct object {
  uintptr_t base, from, to;
  const char* name;
  const ElfW(Sym) * symbols;
  const char* strings;
  const ElfW(Half) * versions;
  const uint32_t *gnu_hash, *hash;
};
struct object object_of(const struct dl_phdr_info* info);
/* Whether the object uses a variable or function of this name that belongs to another object. */
int object_imports(const struct object* object, const char* name);
/* Fills the table of real functions. */
void find_functions(void);

/* Makes a system call. Sets errno as syscall(2) does. */
#define kernel(...) (((long (*)(long, ...))real_function(slot_syscall))(__VA_ARGS__))

#endif
