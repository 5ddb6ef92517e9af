#pragma once

#include <string_view>

#include "log_format.h"

namespace larder::observe {

/// Paths that say nothing about a unit: the process itself and its open files (`/proc/self`,
/// `/dev/fd`), devices without contents, how many processors there are, and the names by which
/// messages are translated. What a processor can do (`/proc/cpuinfo`) is of account.
bool is_of_no_account(std::string_view path);

/// Paths that every rustc reads, whatever it compiles: those of its own installation (`sysroot`,
/// which the caller's key has as the toolchain), its allocator's settings, and the libraries of the
/// distribution that it and the linker are linked with.
bool is_rustcs_own_path(larder_record kind, std::string_view path, std::string_view sysroot);

/// Variables that rustc's own code asks for, whatever it compiles, and that do not change what it
/// makes: seen of 1.95 and nightly 1.97. What a macro asks for is told apart by who calls.
bool is_rustcs_own_variable(std::string_view name);

/// Variables that compilers, linkers and bash ask for to colour their messages, and to call the
/// directory that they are in by a shorter name if the variable has one. `hint` is the text of a
/// `larder_hint` record.
bool is_idle_hint(std::string_view hint);

/// Questions for the date that are known to go nowhere: the C compilers' for a seed, git's and
/// bash's for the start of a clock, make's to find files from the future. Each asks once when it
/// starts; what asks again, or with another function (`time` for `__DATE__`), may use the answer.
/// `question` is the text of a `larder_date` record.
bool is_idle_question(std::string_view question);

}  // namespace larder::observe
