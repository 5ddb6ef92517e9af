#include "start.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <time.h>

#include "functions.h"
#include "larder/base/c_text.h"
#include "log.h"

extern char** environ;

enum { path_size = 4096, most_objects = 32, most_of_command_line = 256 * 1024 };

struct range {
  uintptr_t from, to;
};

static int started;
static int is_rustc;
static long process;
static char observed[path_size];
static char library[path_size];
static char executable[path_size];
static struct range at_start[most_objects];
static int at_start_count;
static struct object ours;
static char arguments[most_of_command_line];

const char* observed_value(void) {
  return observed;
}
const char* own_path(void) {
  return library;
}
const char* executable_path(void) {
  return executable;
}
const void* own_header(void) {
  return (const void*)ours.from;
}

int is_rustcs_own(const void* address) {
  for (int i = 0; is_rustc && i < at_start_count; ++i)
    if (at_start[i].from <= (uintptr_t)address && (uintptr_t)address < at_start[i].to) return 1;
  return 0;
}

static int look_at(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  (void)data;
  const struct object object = object_of(info);
  if (object.from <= (uintptr_t)&start && (uintptr_t)&start < object.to) {
    ours = object;
  } else if (at_start_count < most_objects) {
    at_start[at_start_count++] = (struct range){object.from, object.to};
    if (contains(object.name, "librustc_driver")) is_rustc = 1;
  }
  return 0;
}

/* The C library, the dynamic linker, and the object that the kernel provides. */
static int is_of_the_system(const char* path) {
  const char* name = file_name(path);
  return starts_with(name, "ld-") || starts_with(name, "libc.so") || starts_with(name, "libc-") ||
         starts_with(name, "libc.musl") || starts_with(name, "linux-");
}

static int note_library(struct dl_phdr_info* info, size_t size, void* data) {
  (void)size;
  (void)data;
  const struct object object = object_of(info);
  if (object.from == ours.from) return 0;
  const char* path = object.name == NULL || *object.name == '\0' ? executable : object.name;
  if (starts_with(file_name(path), "linux-") || !contains(path, "/")) return 0;
  note_path(larder_library, AT_FDCWD, path);
  if (!is_of_the_system(path) &&
      (object_imports(&object, "environ") || object_imports(&object, "__environ") ||
       object_imports(&object, "_environ")))
    note_path(larder_environ, AT_FDCWD, path);
  return 0;
}

void note_libraries(void) {
  /* In a forked process, the dynamic linker's lock may be held by a thread that does not exist
     there. The parent notes what is loaded. */
  if (unit_log != NULL && kernel(SYS_getpid) == process) dl_iterate_phdr(note_library, NULL);
}

/* Hides our variables from the program. A user's own LD_PRELOAD stays. */
static void hide(void) {
  char** to = environ;
  for (char** from = environ; *from != NULL; ++from) {
    if (value_in(*from, LARDER_OBSERVED) != NULL) continue;
    char* preload = (char*)value_in(*from, "LD_PRELOAD");
    if (preload != NULL && starts_with(preload, library)) {
      const char* rest = preload + length_of(library);
      if (*rest == '\0') continue;
      ++rest;
      copy(preload, rest, length_of(rest) + 1);
    }
    *to++ = *from;
  }
  *to = NULL;
}

static const char* variable(const char* name) {
  for (char** entry = environ; entry != NULL && *entry != NULL; ++entry) {
    const char* value = value_in(*entry, name);
    if (value != NULL) return value;
  }
  return NULL;
}

/* Reads the command line into `arguments`, each of which ends with NUL. Returns the length, or 0 if
   it is too long. */
