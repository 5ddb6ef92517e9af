#include "larder/cook/package_sources.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using store::Hasher;

/// The files and links below a directory, sorted, without those that tools keep there for
/// themselves. `goes_into` decides about directories, and may add them.
template <typename Function>
std::vector<std::string> source_files(const std::string& directory, Function goes_into) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const auto name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      if (name == ".git" || !goes_into(it->path().string(), out)) it.disable_recursion_pending();
    } else if (name != ".cargo-ok") {
      out.push_back(it->path().string());
    }
  }
  if (error) return {};
  std::sort(out.begin(), out.end());
  return out;
}

/// Adds a file, link or directory. Returns false if it cannot be read.
bool add_entry(const std::string& file, bool is_local, PackageSource& source, Hasher& hasher) {
  struct stat status {};
  if (::lstat(file.c_str(), &status) != 0) return false;
  source.newest_change = std::max(source.newest_change, last_change(status));
  if (S_ISLNK(status.st_mode)) {
    std::error_code error;
    hasher.add_field("link").add_field(fs::read_symlink(file, error).string());
    // The target may be read as well. If the link dangles, its text is all there is. What a local
    // unit reads behind a link is observed.
    if (is_local || ::stat(file.c_str(), &status) != 0) return true;
    if (!S_ISREG(status.st_mode)) return false;
    source.newest_change = std::max(source.newest_change, last_change(status));
  } else if (is_local && !S_ISREG(status.st_mode)) {
    hasher.add_field(S_ISDIR(status.st_mode) ? "directory" : "special");
    return true;
  }
  source.newest_date = std::max(source.newest_date, modified(status));
  const auto bytes = read_bytes(file);
  if (!bytes) return false;
  hasher.add_field((status.st_mode & S_IXUSR) != 0 ? "program" : "file").add_field(*bytes);
  return true;
}

}  // namespace

/// A local package is all that lies in its directory, except packages below it, caches and what
/// version control keeps there. What a unit reads of those is observed. The names of the packages
/// below count, because otherwise a new one could bring files to a place where a unit found none.
std::vector<std::string> PackageSources::entries_of(const PlannedUnit& unit) const {
  return source_files(unit.package_directory, [&](const std::string& directory, auto& out) {
    if (!unit.is_local) return true;
    if (is_left_out(directory)) return false;
    out.push_back(directory);
    return ::access(path::join(directory, "Cargo.toml").c_str(), F_OK) != 0;
  });
}

bool PackageSources::is_left_out(const std::string& directory) const {
  if (std::find(left_out_.begin(), left_out_.end(), directory) != left_out_.end()) return true;
  const auto name = path::file_name(directory);
  if (name == ".hg" || name == ".jj" || name == ".svn") return true;
  // Other target directories. The tag is a standard; cargo leaves it.
  return ::access(path::join(directory, "CACHEDIR.TAG").c_str(), F_OK) == 0;
}

PackageSource PackageSources::read_all(const PlannedUnit& unit) const {
  PackageSource out;
  out.looked_at = now_in_nanoseconds();
  out.entries = entries_of(unit);
  Hasher all;
  for (const auto& file : out.entries) {
    const auto name = path::relative(file, unit.package_directory);
    Hasher one;
    if (!add_entry(file, unit.is_local, out, one)) return {};
    const auto digest = one.digest();
    all.add_field(name).add_field(digest);
    std::error_code error;
    if (unit.is_local && fs::is_regular_file(fs::symlink_status(file, error)))
      out.digests[name] = digest;
  }
  if (out.entries.empty()) return {};
  out.digest = all.digest();
  return out;
}

const PackageSource& PackageSources::of(const PlannedUnit& unit) {
  if (expect(unit)) read(unit);
  return sources_.at(unit.package_directory);
}

bool PackageSources::expect(const PlannedUnit& unit) {
  return sources_.try_emplace(unit.package_directory).second;
}

void PackageSources::read(const PlannedUnit& unit) {
  sources_.at(unit.package_directory) = read_all(unit);
}

bool PackageSources::is_unchanged_since(const PlannedUnit& unit, std::int64_t moment) {
  const auto& before = of(unit);
  if (before.digest.empty() || before.newest_change >= moment) return false;
  if (before.newest_change >= before.looked_at - step_of_clock(before.newest_change)) return false;
  const auto way = way_changed(unit.package_directory);
  if (way >= before.looked_at - step_of_clock(way)) return false;
  const auto entries = entries_of(unit);
  return entries == before.entries &&
         std::all_of(entries.begin(), entries.end(), [&](const auto& file) {
           const auto changed = last_changed(file);
           return changed != 0 && changed <= before.newest_change;
         });
}

}  // namespace larder::cook
