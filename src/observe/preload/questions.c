/* Functions that ask the machine for something other than files: variables, the date, the
   network. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>

#include "functions.h"
#include "larder/base/c_text.h"
#include "log.h"
#include "start.h"

#define CALLER __builtin_return_address(0)

/* Noted as "PWD /usr/bin/gcc". The reader of the log knows what this program wants it for. */
static int note_hint(const char* variable) {
  static const char* const hints[] = {"COLORTERM ", "PWD ", "TERM "};
  const size_t length = length_of(variable);
  for (unsigned i = 0; i < sizeof hints / sizeof *hints; ++i) {
    if (!starts_with(hints[i], variable) || hints[i][length] != ' ') continue;
    note_pieces(larder_hint, hints[i], length + 1, executable_path(), length_of(executable_path()));
    return 1;
  }
  return 0;
}

static void note_variable(const void* caller, const char* variable) {
  if (is_rustcs_own(caller))
    note(larder_own_variable, variable);
  else if (!note_hint(variable))
    note(larder_variable, variable);
}

#define GETENV(name)                                       \
  char* name(const char* variable);                        \
  REPLACED char* name(const char* variable) {              \
    NEED(name, NULL);                                      \
    if (unit_log != NULL) note_variable(CALLER, variable); \
    return real(variable);                                 \
  }
GETENV(getenv)
GETENV(secure_getenv)

/* Noted as "time /usr/bin/date". The reader of the log knows which programs ask once and do nothing
   with the answer. */
static void note_date(const void* caller, const char* function) {
  static int asked;
  if (unit_log == NULL || is_rustcs_own(caller)) return;
  const int again = __atomic_exchange_n(&asked, 1, __ATOMIC_RELAXED);
  char text[48];
  size_t length = length_of(function);
  copy(text, function, length);
  copy(text + length, again ? " again " : " ", again ? 7 : 1);
  length += again ? 7 : 1;
  const char* program = executable_path();
  note_pieces(larder_date, text, length, program, length_of(program));
}

#define TIME(name, type)              \
  type name(type* seconds);           \
  REPLACED type name(type* seconds) { \
    NEED(name, -1);                   \
    note_date(CALLER, "time");        \
    return real(seconds);             \
  }
TIME(time, time_t)
#if __SIZEOF_POINTER__ == 4
TIME(__time64, long long)
#endif

#define GETTIMEOFDAY(name)                     \
  int name(void* value, void* zone);           \
  REPLACED int name(void* value, void* zone) { \
    NEED(name, -1);                            \
    note_date(CALLER, "gettimeofday");         \
    return real(value, zone);                  \
  }
GETTIMEOFDAY(gettimeofday)
#if __SIZEOF_POINTER__ == 4
GETTIMEOFDAY(__gettimeofday64)
#endif

static int tells_the_date(int clock) {
  return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI ||
         clock == CLOCK_REALTIME_ALARM;
}

#define CLOCK_GETTIME(name)                                        \
  int name(clockid_t clock, struct timespec* value);               \
  REPLACED int name(clockid_t clock, struct timespec* value) {     \
    NEED(name, -1);                                                \
    if (tells_the_date(clock)) note_date(CALLER, "clock_gettime"); \
    return real(clock, value);                                     \
  }
CLOCK_GETTIME(clock_gettime)
#if __SIZEOF_POINTER__ == 4
CLOCK_GETTIME(__clock_gettime64)
#endif

#define TIMESPEC_GET(name)                              \
  int name(struct timespec* value, int base);           \
  REPLACED int name(struct timespec* value, int base) { \
    NEED(name, 0);                                      \
    note_date(CALLER, "timespec_get");                  \
    return real(value, base);                           \
  }
TIMESPEC_GET(timespec_get)
#if __SIZEOF_POINTER__ == 4
TIMESPEC_GET(__timespec_get64)
#endif

enum { family_local = 1, family_internet = 2, family_internet_6 = 10 };

