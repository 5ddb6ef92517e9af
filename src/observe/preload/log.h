#ifndef LARDER_PRELOAD_LOG_H
#define LARDER_PRELOAD_LOG_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>

#include "../log_format.h"

/* The log of this process's unit, NULL when it belongs to none. */
extern struct larder_log* unit_log;

/* Maps the log; a new one with `create`. False when that cannot be done. */
int open_log(const char* path, int create);
const char* log_path(void);

/* Adds a record of two pieces of text, where it is not there yet. Whether it was added. errno
 * stays. */
int note_pieces(enum larder_record kind, const char* a, size_t a_length, const char* b,
                size_t b_length);
int note(enum larder_record kind, const char* text);
/* Adds it in any case. */
void note_again(enum larder_record kind, const char* text, size_t length);

/* The same for a path below an open directory or AT_FDCWD. */
void note_path(enum larder_record kind, int directory, const char* path);
/* Of an open file. */
void note_file(enum larder_record kind, int file);
/* After a call that looked at a path: what it found, or that there was nothing. errno stays. */
void note_found(enum larder_record kind, int directory, const char* path, int found);

#endif
