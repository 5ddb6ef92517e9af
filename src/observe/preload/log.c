#include "log.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "functions.h"
#include "larder/base/c_text.h"

enum { path_size = 4096 };

struct larder_log* unit_log;
static char path_of_log[path_size];

const char* log_path(void) {
  return path_of_log;
}

/* Allocates disk space. Without it, writing to the mapping could raise SIGBUS. */
static int allocate(int file, uint32_t from, uint32_t size) {
#if __SIZEOF_POINTER__ == 8
  return kernel(SYS_fallocate, file, 0, (long)from, (long)size) == 0;
#else
  (void)file, (void)from, (void)size;
  return 0;
#endif
}

/* The same for file systems that cannot do it. Only for a new log: another process may have written
   records to a later part. */
static int fill(int file, uint32_t size) {
  static char zeros[4096];
  for (size_t written = 0; written < size; written += sizeof zeros)
    if (kernel(SYS_write, file, zeros, sizeof zeros) != (long)sizeof zeros) return 0;
  return 1;
}

/* Returns the size of the space, or 0. */
static uint32_t allocate_first(int file) {
  if (allocate(file, 0, 2 * larder_log_step)) return 2 * larder_log_step;
  return fill(file, larder_log_filled) ? larder_log_filled : 0;
}

int open_log(const char* path, int create) {
  const size_t length = length_of(path);
  if (length >= sizeof path_of_log || real_function(slot_mmap) == NULL) return 0;
  const int saved = errno;
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0);
  const int file = (int)kernel(SYS_openat, AT_FDCWD, path, flags, 0600);
  struct larder_log* log = MAP_FAILED;
  const uint32_t capacity = create && file >= 0 ? allocate_first(file) : 0;
  if (file >= 0 && (!create || capacity > 0)) {
    log = REAL(mmap)(NULL, larder_log_largest, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  if (file >= 0) kernel(SYS_close, file);
  errno = saved;
  if (log == MAP_FAILED) return 0;
  if (create) {
    log->used = sizeof *log;
    log->capacity = capacity;
    copy(log->magic, LARDER_LOG_MAGIC, sizeof log->magic);
  }
  copy(path_of_log, path, length + 1);
  unit_log = log;
  return 1;
}

/* The place of a hash in the table, or NULL if there is no room for it. */
static uint64_t* place_of(uint64_t hash) {
  for (uint32_t i = 0; i < 64; ++i) {
    uint64_t* place = &unit_log->seen[(hash + i) % larder_log_seen];
    const uint64_t there = __atomic_load_n(place, __ATOMIC_ACQUIRE);
    if (there == 0 || there == hash) return place;
  }
  return NULL;
}

static uint64_t hash_of(uint64_t hash, const char* text, size_t length) {
  for (size_t i = 0; i < length; ++i) hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
  return hash;
}

static int reserve(uint32_t end) {
  uint32_t capacity = __atomic_load_n(&unit_log->capacity, __ATOMIC_ACQUIRE);
  while (capacity < end) {
    if (capacity + larder_log_step > larder_log_largest) return 0;
    const int file = (int)kernel(SYS_openat, AT_FDCWD, path_of_log, O_RDWR | O_CLOEXEC, 0);
    const int allocated = file >= 0 && allocate(file, capacity, larder_log_step);
    if (file >= 0) kernel(SYS_close, file);
    if (!allocated) return 0;
    uint32_t expected = capacity;
    __atomic_compare_exchange_n(&unit_log->capacity, &expected, capacity + larder_log_step, 0,
                                __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
    capacity = __atomic_load_n(&unit_log->capacity, __ATOMIC_ACQUIRE);
  }
  return 1;
}

static void append(enum larder_record kind, const char* a, size_t a_length, const char* b,
                   size_t b_length) {
  const size_t length = a_length + b_length;
  const uint32_t size = 4 + (uint32_t)((length + 3) & ~(size_t)3);
  uint32_t at = larder_log_largest;
  if (length < 1 << 20 && __atomic_load_n(&unit_log->used, __ATOMIC_RELAXED) < larder_log_largest)
    at = __atomic_fetch_add(&unit_log->used, size, __ATOMIC_RELAXED);
  if (at >= larder_log_largest - size || !reserve(at + size)) {
    __atomic_store_n(&unit_log->full, 1, __ATOMIC_RELAXED);
    return;
  }
  char* record = (char*)unit_log + at;
  copy(record + 4, a, a_length);
  copy(record + 4 + a_length, b, b_length);
  __atomic_store_n((uint32_t*)record, (uint32_t)length << 8 | (uint32_t)kind, __ATOMIC_RELEASE);
}

/* A hash is entered after its record was written. Otherwise, a process that is killed in between
   would hide the record from the others. */
void note_pieces(enum larder_record kind, const char* a, size_t a_length, const char* b,
                 size_t b_length) {
  if (unit_log == NULL) return;
  uint64_t hash = 0xcbf29ce484222325 ^ (uint64_t)kind;
  hash = hash_of(hash_of(hash * 0x100000001b3, a, a_length), b, b_length);
  hash ^= hash >> 29;
  if (hash == 0) hash = 1;
  uint64_t* place = place_of(hash);
  if (place != NULL && __atomic_load_n(place, __ATOMIC_ACQUIRE) == hash) return;
  const int saved = errno;
  append(kind, a, a_length, b, b_length);
  errno = saved;
  uint64_t none = 0;
  if (place != NULL)
    __atomic_compare_exchange_n(place, &none, hash, 0, __ATOMIC_RELEASE, __ATOMIC_RELAXED);
}

void note(enum larder_record kind, const char* text) {
  note_pieces(kind, text, length_of(text), "", 0);
}

void note_again(enum larder_record kind, const char* text, size_t length) {
  const int saved = errno;
  if (unit_log != NULL) append(kind, text, length, "", 0);
  errno = saved;
}

/* Writes the path of an open file, without NUL. Returns its length, or 0. */
static size_t path_of_file(int file, char* path) {
  char link[32] = "/proc/self/fd/";
  char digits[12];
  size_t count = 0;
  unsigned rest = (unsigned)file;
  do digits[count++] = (char)('0' + rest % 10);
  while ((rest /= 10) > 0);
  size_t at = length_of(link);
  while (count > 0) link[at++] = digits[--count];
  link[at] = '\0';
  const long length = kernel(SYS_readlinkat, AT_FDCWD, link, path, (long)path_size - 1);
  return length > 0 && path[0] == '/' ? (size_t)length : 0;
}

void note_path(enum larder_record kind, int directory, const char* path) {
  if (unit_log == NULL || path == NULL || *path == '\0') return;
  if (*path == '/') {
    note(kind, path);
    return;
  }
  const int saved = errno;
  char base[path_size + 1];
  size_t length = 0;
  if (directory == AT_FDCWD) {
    const long size = kernel(SYS_getcwd, base, (long)path_size);
    length = size > 1 && base[0] == '/' ? (size_t)size - 1 : 0;
  } else {
    length = path_of_file(directory, base);
  }
  if (length == 0) {
    note(larder_call, "a directory that cannot be named");
  } else {
    base[length] = '/';
    note_pieces(kind, base, length + 1, path, length_of(path));
  }
  errno = saved;
}

void note_file(enum larder_record kind, int file) {
  if (unit_log == NULL) return;
  const int saved = errno;
  char path[path_size];
  const size_t length = path_of_file(file, path);
  if (length > 0) note_pieces(kind, path, length, "", 0);
  errno = saved;
}

/* The path of `note_output`. */
static char output[path_size];

void note_output(const char* path) {
  const size_t length = length_of(path);
  if (unit_log == NULL || length == 0 || length >= sizeof output) return;
  copy(output, path, length + 1);
  note_path(larder_output, AT_FDCWD, path);
}

void note_found(enum larder_record kind, int directory, const char* path, int found) {
  if (unit_log == NULL || path == NULL) return;
  if (kind == larder_presence && *output != '\0' && is_same(path, output)) return;
  const int saved = errno;
  if (!found) {
    const int nothing = saved == ENOENT || saved == ENOTDIR;
    kind = nothing ? larder_absence : larder_presence;
  }
  note_path(kind, directory, path);
  errno = saved;
}

void note_change(int directory, const char* path, int failed) {
  if (!failed) {
    note_path(larder_write, directory, path);
    return;
  }
  note_found(larder_presence, directory, path, 0);
  note_refusal(directory, path);
}

void note_refusal(int directory, const char* path) {
  if (errno == EACCES || errno == EPERM || errno == EROFS)
    note_path(larder_writability, directory, path);
}
