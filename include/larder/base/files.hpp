#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// Larger files are not read: eight times the largest lock file that is known of, and what a parser
/// makes of them still fits in memory.
inline constexpr std::size_t largest_file = std::size_t{16} << 20U;

/// The bytes of a file, nothing when it does not exist. Throws `file-read`, also for a named pipe,
/// which would be waited for, and `file-too-large`.
std::optional<std::string> read_file(const std::string& path);

/// All that comes from standard input. Throws as `read_file`.
std::string read_standard_input();

/// Writes to a temporary file beside `path` and renames it, so that `path` never holds half a text.
/// Missing directories are made; a symbolic link is followed; what is no file (a device, a pipe) is
/// written to as it is. Throws `file-write`; the temporary is removed. One that a killed process
/// left is removed by the next write of the same file.
void write_file_atomically(const std::string& path, std::string_view contents);

/// Creates `path` with these contents, whole or not at all. False, and nothing written, when
/// something is already there (a dangling symbolic link included). Throws `file-write`.
bool write_new_file(const std::string& path, std::string_view contents);

/// Puts a new file in the place of whatever file is there, with a date in nanoseconds since 1970.
/// In a directory of any size it costs the same: nothing is looked for. A process that is killed
/// leaves it half. The directory must exist. Throws `file-write`.
void replace_file(const std::string& path, std::string_view contents, bool executable,
                  std::int64_t date);

/// A path without symbolic links, as far as it exists; itself where that cannot be told.
std::string without_links(const std::string& path);

/// In nanoseconds since 1970, as dates of files are.
std::int64_t now_in_nanoseconds();

/// When a file was last written, in nanoseconds since 1970; nothing when it does not exist.
std::optional<std::int64_t> modified(const std::string& path);

/// Dates a file, in the same unit; with the date of now where there is none, which also those may
/// who do not own the file. False when it may not be done.
bool set_modified(const std::string& path, std::optional<std::int64_t> date);

/// False for what exists and cannot be written by this user, by its permissions or since it lies on
/// a read-only file system.
bool is_writable(const std::string& path);

/// Makes a directory and those above it. Throws `file-write`.
void make_directories(const std::string& path);

}  // namespace larder
