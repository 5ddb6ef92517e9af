#ifndef LARDER_PRELOAD_START_H
#define LARDER_PRELOAD_START_H

#include <stdint.h>

/* Finds the real functions, takes our variables out of the environment, and opens the log of the
   unit that this process belongs to. Only the first call does anything. */
void start(void);

/* The value of LARDER_OBSERVED: the path of the log, or the directory for it. Empty if nothing is
   observed. */
const char* observed_value(void);
/* This library's path, as in LD_PRELOAD. */
const char* own_path(void);
/* The ELF header of this library. */
const void* own_header(void);
/* The path of the program that runs in this process. */
const char* executable_path(void);
/* Whether this process is the unit's rustc or build script itself, not a program that it
   started. */
int is_unit_itself(void);
/* Whether the code at this address belongs to rustc itself, not to a macro that it has loaded. */
int is_rustcs_own(const void* address);
/* Notes the libraries that are loaded, and which of them use `environ`. */
void note_libraries(void);

#endif
