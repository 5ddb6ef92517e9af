#include "larder/cook/target_stamp.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <vector>

#include "larder/base/digest.hpp"
#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/skeleton_place.hpp"
#include "larder/driver/fingerprints.hpp"
#include "larder/record/stamp.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t nanoseconds = 1'000'000'000;
constexpr std::string_view prefix = "stamp-";

std::int64_t seconds_of(const std::string& file) {
  return modified(file).value_or(0) / nanoseconds;
}

std::int64_t tag_date(const std::string& target_directory) {
  return seconds_of(path::join(target_directory, "CACHEDIR.TAG"));
}

std::string key(const driver::Fingerprint& fingerprint) {
  return path::join(fingerprint.directory, fingerprint.unit);
}

struct FoundStamp {
  std::string file;
  record::Stamp stamp;
};

/// The stamps that still have their date. In a directory copied without dates, stamps say nothing.
std::vector<FoundStamp> find_stamps(const std::string& target_directory) {
  std::vector<FoundStamp> out;
  const auto own = own_directory(target_directory);
  for (const auto& name : names_in(own)) {
    if (!name.starts_with(prefix)) continue;
    const auto file = path::join(own, name);
    const auto stamp = record::read_stamp(read_file(file).value_or(""));
    if (stamp && stamp->written == seconds_of(file)) out.push_back({file, *stamp});
  }
  return out;
}

bool is_unchanged(const record::Stamp& stamp, const driver::Fingerprint& fingerprint) {
  const auto unit = stamp.units.find(key(fingerprint));
  return unit != stamp.units.end() && unit->second == fingerprint.written / nanoseconds;
}

/// If there are several stamps, the one left in this directory. If their path is the same too, the
/// one whose units are still there, because the last copy is complete.
const record::Stamp& choose(const std::vector<FoundStamp>& stamps,
                            const std::string& target_directory,
                            const std::vector<driver::Fingerprint>& fingerprints) {
  const auto directory = digest(target_directory);
  const auto rank = [&](const FoundStamp& found) {
    const auto unchanged = std::count_if(
        fingerprints.begin(), fingerprints.end(),
        [&](const auto& fingerprint) { return is_unchanged(found.stamp, fingerprint); });
    return std::pair(found.stamp.directory == directory, unchanged);
  };
  return std::max_element(stamps.begin(), stamps.end(),
                          [&](const auto& a, const auto& b) { return rank(a) < rank(b); })
      ->stamp;
}

/// Unique, so that two stamps can lie in one directory.
std::string new_name(const std::string& target_directory) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto name = digest(std::to_string(now.count()) + "/" + std::to_string(::getpid()));
  return path::join(own_directory(target_directory), std::string(prefix) + name);
}

}  // namespace

void leave_stamp(const std::string& target_directory, const std::string& build_directory) {
  record::Stamp stamp;
  stamp.directory = digest(target_directory);
  stamp.tag = tag_date(target_directory);
  for (const auto& fingerprint : driver::read_fingerprints(build_directory))
    stamp.units[key(fingerprint)] = fingerprint.written / nanoseconds;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  stamp.written = std::chrono::duration_cast<std::chrono::seconds>(now).count();

  const auto before = find_stamps(target_directory);
  const auto file = new_name(target_directory);
  write_file_atomically(file, record::write_stamp(stamp));
  set_modified(file, stamp.written * nanoseconds);  // on failure, the stamp is ignored later
  std::error_code ignored;
  for (const auto& old : before) fs::remove(old.file, ignored);
}

void renew_stamp(const std::string& target_directory) {
  const auto stamps = find_stamps(target_directory);
  std::error_code ignored;  // without write access, the old name stays
  if (stamps.size() == 1) fs::rename(stamps[0].file, new_name(target_directory), ignored);
}

bool was_copied_over(const std::string& target_directory) {
  const auto stamps = find_stamps(target_directory);
  if (stamps.size() != 1) return stamps.size() > 1;
  const auto tag = tag_date(target_directory);
  return tag != 0 && tag != stamps[0].stamp.tag;
}

std::size_t forget_foreign_units(const std::string& target_directory,
                                 const std::string& build_directory) {
  const auto stamps = find_stamps(target_directory);
  if (stamps.empty()) return 0;
  const auto fingerprints = driver::read_fingerprints(build_directory);
  const auto& stamp = choose(stamps, target_directory, fingerprints);
  std::set<std::string> foreign;
  // As long as the output of a run is there, cargo takes what lies above it for fresh.
  std::set<std::string> runs;
  for (const auto& fingerprint : fingerprints) {
    if (is_unchanged(stamp, fingerprint)) continue;
    foreign.insert(fingerprint.directory);
    if (fingerprint.is_script_run()) runs.insert(driver::run_directory_of(fingerprint));
  }
  auto doomed = foreign;
  doomed.merge(runs);
  for (const auto& directory : doomed) {
    std::error_code error;
    fs::remove_all(path::join(build_directory, directory), error);
    if (!error) continue;
    throw Error("file-write",
                "cannot remove units that were compiled elsewhere: " + error.message())
        .in_file(path::join(build_directory, directory))
        .hint("remove the target directory, and add `target` to .dockerignore");
  }
  return foreign.size();
}

}  // namespace larder::cook
