#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace larder {

/// Larger files are not read, so that a parsed file always fits in memory. Eight times the size of
/// the largest known lock file.
inline constexpr std::size_t largest_file = std::size_t{16} << 20U;

/// The bytes of a file; nothing when it does not exist. Throws `file-too-large`, and `file-read`
/// also for a named pipe, where reading could block forever.
std::optional<std::string> read_file(const std::string& path);

/// The bytes of a regular file of any size; nothing when it cannot be read.
std::optional<std::string> read_bytes(const std::string& path);

/// All of standard input. Throws like `read_file`.
std::string read_standard_input();

/// Writes a temporary file beside `path` and renames it, so that `path` never holds a partial text.
/// Creates missing directories and follows a symbolic link. A device or a pipe is written to
/// directly. Throws `file-write` and removes the temporary file. If the process is killed, the next
/// write of the same file removes it.
void write_file_atomically(const std::string& path, std::string_view contents);

/// Creates `path` with these contents, all or nothing. Returns false and writes nothing when `path`
/// already exists, even as a dangling symbolic link. Throws `file-write`.
bool write_new_file(const std::string& path, std::string_view contents);

/// Replaces the file at `path`, if there is one, by a new file. `date` is in nanoseconds since
/// 1970. Unlike the functions above it does not scan the directory, so its cost does not grow with
/// the directory's size. A killed process leaves a partial file. The directory must exist. Throws
/// `file-write`.
void replace_file(const std::string& path, std::string_view contents, bool executable,
                  std::int64_t date);

/// Fills a temporary file that is open, gives it its mode, closes it and renames it to `path`,
/// which is on the same file system. Returns 0, or errno; the temporary file is removed then.
int fill_and_rename(int file, const std::string& temporary, const std::string& path,
                    std::string_view contents, mode_t mode);

/// Writes everything to an open file. Returns 0, or errno.
int write_all(int fd, std::string_view contents);

/// The names in a directory, sorted; none if it cannot be listed, and then `error` says why.
std::vector<std::string> names_in(const std::string& directory, std::error_code& error);
std::vector<std::string> names_in(const std::string& directory);

/// Creates a symbolic link. Throws `file-write`, also when there is something at that path.
void make_link(const std::string& to, const std::string& at);

/// `path` with the symbolic links resolved in the part that exists. Returned unchanged on errors.
std::string without_links(const std::string& path);

/// The current time in nanoseconds since 1970, the unit of file dates.
std::int64_t now_in_nanoseconds();

/// The clock behind the dates of files advances in steps, in nanoseconds. A file that was changed
/// so shortly before could be changed again without getting another date.
inline constexpr std::int64_t clock_step = 20'000'000;

/// When a file was last written, in nanoseconds since 1970; nothing when it does not exist.
std::optional<std::int64_t> modified(const std::string& path);

/// The same, and the kernel's own time of the last change, of which metadata is a part.
std::int64_t modified(const struct stat& status);
std::int64_t changed(const struct stat& status);

/// Sets a file's modification time, in the same unit; to the current time when `date` is empty,
/// which does not require owning the file. Returns false when that fails.
bool set_modified(const std::string& path, std::optional<std::int64_t> date);

/// False when `path` exists but this user cannot write to it: by its permissions, or because the
/// file system is read-only.
bool is_writable(const std::string& path);

/// Creates a directory and its parents. Throws `file-write`.
void make_directories(const std::string& path);

}  // namespace larder
