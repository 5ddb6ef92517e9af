/* The log of a unit: a file that every process of the unit maps into memory. Writing to it takes no
   system call and no file descriptor. So it is safe in signal handlers, after fork and vfork, in
   several threads, and after a program has closed descriptors that it did not open. For C and C++.
 */
#ifndef LARDER_OBSERVE_LOG_FORMAT_H
#define LARDER_OBSERVE_LOG_FORMAT_H

// NOLINTBEGIN(readability-identifier-naming,modernize-deprecated-headers): C has no namespaces
#include <stdint.h>

#define LARDER_LOG_MAGIC "larder1\n"

enum {
  larder_log_seen = 4096,
  larder_log_step = 32 * 1024,
  /* The whole log, where the file system cannot allocate more later. */
  larder_log_filled = 1024 * 1024,
  /* A log that would be larger is `full`. */
  larder_log_largest = 32 * 1024 * 1024
};

/* Records follow: a word (length << 8 | kind), the text, and zeros up to the next multiple of four.
   The word is written last, so 0 is a record that was not finished. Records are rarely repeated,
   except for arguments. */
struct larder_log {
  char magic[8];
  /* 1 when a record was lost. */
  uint32_t full;
  /* Offsets from the start of the file: where the next record goes, and where the allocated disk
     space ends. */
  uint32_t used;
  uint32_t capacity;
  /* Programs that were started with the library, and those into which it was loaded. */
  uint32_t started;
  uint32_t attached;
  uint32_t reserved;
  /* Hashes of the records that were written. */
  uint64_t seen[larder_log_seen];
};

enum larder_record {
  /* Of the first process: its program, arguments, directory, and a few variables as NAME=VALUE. */
  larder_rustc = 'R',
  larder_script = 'B',
  larder_argument = 'A',
  larder_directory = 'C',
  larder_identity = 'V',
  /* Paths. */
  larder_contents = 'r',
  /* Loaded by the dynamic linker. */
  larder_library = 'b',
  larder_listing = 'd',
  larder_link = 'l',
  larder_real_path = 'p',
  larder_presence = 's',
  larder_absence = 'a',
  larder_write = 'w',
  /* Where the unit asked whether it may write, or could not. */
  larder_writability = 'x',
  /* What a rustc that the unit started was told to write. */
  larder_output = 'O',
  larder_static = 'u',
  larder_environ = 'E',
  /* The name of a variable, and the name of one that rustc itself asks for. */
  larder_variable = 'e',
  larder_own_variable = 'o',
  /* A variable that compilers and shells always ask for, and the program. */
  larder_hint = 'h',
  /* The function, "again" if the process has asked before, and the program. */
  larder_date = 't',
  larder_network = 'n',
  larder_socket = 'k',
  larder_call = 'c'
};

/* The variable that tells a program where to log: a directory with a final '/' until a unit starts,
   then the unit's log. */
#define LARDER_OBSERVED "LARDER_OBSERVED"
// NOLINTEND(readability-identifier-naming,modernize-deprecated-headers)

#endif
