#pragma once

#include <compare>
#include <string>
#include <vector>

/// What a rustc or a build script, with all the programs that it started, read of the machine, and
/// what it did that no later run can be told from. Programs are observed by a library of our own
/// that is loaded into them (`preload.hpp`).
namespace larder::observe {

/// One of cargo's two kinds of processes for a unit.
enum class UnitKind { Rustc, BuildScript };

/// The process that cargo started. Which unit it is, cargo's own words tell: `--crate-name`,
/// `-C extra-filename` and `--out-dir` among the arguments of rustc, `OUT_DIR` of a build script.
struct Unit {
  UnitKind kind = UnitKind::Rustc;
  /// The executable's path.
  std::string program;
  /// argv, the program's name first.
  std::vector<std::string> arguments;
  std::string directory;
  /// `OUT_DIR`; of a rustc too, where the package has a build script. Else empty.
  std::string out_dir;
  /// `CARGO_MANIFEST_DIR`, `CARGO_PKG_NAME`, `CARGO_PKG_VERSION`.
  std::string manifest_dir;
  std::string package;
  std::string version;
};

enum class ReadKind {
  /// The file was opened for reading, or executed, or loaded as a library.
  Contents,
  /// The names in a directory were read.
  Listing,
  /// What the path itself is, and where it points to if it is a symbolic link.
  Link,
  /// Where the path leads to once all links in it are followed.
  RealPath,
  /// Only whether the path exists, what it is, its size or date.
  Presence,
  /// There was nothing at this path.
  Absence
};

/// One path that was looked at. Absolute, without "." and "..".
struct Read {
  std::string path;
  ReadKind kind = ReadKind::Contents;
  auto operator<=>(const Read&) const = default;
};

enum class ImpurityKind {
  /// It asked for the date. `detail` is the function and the program, as "time /usr/bin/date".
  Date,
  /// It opened an internet socket or resolved a name.
  Network,
  /// It connected to a local socket, so another program may have told it something. `detail` is the
  /// socket's path.
  LocalSocket,
  /// It ran a program that cannot be observed: linked statically, set-user-id, of another
  /// architecture, or one that the library could not be loaded into. `detail` is its path, or
  /// empty.
  UnobservedProgram,
  /// It called a function of the C library that reads where we cannot see. `detail` is the
  /// function.
  UnobservedCall,
  /// A process of it was still running when the log was read.
  LeftRunning,
  /// The log is not whole: it reached its largest size, or a process was killed while it wrote.
  LogIncomplete
};

struct Impurity {
  ImpurityKind kind = ImpurityKind::Date;
  std::string detail;
  auto operator<=>(const Impurity&) const = default;
};

/// All lists are sorted, without repetition.
struct Observation {
  Unit unit;
  /// Without what `own_reads.hpp` documents as rustc's own, and without what the unit had made
  /// itself before. What lies in the unit's `OUT_DIR`, the target directory, a registry or the
  /// sysroot is for the caller to judge.
  std::vector<Read> reads;
  /// Names of the environment variables that were asked for, whether set or not.
  std::vector<std::string> variables;
  /// Programs, and proc-macros that rustc loaded, which can read the whole environment without
  /// asking for a name: they use `environ`. All shells do; a Rust program does when it starts
  /// another or calls `std::env::vars`. Whether they read it cannot be seen.
  std::vector<std::string> environment_readers;
  /// What was written, made, renamed or removed, wherever it is. That in `OUT_DIR`, in `TMPDIR` or
  /// where rustc was told to write is for the caller to leave out: `outside`.
  std::vector<std::string> writes;
  std::vector<Impurity> impurities;
};

/// Those of `paths` that lie in none of the directories.
std::vector<std::string> outside(const std::vector<std::string>& paths,
                                 const std::vector<std::string>& directories);

/// The observation in one log, by its absolute path. Throws `file-read`, and
/// `observation-unreadable` for a file that is no such log.
Observation read_log(const std::string& path);

/// All logs in a directory, one for each rustc that compiled something and each build script that
/// ran, in no meaningful order. Call it when cargo has ended: what still runs then is
/// `left_running`. A unit without a log was not observed. Throws as `read_log`.
std::vector<Observation> read_logs(const std::string& directory);

}  // namespace larder::observe
