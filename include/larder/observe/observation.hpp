#pragma once

#include <compare>
#include <string>
#include <vector>

/// What a rustc or a build script, with all the programs that it started, read from the machine,
/// and what it did that another run could do differently. The programs are observed by a library of
/// ours that is loaded into them (`preload.hpp`).
namespace larder::observe {

/// The kind of process that cargo starts for a unit.
enum class UnitKind { Rustc, BuildScript };

/// The process that cargo started. Cargo's own values identify the unit: for rustc
/// the arguments `--crate-name`, `-C extra-filename` and `--out-dir`, for a build script `OUT_DIR`.
struct Unit {
  UnitKind kind = UnitKind::Rustc;
  /// Path of the executable.
  std::string program;
  /// argv, including the program's name.
  std::vector<std::string> arguments;
  std::string directory;
  /// `OUT_DIR`. Also set for a rustc when the package has a build script; otherwise empty.
  std::string out_dir;
  /// `CARGO_MANIFEST_DIR`, `CARGO_PKG_NAME`, `CARGO_PKG_VERSION`.
  std::string manifest_dir;
  std::string package;
  std::string version;
};

enum class ReadKind {
  /// The file was opened for reading, or executed, or loaded as a library.
  Contents,
  /// The names in a directory were listed.
  Listing,
  /// What the path itself is, and where it points to if it is a symbolic link.
  Link,
  /// The path with all symbolic links resolved.
  RealPath,
  /// Only whether the path exists, what it is, its size or date.
  Presence,
  /// The path did not exist.
  Absence,
  /// Whether the path, or something in it, can be written: it was asked, or it could not be.
  Writability,
  /// Whether a file can be put there, in the place of another or of nothing. A rustc with `-o`
  /// makes sure of that; whether there is a file makes no difference to it.
  Replaceability,
  /// Whether a directory of compiled crates has nothing else in it. No log has it: it is what the
  /// caller makes of a listing.
  OnlyCrates
};

/// One path that was looked at. Absolute, without "." and "..".
struct Read {
  std::string path;
  ReadKind kind = ReadKind::Contents;
  auto operator<=>(const Read&) const = default;
};

enum class ImpurityKind {
  /// It asked for the date. `detail` is the function and the program, such as "time /usr/bin/date".
  Date,
  /// It opened an internet socket or resolved a name.
  Network,
  /// It connected to a local socket, so another program may have sent it something. `detail` is the
  /// socket's path.
  LocalSocket,
  /// It ran a program that cannot be observed: statically linked, set-user-id, of another
  /// architecture, or one that could not load the library. `detail` is its path, or empty.
  UnobservedProgram,
  /// It called a C library function whose reads we cannot see. `detail` is the function.
  UnobservedCall,
  /// One of its processes was still running when the log was read.
  LeftRunning,
  /// The log is incomplete: it reached its size limit, or a process was killed while writing.
  LogIncomplete
};

struct Impurity {
  ImpurityKind kind = ImpurityKind::Date;
  std::string detail;
  auto operator<=>(const Impurity&) const = default;
};

/// All lists are sorted and free of duplicates.
struct Observation {
  Unit unit;
  /// Without rustc's own reads (see `own_reads.hpp`) and without files that the unit itself had
  /// made before. The caller decides about reads in the unit's `OUT_DIR`, the target directory, a
  /// registry or the sysroot.
  std::vector<Read> reads;
  /// Names of the environment variables that were looked up, set or not.
  std::vector<std::string> variables;
  /// Programs, and proc-macros that rustc loaded, which use `environ` and so can read the whole
  /// environment without looking up a name. Whether they do cannot be seen. All shells use it, and
  /// a Rust program does when it starts another or calls `std::env::vars`.
  std::vector<std::string> environment_readers;
  /// What was written, created, renamed or removed, anywhere. The caller leaves out (with
  /// `outside`) what lies in `OUT_DIR`, in `TMPDIR` or where rustc was told to write.
  std::vector<std::string> writes;
  std::vector<Impurity> impurities;
};

/// Those of `paths` that lie in none of `directories`.
std::vector<std::string> outside(const std::vector<std::string>& paths,
                                 const std::vector<std::string>& directories);

/// The observation in one log; `path` is absolute. Throws `file-read`, and `observation-unreadable`
/// when the file is not a log.
Observation read_log(const std::string& path);

/// All logs in a directory, in no particular order: one for each rustc that compiled something and
/// each build script that ran. Call it after cargo has ended; a process that is still running then
/// is reported as `LeftRunning`. A unit without a log was not observed. Throws like `read_log`.
std::vector<Observation> read_logs(const std::string& directory);

}  // namespace larder::observe