static size_t command_line(void) {
  const int file = (int)kernel(SYS_openat, AT_FDCWD, "/proc/self/cmdline", O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  size_t length = 0;
  long count = 0;
  while (length < most_of_command_line &&
         (count = kernel(SYS_read, file, arguments + length,
                         (long)(most_of_command_line - length))) > 0)
    length += (size_t)count;
  kernel(SYS_close, file);
  return length < most_of_command_line ? length : 0;
}

/* Whether this rustc compiles a crate, rather than answers a query. */
static int compiles(size_t length) {
  int named = 0, emits = 0;
  for (size_t at = 0; at < length; at += length_of(arguments + at) + 1) {
    const char* argument = arguments + at;
    if (starts_with(argument, "--print")) return 0;
    if (starts_with(argument, "--emit")) emits = 1;
    if (is_same(argument, "--crate-name")) {
      at += length_of(argument) + 1;
      named = at < length && !is_same(arguments + at, "___");
    }
  }
  return named && emits;
}

static int is_script(void) {
  const char* name = file_name(executable);
  return (starts_with(name, "build-script-") || starts_with(name, "build_script_")) &&
         variable("OUT_DIR") != NULL;
}

static char* append_number(char* to, unsigned long number) {
  char digits[24];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while ((number /= 10) > 0);
  while (count > 0) *to++ = digits[--count];
  return to;
}

static void begin_log(size_t length) {
  static const char* const identity[] = {"OUT_DIR", "CARGO_MANIFEST_DIR", "CARGO_PKG_NAME",
                                         "CARGO_PKG_VERSION"};
  char path[path_size + 64];
  const size_t directory = length_of(observed);
  copy(path, observed, directory);
  char* end = append_number(path + directory, (unsigned long)process);
  struct timespec now = {0, 0};
  if (REAL(clock_gettime) != NULL) REAL(clock_gettime)(CLOCK_MONOTONIC, &now);
  *end++ = '-';
  end = append_number(end, (unsigned long)now.tv_sec);
  *end++ = '-';
  end = append_number(end, (unsigned long)now.tv_nsec);
  *end = '\0';
  if (length_of(path) >= sizeof observed || !open_log(path, 1)) return;
  copy(observed, path, length_of(path) + 1);
  unit_log->started = 1;
  note(is_rustc ? larder_rustc : larder_script, executable);
  for (size_t at = 0; at < length; at += length_of(arguments + at) + 1)
    note_again(larder_argument, arguments + at, length_of(arguments + at));
  if (length == 0) unit_log->full = 1;
  char current[path_size];
  if (kernel(SYS_getcwd, current, sizeof current) > 0) note(larder_directory, current);
  for (size_t i = 0; i < sizeof identity / sizeof *identity; ++i) {
    for (char** entry = environ; *entry != NULL; ++entry)
      if (value_in(*entry, identity[i]) != NULL) note(larder_identity, *entry);
  }
}

int is_unit_itself(void) {
  return is_rustc || is_script();
}

static void begin_unit(void) {
  if (!is_rustc && !is_script()) return;
  const size_t length = command_line();
  if (is_rustc && !compiles(length)) return;
  begin_log(length);
}

/* The file of `-o`: a rustc that a script starts only makes sure that it can replace it. "-" is
   standard output. */
static void note_told_output(void) {
  if (!is_rustc || !is_same(file_name(executable), "rustc")) return;
  const size_t length = command_line();
  for (size_t at = 0; at < length; at += length_of(arguments + at) + 1) {
    const char* argument = arguments + at;
    if (!starts_with(argument, "-o")) continue;
    const char* path = argument + 2;
    if (*path == '\0' && (at += sizeof "-o") < length) path = arguments + at;
    if (!is_same(path, "-")) note_output(path);
  }
}

__attribute__((constructor)) void start(void) {
  if (started) return;
  started = 1;
  find_functions();
  if (real_function(slot_syscall) == NULL || environ == NULL) return;
  const char* value = variable(LARDER_OBSERVED);
  if (value == NULL) return;
  const int saved = errno;
  process = kernel(SYS_getpid);
  dl_iterate_phdr(look_at, NULL);
  if (length_of(value) < sizeof observed && length_of(ours.name) < sizeof library) {
    copy(observed, value, length_of(value) + 1);
    copy(library, ours.name, length_of(ours.name) + 1);
    hide();
    const long size =
        kernel(SYS_readlinkat, AT_FDCWD, "/proc/self/exe", executable, (long)sizeof executable - 1);
    if (size < 0) executable[0] = '\0';
    const size_t length = length_of(observed);
    if (length > 0 && observed[length - 1] != '/') {
      if (open_log(observed, 0)) note_told_output();
    } else {
      begin_unit();
    }
    if (unit_log != NULL) __atomic_fetch_add(&unit_log->attached, 1, __ATOMIC_RELAXED);
    note_libraries();
  }
  errno = saved;
}

/* Notes libraries that were loaded later, such as proc-macros and plug-ins. */
__attribute__((destructor)) static void finish(void) {
  note_libraries();
}
