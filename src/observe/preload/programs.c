/* Functions that start other programs. They put our variables into the environment of those. */
#include <alloca.h>
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/stat.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/types.h>

#include "functions.h"
#include "larder/base/c_text.h"
#include "log.h"
#include "start.h"

extern char** environ;

enum { path_size = 4096, head_size = 4096 };

static int read_at(int file, size_t at, void* to, size_t size) {
  return kernel(SYS_lseek, file, (long)at, SEEK_SET) >= 0 &&
         kernel(SYS_read, file, to, (long)size) > 0;
}

/* Whether the first library of a program is a sanitizer's runtime. It ends a program in which
   another library is loaded before it. */
static int is_sanitized(int file, const ElfW(Phdr) * segments, unsigned count,
                        const ElfW(Phdr) * dynamic) {
  ElfW(Dyn) entries[48] = {{0}};
  if (!read_at(file, dynamic->p_offset, entries, sizeof entries)) return 0;
  size_t strings = 0, needed = 0;
  for (unsigned i = 0; i < 48 && entries[i].d_tag != DT_NULL; ++i) {
    if (entries[i].d_tag == DT_STRTAB) strings = entries[i].d_un.d_ptr;
    if (entries[i].d_tag == DT_NEEDED && needed == 0) needed = entries[i].d_un.d_val;
  }
  for (unsigned i = 0; i < count; ++i) {
    const ElfW(Phdr)* segment = &segments[i];
    if (segment->p_type != PT_LOAD || strings - segment->p_vaddr >= segment->p_filesz) continue;
    char name[17] = {0};
    return read_at(file, segment->p_offset + (strings - segment->p_vaddr) + needed, name, 16) &&
           (starts_with(name, "libasan") || starts_with(name, "libclang_rt"));
  }
  return 0;
}

/* Whether an ELF file is of our architecture and names a dynamic linker, which can load us. */
static int is_loadable(int file, const char* head, long size) {
  const ElfW(Ehdr)* header = (const ElfW(Ehdr)*)head;
  const ElfW(Ehdr)* own = own_header();
  ElfW(Phdr) segments[24];
  const unsigned count = header->e_phnum < 24 ? header->e_phnum : 24;
  if (size < (long)sizeof *header || own == NULL ||
      header->e_ident[EI_CLASS] != own->e_ident[EI_CLASS] || header->e_machine != own->e_machine ||
      !read_at(file, header->e_phoff, segments, count * sizeof *segments))
    return 0;
  int loadable = 0;
  for (unsigned i = 0; i < count; ++i) {
    if (segments[i].p_type == PT_INTERP) loadable = 1;
    if (segments[i].p_type == PT_DYNAMIC && is_sanitized(file, segments, count, &segments[i]))
      return 0;
  }
  return loadable;
}

static int is_set_id(int file) {
  struct statx status = {0};
  const long result = kernel(SYS_statx, file, "", AT_EMPTY_PATH, STATX_MODE, &status);
  return result == 0 && (status.stx_mode & 06000) != 0;
}

/* Whether the library can be loaded into the program. If that is unknown, the answer is yes: if the
   library then does not begin there, the counts of programs differ. */
static int is_observable(int directory, const char* path, int depth) {
  const int file = (int)kernel(SYS_openat, directory, path, O_RDONLY | O_CLOEXEC, 0);
  if (file < 0) return 1;
  char head[head_size + 1];
  const long size = kernel(SYS_read, file, head, (long)head_size);
  int observable = 1;
  char* interpreter = NULL;
  if (size > 4 && starts_with(head, ELFMAG)) {
    observable = is_loadable(file, head, size) && !is_set_id(file);
  } else if (size > 2 && head[0] == '#' && head[1] == '!' && depth < 4) {
    head[size] = '\0';
    interpreter = head + 2;
    while (*interpreter == ' ' || *interpreter == '\t') ++interpreter;
    char* end = interpreter;
    while (*end != '\0' && *end != ' ' && *end != '\t' && *end != '\n') ++end;
    *end = '\0';
  }
  kernel(SYS_close, file);
  note_path(larder_contents, directory, path);
  if (interpreter != NULL) return is_observable(AT_FDCWD, interpreter, depth + 1);
  return observable;
}

/* Notes a program that is about to be started. Returns whether it should get our variables. */
static int note_program(int directory, const char* path) {
  if (path == NULL || *observed_value() == '\0') return 0;
  const int saved = errno;
  const int found = kernel(SYS_faccessat, directory, path, 1 /* X_OK */) == 0;
  if (!found) note_found(larder_presence, directory, path, 0);
  /* A process that outlives the build or has another root directory can no longer find the
     library. */
  const int observable = found && is_observable(directory, path, 0) &&
                         kernel(SYS_faccessat, AT_FDCWD, own_path(), 4 /* R_OK */) == 0;
  if (found && !observable) note_path(larder_static, directory, path);
  if (observable && unit_log != NULL) __atomic_fetch_add(&unit_log->started, 1, __ATOMIC_RELAXED);
  errno = saved;
  return observable;
}