struct address {
  unsigned short family;
  char path[];
};

static int is_internet(int family) {
  return family == family_internet || family == family_internet_6;
}

int socket(int family, int type, int protocol);
REPLACED int socket(int family, int type, int protocol) {
  NEED(socket, -1);
  if (is_internet(family)) note(larder_network, "socket");
  return real(family, type, protocol);
}

static void note_connection(const struct address* address, unsigned length) {
  if (unit_log == NULL || address == NULL || length < sizeof *address) return;
  if (is_internet(address->family)) note(larder_network, "connect");
  if (address->family != family_local) return;
  /* The name of an abstract socket begins with NUL. */
  size_t end = 0;
  const size_t room = length - sizeof *address;
  while (end < room && (address->path[end] != '\0' || end == 0)) ++end;
  if (end > 0 && address->path[0] == '\0')
    note_pieces(larder_socket, "@", 1, address->path + 1, end - 1);
  else
    note_pieces(larder_socket, address->path, end, "", 0);
}

int connect(int file, const struct address* address, unsigned length);
REPLACED int connect(int file, const struct address* address, unsigned length) {
  NEED(connect, -1);
  note_connection(address, length);
  return real(file, address, length);
}

/* Looking up a name of this machine may not use the network, but the answer cannot be known
   either. */
int getaddrinfo(const char* node, const char* service, const void* hints, void* result);
REPLACED int getaddrinfo(const char* node, const char* service, const void* hints, void* result) {
  NEED(getaddrinfo, -4 /* EAI_FAIL */);
  note(larder_network, "getaddrinfo");
  return real(node, service, hints, result);
}

void* gethostbyname(const char* name);
REPLACED void* gethostbyname(const char* name) {
  NEED(gethostbyname, NULL);
  note(larder_network, "gethostbyname");
  return real(name);
}

/* Whether the arguments have one of these letters as an option, as in `uname -a`. Any long option
   counts as well. */
