/* Functions like those of <string.h>, without a C library. */
#ifndef LARDER_BASE_C_TEXT_H
#define LARDER_BASE_C_TEXT_H

#include <stddef.h>

static inline size_t length_of(const char* text) {
  size_t length = 0;
  while (text[length] != '\0') ++length;
  return length;
}

static inline int is_same(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) ++a, ++b;
  return *a == *b;
}

static inline int starts_with(const char* text, const char* start) {
  while (*start != '\0')
    if (*text++ != *start++) return 0;
  return 1;
}

static inline int contains(const char* text, const char* part) {
  for (; *text != '\0'; ++text)
    if (starts_with(text, part)) return 1;
  return 0;
}

static inline void copy(char* to, const char* from, size_t length) {
  while (length-- > 0) *to++ = *from++;
}

/* The value in NAME=VALUE, or NULL if the entry has another name. */
static inline const char* value_in(const char* entry, const char* name) {
  while (*name != '\0')
    if (*entry++ != *name++) return NULL;
  return *entry == '=' ? entry + 1 : NULL;
}

static inline const char* file_name(const char* path) {
  const char* name = path;
  for (; *path != '\0'; ++path)
    if (*path == '/') name = path + 1;
  return name;
}

#endif