/* The program was not started after all. */
static void take_back(int noted) {
  if (noted && unit_log != NULL) __atomic_fetch_sub(&unit_log->started, 1, __ATOMIC_RELAXED);
}

/* Like `note_program`, for a name that is looked up in PATH. Directories before the one that has it
   are noted as well. */
static int note_program_in_path(const char* name) {
  if (name == NULL || *observed_value() == '\0') return 0;
  if (contains(name, "/")) return note_program(AT_FDCWD, name);
  const char* directories = "/bin:/usr/bin";
  for (char** entry = environ; entry != NULL && *entry != NULL; ++entry) {
    const char* value = value_in(*entry, "PATH");
    if (value != NULL) directories = value;
  }
  const int saved = errno;
  const size_t length = length_of(name);
  int noted = 0;
  for (const char* at = directories; !noted;) {
    const char* end = at;
    while (*end != '\0' && *end != ':') ++end;
    const size_t size = (size_t)(end - at);
    char path[path_size];
    if (size + length + 2 < sizeof path) {
      copy(path, at, size);
      if (size > 0) path[size] = '/';
      copy(path + size + (size > 0), name, length + 1);
      if (kernel(SYS_faccessat, AT_FDCWD, path, 1) == 0) {
        noted = note_program(AT_FDCWD, path);
        break;
      }
      note_found(larder_presence, AT_FDCWD, path, 0);
    }
    if (*end == '\0') break;
    at = end + 1;
  }
  errno = saved;
  return noted;
}

static size_t entries(char* const* list) {
  size_t count = 0;
  while (list != NULL && list[count] != NULL) ++count;
  return count;
}

static const char* preload_of(char* const* environment) {
  for (; environment != NULL && *environment != NULL; ++environment) {
    const char* value = value_in(*environment, "LD_PRELOAD");
    if (value != NULL) return value;
  }
  return "";
}

static size_t text_size(char* const* environment) {
  return length_of(own_path()) + length_of(preload_of(environment)) + length_of(observed_value()) +
         64;
}

static char* put(char* to, const char* text) {
  const size_t length = length_of(text);
  copy(to, text, length);
  return to + length;
}

/* An environment with our variables. `out` has room for two more entries, `text` for
   `text_size`. */
static char* const* with_ours(char* const* environment, char** out, char* text) {
  const char* preload = preload_of(environment);
  *out++ = text;
  text = put(put(text, LARDER_OBSERVED "="), observed_value());
  *text++ = '\0';
  char** const first = out - 1;
  *out++ = text;
  text = put(put(text, "LD_PRELOAD="), own_path());
  if (*preload != '\0') text = put(put(text, ":"), preload);
  *text = '\0';
  for (; environment != NULL && *environment != NULL; ++environment)
    if (value_in(*environment, "LD_PRELOAD") == NULL &&
        value_in(*environment, LARDER_OBSERVED) == NULL)
      *out++ = *environment;
  *out = NULL;
  return first;
}

/* The list is on the stack of the calling function, because after vfork there is no other place. */
#define WITH_OURS(with, noted, environment)                                         \
  char** list_ = noted ? alloca((entries(environment) + 3) * sizeof(char*)) : NULL; \
  char* text_ = noted ? alloca(text_size(environment)) : NULL;                      \
  char* const* with = noted ? with_ours(environment, list_, text_) : (environment);

/* A process that becomes another program runs no destructors, so its libraries are noted before. */
#define BECOME(noting, call)          \
  const int noted = noting;           \
  WITH_OURS(with, noted, environment) \
  note_libraries();                   \
  const int result = call;            \
  take_back(noted);                   \
  return result;

int execve(const char* path, char* const arguments[], char* const environment[]);
REPLACED int execve(const char* path, char* const arguments[], char* const environment[]) {
  NEED(execve, -1);
  BECOME(note_program(AT_FDCWD, path), real(path, arguments, with))
}

int execvpe(const char* name, char* const arguments[], char* const environment[]);
REPLACED int execvpe(const char* name, char* const arguments[], char* const environment[]) {
  NEED(execvpe, -1);
  BECOME(note_program_in_path(name), real(name, arguments, with))
}

int execv(const char* path, char* const arguments[]);
REPLACED int execv(const char* path, char* const arguments[]) {
  return execve(path, arguments, environ);
}

int execvp(const char* name, char* const arguments[]);
REPLACED int execvp(const char* name, char* const arguments[]) {
  return execvpe(name, arguments, environ);
}

int execveat(int directory, const char* path, char* const arguments[], char* const environment[],
             int flags);
