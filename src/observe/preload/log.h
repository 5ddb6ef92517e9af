#ifndef LARDER_PRELOAD_LOG_H
#define LARDER_PRELOAD_LOG_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "../log_format.h"

/* The log of this process's unit, or NULL if it belongs to none. */
extern struct larder_log* unit_log;

/* Maps the log. With `create`, creates it first. Returns false if that fails. */
int open_log(const char* path, int create);
const char* log_path(void);

/* Adds a record made of two pieces of text, unless it is there already. Keeps errno. */
void note_pieces(enum larder_record kind, const char* a, size_t a_length, const char* b,
                 size_t b_length);
void note(enum larder_record kind, const char* text);
/* Adds a record even if it is there already. */
void note_again(enum larder_record kind, const char* text, size_t length);

/* Adds a path, which may be relative to an open directory or AT_FDCWD. */
void note_path(enum larder_record kind, int directory, const char* path);
/* Adds the path of an open file. */
void note_file(enum larder_record kind, int file);
/* Called after a function that looked at a path. Adds what it found, or that there was nothing.
   Keeps errno. */
void note_found(enum larder_record kind, int directory, const char* path, int found);
/* Called after a function that should have changed something there. Keeps errno. */
void note_change(int directory, const char* path, int failed);
/* The same after it has failed, where `path` is not the only reason why it can. */
void note_refusal(int directory, const char* path);
/* Adds the path of a file that this program was told to write. That it looks whether something is
   there is not noted from then on. */
void note_output(const char* path);

#endif
