#include "log.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "functions.h"
#include "text.h"

enum { path_size = 4096 };

struct larder_log* unit_log;
static char path_of_log[path_size];

const char* log_path(void) {
  return path_of_log;
}

/* Allocates disk space for the step that begins at `from`. Without it, writing to the mapping could
   raise SIGBUS. */
static int allocate(int file, uint32_t from) {
#if __SIZEOF_POINTER__ == 8
  if (kernel(SYS_fallocate, file, 0, (long)from, (long)larder_log_step) == 0) return 1;
#endif
  static char zeros[4096];
  if (kernel(SYS_lseek, file, (long)from, SEEK_SET) < 0) return 0;
  for (size_t written = 0; written < larder_log_step; written += sizeof zeros)
    if (kernel(SYS_write, file, zeros, sizeof zeros) != (long)sizeof zeros) return 0;
  return 1;
}

int open_log(const char* path, int create) {
  const size_t length = length_of(path);
  if (length >= sizeof path_of_log || real_function(slot_mmap) == NULL) return 0;
  const int saved = errno;
  const int flags = O_RDWR | O_CLOEXEC | O_NOFOLLOW | (create ? O_CREAT | O_EXCL : 0);
  const int file = (int)kernel(SYS_openat, AT_FDCWD, path, flags, 0600);
  struct larder_log* log = MAP_FAILED;
  if (file >= 0 && (!create || (allocate(file, 0) && allocate(file, larder_log_step)))) {
    log = REAL(mmap)(NULL, larder_log_largest, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  }
  if (file >= 0) kernel(SYS_close, file);
  errno = saved;
  if (log == MAP_FAILED) return 0;
  if (create) {
    log->used = sizeof *log;
    log->capacity = 2 * larder_log_step;
    copy(log->magic, LARDER_LOG_MAGIC, sizeof log->magic);
  }
  copy(path_of_log, path, length + 1);
  unit_log = log;
  return 1;
}

/* False if the record is there already. */
static int is_new(uint64_t hash) {
  for (uint32_t i = 0; i < 64; ++i) {
    uint64_t* slot = &unit_log->seen[(hash + i) % larder_log_seen];
    uint64_t there = __atomic_load_n(slot, __ATOMIC_RELAXED);
    if (there == 0 &&
        __atomic_compare_exchange_n(slot, &there, hash, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
      return 1;
    if (there == hash) return 0;
  }
  return 1;
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
    const int allocated = file >= 0 && allocate(file, capacity);
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

int note_pieces(enum larder_record kind, const char* a, size_t a_length, const char* b,
                size_t b_length) {
  if (unit_log == NULL) return 0;
  uint64_t hash = 0xcbf29ce484222325 ^ (uint64_t)kind;
  hash = hash_of(hash_of(hash * 0x100000001b3, a, a_length), b, b_length);
  hash ^= hash >> 29;
  if (!is_new(hash == 0 ? 1 : hash)) return 0;
  const int saved = errno;
  append(kind, a, a_length, b, b_length);
  errno = saved;
  return 1;
}

int note(enum larder_record kind, const char* text) {
  return note_pieces(kind, text, length_of(text), "", 0);
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

void note_found(enum larder_record kind, int directory, const char* path, int found) {
  if (unit_log == NULL) return;
  const int saved = errno;
  if (!found) {
    const int nothing = saved == ENOENT || saved == ENOTDIR;
    kind = nothing ? larder_absence : larder_presence;
  }
  note_path(kind, directory, path);
  errno = saved;
}
