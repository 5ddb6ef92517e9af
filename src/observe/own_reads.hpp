#pragma once

#include <string_view>

#include "log_format.h"

namespace larder::observe {

/// Paths that say nothing about a unit: the process itself and its open files (`/proc/self`,
/// `/dev/fd`), devices without contents, the number of processors, and the names by which messages
/// are translated. The abilities of the processor (`/proc/cpuinfo`) do matter.
bool is_of_no_account(std::string_view path);

/// Paths that every rustc reads, whatever it compiles: its own installation (`sysroot`; the
/// caller's key covers the toolchain), its allocator's settings, and the system libraries that
/// rustc and the linker are linked with.
bool is_rustcs_own_path(larder_record kind, std::string_view path, std::string_view sysroot);

/// Variables that rustc's own code reads whatever it compiles, and that do not change its output,
/// as seen with 1.95 and nightly 1.97. A macro's reads are told apart by their caller.
bool is_rustcs_own_variable(std::string_view name);

/// Variables that compilers, linkers and bash read to colour their messages, or to take a shorter
/// name for the current directory. `hint` is the text of a `larder_hint` record.
bool is_idle_hint(std::string_view hint);

/// Requests for the date whose result is known to be unused: the C compilers' for a seed, git's and
/// bash's to start a clock, make's to find files with a date in the future. Each happens once, at
/// the start. A second request, or one with another function (`time` for `__DATE__`), may use the
/// result. In cargo, OpenSSL calls `time` for its random numbers, several times; cargo's own code
/// calls `clock_gettime`. `question` is the text of a `larder_date` record.
bool is_idle_question(std::string_view question);

}  // namespace larder::observe
