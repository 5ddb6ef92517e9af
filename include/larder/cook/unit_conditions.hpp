#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/cook/file_digests.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/observe/observation.hpp"

namespace larder::cook {

/// The name in a variant's document for one path that a unit looked at: the kind of read and the
/// path, such as "contents /usr/bin/cc". A path below the build directory begins with "{build}".
std::string name_of_read(const observe::Read& read, const std::string& build_directory);
/// Nothing when `name` is not such a name.
std::optional<observe::Read> read_of_name(const std::string& name,
                                          const std::string& build_directory);

/// Kernel files with the names of the kernel and the machine. They are conditions like any other
/// file, although their dates mean nothing.
bool is_name_of_kernel(const std::string& path);

/// Whether such a read is about what can be written, not about what is there.
bool is_about_writing(observe::ReadKind kind);

/// What is at paths now, each looked at once.
class FileStates {
 public:
  /// Without a plan, no crate of the workspace may have made a file in a build directory.
  explicit FileStates(FileDigests& digests, const UnitPlan* plan = nullptr)
      : digests_(&digests), plan_(plan) {}

  /// What a unit would learn about a path, in words or as a digest. Nothing when that cannot be
  /// determined: the contents of a device or a pipe, or something unreadable.
  const std::optional<std::string>& state_of(const observe::Read& read);
  /// Looks at several paths at once, in parallel.
  void look_ahead(const std::vector<observe::Read>& reads);

 private:
  std::optional<std::string> look(const observe::Read& read) const;

  FileDigests* digests_;
  const UnitPlan* plan_;
  std::map<observe::Read, std::optional<std::string>> known_;
};

/// `clock_step` for a file with this date. Some file systems only have whole seconds, or every
/// other.
std::int64_t step_of_clock(std::int64_t date);

/// When a file's contents or metadata last changed: the later of its date and the kernel's own
/// change time.
std::int64_t last_change(const struct stat& status);
/// The same for a path: of a file or link, and of its destination; 0 when it does not exist.
std::int64_t last_changed(const std::string& path);
/// When a link or a directory on the way to a path was put where it is. The files behind it may be
/// others since then, and have old dates.
std::int64_t way_changed(const std::string& path);

}  // namespace larder::cook
