#include "answer.h"

#include <errno.h>

#include "larder/base/c_text.h"
#include "larder/cook/stub_names.h"
#include "system.h"

/* Dynamic linkers are not at work yet where LARDER_EARLY_START is defined, so no function of the C
   library is called here and no address is kept in a variable. cmake/check_stub.cmake checks both
   when the static program is linked. */

enum {
  path_size = 4096,
  /* More than the kernel accepts for arguments and variables. Pages that are not used cost nothing.
   */
  text_size = 7 << 20
};

static char text[text_size];

/* Appends to a buffer. What does not fit makes it full, and nothing is appended any more. */
struct buffer {
  char* bytes;
  size_t size, used;
  int full;
};

/* The compiler must not know the address: it would put it into a constant, which only a dynamic
   linker could fill in. */
static struct buffer buffer_of(char* bytes, size_t size) {
  __asm__("" : "+r"(bytes));
  const struct buffer out = {bytes, size, 0, 0};
  return out;
}

static void append_bytes(struct buffer* buffer, const char* bytes, size_t length) {
  buffer->full |= length > buffer->size - buffer->used;
  if (buffer->full) return;
  copy(buffer->bytes + buffer->used, bytes, length);
  buffer->used += length;
}

static void append(struct buffer* buffer, const char* words) {
  append_bytes(buffer, words, length_of(words));
}

/* With the zero byte. */
static void append_field(struct buffer* buffer, const char* words) {
  append_bytes(buffer, words, length_of(words) + 1);
}

static void append_number_field(struct buffer* buffer, size_t number) {
  char digits[24];
  char* first = digits + sizeof digits - 1;
  *first = '\0';
  do {
    *--first = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  append_field(buffer, first);
}

static size_t count(char** words) {
  size_t number = 0;
  while (words[number] != NULL) ++number;
  return number;
}

/* NULL if the variable is not set. */
static const char* variable(char** envp, const char* name) {
  for (; *envp != NULL; ++envp) {
    const char* value = value_in(*envp, name);
    if (value != NULL) return value;
  }
  return NULL;
}

/* What a call of rustc asks for; NULL if it does not say. */
struct compilation {
  const char *crate, *out_dir, *extra_filename, *emit;
};

static struct compilation read_arguments(char** arguments) {
  struct compilation out = {NULL, NULL, NULL, NULL};
  for (; *arguments != NULL; ++arguments) {
    if (starts_with(*arguments, "--emit=")) out.emit = *arguments + length_of("--emit=");
    const char* value = arguments[1];
    if (value == NULL) break;
    if (is_same(*arguments, "--crate-name")) out.crate = value;
    if (is_same(*arguments, "--out-dir")) out.out_dir = value;
    if (is_same(*arguments, "-C") && starts_with(value, "extra-filename="))
      out.extra_filename = value + length_of("extra-filename=");
  }
  return out;
}

/* The files of a dry run, found from a path in its build directory. */
struct place {
  char calls[path_size], stub[path_size];
};

static int find_place(const char* path, struct place* place) {
  size_t end = length_of(path);
  if (end + sizeof larder_dry_run_stub_name > path_size) return 0;
  copy(place->calls, path, end);
  copy(place->stub, path, end);
  for (;;) {
    size_t start = end;
    while (start > 0 && path[start - 1] != '/') --start;
    if (start == 0) return 0;
    if (end - start == length_of(larder_dry_run_build) &&
        starts_with(path + start, larder_dry_run_build)) {
      copy(place->calls + start, larder_noted_calls, sizeof larder_noted_calls);
      copy(place->stub + start, larder_dry_run_stub_name, sizeof larder_dry_run_stub_name);
      if (system_exists(place->calls) == 0 && system_exists(place->stub) == 0) return 1;
    }
    end = start - 1;
  }
}

static int append_to_file(const char* path, const char* bytes, size_t length) {
  const long file = system_open_to_append(path);
  if (file < 0) return (int)-file;
  /* Some file systems have no locks. */
  while (system_lock((int)file) == -EINTR) {
  }
  const long size = system_size((int)file);
  size_t written = 0;
  long step = 0;
  while (written < length && (step >= 0 || step == -EINTR)) {
    step = system_write((int)file, bytes + written, length - written);
    if (step > 0) written += (size_t)step;
  }
  if (written < length) system_truncate((int)file, size);
  system_close((int)file);
  return written < length ? (int)-step : 0;
}

static int record(const char* calls, char** arguments, char** envp) {
  struct buffer call = buffer_of(text, text_size);
  append_number_field(&call, count(arguments));
  append_number_field(&call, count(envp));
  while (*arguments != NULL) append_field(&call, *arguments++);
  while (*envp != NULL) append_field(&call, *envp++);
  return call.full ? E2BIG : append_to_file(calls, text, call.used);
}

static int answer_as_rustc(char** arguments, char** envp) {
  const struct compilation asked = read_arguments(arguments);
  const char* manifest = variable(envp, "CARGO_MANIFEST_DIR");
  struct place place;
  if (asked.emit == NULL || asked.crate == NULL || is_same(asked.crate, "___") ||
      asked.out_dir == NULL || manifest == NULL || *manifest != '/' ||
      !find_place(asked.out_dir, &place))
    return larder_not_answered;
  const int problem = record(place.calls, arguments, envp);
  if (problem != 0 || !starts_with(asked.crate, "build_script_")) return problem;
  char script[path_size];
  struct buffer path = buffer_of(script, sizeof script);
  append(&path, asked.out_dir);
  append(&path, "/");
  append(&path, asked.crate);
  append_field(&path, asked.extra_filename != NULL ? asked.extra_filename : "");
  if (path.full) return ENAMETOOLONG;
  system_unlink(script);
  return (int)-system_link(place.stub, script);
}

/* Cargo's hash of the unit is in PKG-HASH/out, or PKG/HASH/out in the new layout. */
static void append_unit_hash(struct buffer* buffer, const char* out_dir) {
  size_t end = length_of(out_dir);
  while (end > 0 && out_dir[end - 1] != '/') --end;
  if (end > 0) --end;
  size_t start = end;
  while (start > 0 && out_dir[start - 1] != '/' && out_dir[start - 1] != '-') --start;
  append_bytes(buffer, out_dir + start, end - start);
}

static int answer_as_script(char** argv, char** envp) {
  const char* out_dir = variable(envp, "OUT_DIR");
  struct place place;
  if (out_dir == NULL || !find_place(out_dir, &place)) return larder_not_answered;
  const int problem = record(place.calls, argv, envp);
  if (problem != 0) return problem;
  /* Otherwise cargo would put the dates of a local package into the fingerprint. The name keeps the
     fingerprints of two runs apart. */
  char line[path_size];
  struct buffer output = buffer_of(line, sizeof line);
  append(&output, "cargo:rerun-if-env-changed=LARDER_RUN_");
  append_unit_hash(&output, out_dir);
  append(&output, "\n");
  const long written = system_write(STDOUT_FILENO, line, output.used);
  return written < 0 ? (int)-written : 0;
}

int larder_answer(char** argv, char** envp) {
  if (argv[0] == NULL) return larder_not_answered;
  const char* name = file_name(argv[0]);
  if (starts_with(name, "build-script-") || starts_with(name, "build_script_"))
    return answer_as_script(argv, envp);
  if (is_same(name, larder_dry_run_stub_name) && argv[1] != NULL)
    return answer_as_rustc(argv + 1, envp);
  return larder_not_answered;
}
