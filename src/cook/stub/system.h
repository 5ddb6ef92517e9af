/* System calls, which also work before the C library is initialised where LARDER_EARLY_START is
   defined. They return a negative errno(3) on failure. */
#ifndef LARDER_STUB_SYSTEM_H
#define LARDER_STUB_SYSTEM_H

#include <fcntl.h>
#include <stddef.h>
#include <sys/file.h>
#include <unistd.h>

#ifdef LARDER_EARLY_START

#include <sys/syscall.h>

static inline long system_call(long number, long a, long b, long c, long d) {
#if defined __x86_64__
  long result;
  register long fourth __asm__("r10") = d;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(fourth)
                   : "rcx", "r11", "memory");
  return result;
#elif defined __aarch64__
  register long result __asm__("x0") = a;
  register long second __asm__("x1") = b;
  register long third __asm__("x2") = c;
  register long fourth __asm__("x3") = d;
  register long call __asm__("x8") = number;
  __asm__ volatile("svc 0"
                   : "+r"(result)
                   : "r"(second), "r"(third), "r"(fourth), "r"(call)
                   : "memory");
  return result;
#endif
}

static inline long system_exists(const char* path) {
  return system_call(SYS_faccessat, AT_FDCWD, (long)path, F_OK, 0);
}

static inline long system_open_to_append(const char* path) {
  return system_call(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_APPEND | O_CLOEXEC, 0);
}

static inline long system_lock(int file) {
  return system_call(SYS_flock, file, LOCK_EX, 0, 0);
}

static inline long system_write(int file, const char* bytes, size_t length) {
  return system_call(SYS_write, file, (long)bytes, (long)length, 0);
}

static inline long system_size(int file) {
  return system_call(SYS_lseek, file, 0, SEEK_END, 0);
}

static inline long system_truncate(int file, long size) {
  return system_call(SYS_ftruncate, file, size, 0, 0);
}

/* This also ends the lock. */
static inline void system_close(int file) {
  system_call(SYS_close, file, 0, 0, 0);
}

static inline long system_unlink(const char* path) {
  return system_call(SYS_unlinkat, AT_FDCWD, (long)path, 0, 0);
}

static inline long system_link(const char* to, const char* at) {
  return system_call(SYS_symlinkat, (long)to, AT_FDCWD, (long)at, 0);
}

#else

#include <errno.h>

static inline long result_of(long result) {
  return result < 0 ? -errno : result;
}

static inline long system_exists(const char* path) {
  return result_of(access(path, F_OK));
}

static inline long system_open_to_append(const char* path) {
  return result_of(open(path, O_WRONLY | O_APPEND | O_CLOEXEC));
}

static inline long system_lock(int file) {
  return result_of(flock(file, LOCK_EX));
}

static inline long system_write(int file, const char* bytes, size_t length) {
  return result_of(write(file, bytes, length));
}

static inline long system_size(int file) {
  return result_of((long)lseek(file, 0, SEEK_END));
}

static inline long system_truncate(int file, long size) {
  return result_of(ftruncate(file, size));
}

static inline void system_close(int file) {
  close(file);
}

static inline long system_unlink(const char* path) {
  return result_of(unlink(path));
}

static inline long system_link(const char* to, const char* at) {
  return result_of(symlink(to, at));
}

#endif

#endif