static int has_option(const char* letters) {
  char text[512];
  const int file = (int)kernel(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 1;
  const long size = kernel(SYS_read, file, text, (long)sizeof text);
  kernel(SYS_close, file);
  int is_option = 0;
  for (long i = 1; i < size; ++i) {
    if (text[i - 1] == '\0') is_option = text[i] == '-';
    for (const char* letter = letters; is_option && *letter != '\0'; ++letter)
      if (text[i] == *letter || (text[i] == '-' && text[i - 1] == '-')) return 1;
  }
  return 0;
}

/* The kernel's names are conditions, as if the files with them had been read. The machine's name
   only counts in the unit's own code, and in `uname -a` and `uname -n`: few other programs ask
   uname for it. The programs in the list only ask for the processor. */
static void note_kernel(const void* caller) {
  static const char* const ask_for_processor[] = {"cargo", "git", "rustc", "rustdoc", "rustup"};
  if (unit_log == NULL || is_rustcs_own(caller)) return;
  const char* program = file_name(executable_path());
  for (unsigned i = 0; i < sizeof ask_for_processor / sizeof *ask_for_processor; ++i)
    if (!is_unit_itself() && is_same(program, ask_for_processor[i])) return;
  note(larder_contents, "/proc/sys/kernel/osrelease");
  note(larder_contents, "/proc/sys/kernel/version");
  if (is_unit_itself() || (is_same(program, "uname") && has_option("an")))
    note(larder_contents, "/proc/sys/kernel/hostname");
}

int uname(void* name);
REPLACED int uname(void* name) {
  NEED(uname, -1);
  const int saved = errno;
  note_kernel(CALLER);
  errno = saved;
  return real(name);
}

int gethostname(char* name, size_t size);
REPLACED int gethostname(char* name, size_t size) {
  NEED(gethostname, -1);
  if (!is_rustcs_own(CALLER)) note(larder_contents, "/proc/sys/kernel/hostname");
  return real(name, size);
}

/* Functions that read directories inside the C library, where we cannot see it. */
#define GLOB(name)                                                                  \
  int name(const char* pattern, int flags, void* on_error, void* result);           \
  REPLACED int name(const char* pattern, int flags, void* on_error, void* result) { \
    NEED(name, -1);                                                                 \
    if ((flags & (1 << 6)) == 0) note(larder_call, "glob"); /* GLOB_ALTDIRFUNC */   \
    return real(pattern, flags, on_error, result);                                  \
  }
GLOB(glob)
LARGE(GLOB, glob64, glob)

#define FTW(name)                                                  \
  int name(const char* path, void* function, int files);           \
  REPLACED int name(const char* path, void* function, int files) { \
    NEED(name, -1);                                                \
    note(larder_call, "ftw");                                      \
    return real(path, function, files);                            \
  }
FTW(ftw)
LARGE(FTW, ftw64, ftw)

#define NFTW(name)                                                            \
  int name(const char* path, void* function, int files, int flags);           \
  REPLACED int name(const char* path, void* function, int files, int flags) { \
    NEED(name, -1);                                                           \
    note(larder_call, "nftw");                                                \
    return real(path, function, files, flags);                                \
  }
NFTW(nftw)
LARGE(NFTW, nftw64, nftw)

#define FTS(name)                                                   \
  void* name(char* const* paths, int flags, void* order);           \
  REPLACED void* name(char* const* paths, int flags, void* order) { \
    NEED(name, NULL);                                               \
    note(larder_call, "fts");                                       \
    return real(paths, flags, order);                               \
  }
FTS(fts_open)
LARGE(FTS, fts64_open, fts_open)

int wordexp(const char* words, void* result, int flags);
REPLACED int wordexp(const char* words, void* result, int flags) {
  NEED(wordexp, -1);
  note(larder_call, "wordexp");
  return real(words, result, flags);
}

/* Notes a system call by its number. The calls that Rust's standard library makes are noted like
   the functions. Others that read files or start programs have too many forms to follow. */
static void note_call(long number, long a, long b, long c, long result) {
  switch (number) {
    case SYS_openat:
      if ((c & O_ACCMODE) != O_RDONLY || (c & O_CREAT) != 0)
        note_path(larder_write, (int)a, (const char*)b);
      else
        note_found(larder_contents, (int)a, (const char*)b, result >= 0);
      break;
    case SYS_statx:
      note_found((c & AT_SYMLINK_NOFOLLOW) != 0 ? larder_link : larder_presence, (int)a,
                 (const char*)b, result == 0);
      break;
    case SYS_getdents64:
      note_file(larder_listing, (int)a);
      break;
    case SYS_execve:
    case SYS_execveat:
      note(larder_call, "syscall(execve)");
      break;
#ifdef SYS_openat2
    case SYS_openat2:
      note(larder_call, "syscall(openat2)");
      break;
#endif
#ifdef SYS_open
    case SYS_open:
      if ((b & O_ACCMODE) != O_RDONLY || (b & O_CREAT) != 0)
        note_path(larder_write, AT_FDCWD, (const char*)a);
      else
        note_found(larder_contents, AT_FDCWD, (const char*)a, result >= 0);
      break;
#endif
#ifdef SYS_io_uring_setup
    case SYS_io_uring_setup:
      note(larder_call, "io_uring");
      break;
#endif
    case SYS_socket:
      if (is_internet((int)a)) note(larder_network, "socket");
      break;
    default:
      break;
  }
}

long syscall(long number, ...);
REPLACED long syscall(long number, ...) {
  va_list list;
  va_start(list, number);
  long a[6];
  for (int i = 0; i < 6; ++i) a[i] = va_arg(list, long);
  va_end(list);
  NEED(syscall, -1);
  const long result = real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  if (unit_log != NULL) note_call(number, a[0], a[1], a[2], result);
  return result;
}