REPLACED int execveat(int directory, const char* path, char* const arguments[],
                      char* const environment[], int flags) {
  NEED(execveat, -1);
  if ((flags & AT_EMPTY_PATH) != 0) note(larder_call, "execveat");
  BECOME(note_program(directory, path), real(directory, path, arguments, with, flags))
}

int fexecve(int file, char* const arguments[], char* const environment[]);
REPLACED int fexecve(int file, char* const arguments[], char* const environment[]) {
  NEED(fexecve, -1);
  note(larder_call, "fexecve");
  return real(file, arguments, environment);
}

/* The variable arguments of a call as an array that ends with NULL. */
#define COLLECT(arguments, list)                          \
  size_t count = 1;                                       \
  va_list list;                                           \
  va_start(list, first);                                  \
  while (va_arg(list, char*) != NULL) ++count;            \
  va_end(list);                                           \
  char** arguments = alloca((count + 1) * sizeof(char*)); \
  va_start(list, first);                                  \
  arguments[0] = (char*)first;                            \
  for (size_t i = 1; i <= count; ++i) arguments[i] = va_arg(list, char*);

int execl(const char* path, const char* first, ...);
REPLACED int execl(const char* path, const char* first, ...) {
  COLLECT(arguments, list)
  va_end(list);
  return execve(path, arguments, environ);
}

int execlp(const char* name, const char* first, ...);
REPLACED int execlp(const char* name, const char* first, ...) {
  COLLECT(arguments, list)
  va_end(list);
  return execvpe(name, arguments, environ);
}

int execle(const char* path, const char* first, ...);
REPLACED int execle(const char* path, const char* first, ...) {
  COLLECT(arguments, list)
  char** environment = va_arg(list, char**);
  va_end(list);
  return execve(path, arguments, environment);
}

#define SPAWN(name, noting)                                                                      \
  REPLACED int name(pid_t* process, const char* path, const posix_spawn_file_actions_t* actions, \
                    const posix_spawnattr_t* attributes, char* const arguments[],                \
                    char* const environment[]) {                                                 \
    NEED(name, ENOSYS);                                                                          \
    const int noted = noting;                                                                    \
    WITH_OURS(with, noted, environment)                                                          \
    const int result = real(process, path, actions, attributes, arguments, with);                \
    if (result != 0) take_back(noted);                                                           \
    return result;                                                                               \
  }
SPAWN(posix_spawn, note_program(AT_FDCWD, path))
SPAWN(posix_spawnp, note_program_in_path(path))

/* Does what system(3) does, but with our posix_spawn. */
int waitpid(int process, int* status, int options);
int sigaction(int number, const struct sigaction* new, struct sigaction* old);
int system(const char* command);
REPLACED int system(const char* command) {
  char* arguments[] = {(char*)"sh", (char*)"-c", (char*)command, NULL};
  if (command == NULL) return 1;
  struct sigaction ignore = {.sa_handler = SIG_IGN}, interrupt, quit;
  sigset_t child, before, defaults;
  sigemptyset(&child);
  sigaddset(&child, SIGCHLD);
  sigaction(SIGINT, &ignore, &interrupt);
  sigaction(SIGQUIT, &ignore, &quit);
  sigprocmask(SIG_BLOCK, &child, &before);
  sigemptyset(&defaults);
  if (interrupt.sa_handler != SIG_IGN) sigaddset(&defaults, SIGINT);
  if (quit.sa_handler != SIG_IGN) sigaddset(&defaults, SIGQUIT);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setsigmask(&attributes, &before);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  pid_t process = -1;
  int status = -1;
  const int error = posix_spawn(&process, "/bin/sh", NULL, &attributes, arguments, environ);
  posix_spawnattr_destroy(&attributes);
  if (error == 0) {
    while (waitpid(process, &status, 0) < 0 && errno == EINTR) continue;
  } else {
    status = 127 << 8;
  }
  sigaction(SIGINT, &interrupt, NULL);
  sigaction(SIGQUIT, &quit, NULL);
  sigprocmask(SIG_SETMASK, &before, NULL);
  return status;
}

FILE* popen(const char* command, const char* mode);
REPLACED FILE* popen(const char* command, const char* mode) {
  NEED(popen, NULL);
  const int noted = note_program(AT_FDCWD, "/bin/sh");
  char** before = environ;
  WITH_OURS(with, noted, environ)
  environ = (char**)with;
  FILE* stream = real(command, mode);
  environ = before;
  if (stream == NULL) take_back(noted);
  return stream;
}

/* These end the process without running destructors. */
#define EXIT(name)                               \
  __attribute__((noreturn)) void name(int code); \
  REPLACED void name(int code) {                 \
    note_libraries();                            \
    if (REAL(name) != NULL) REAL(name)(code);    \
    for (;;) kernel(SYS_exit_group, code);       \
  }
EXIT(_exit)
EXIT(_Exit)
