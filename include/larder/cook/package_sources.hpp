#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// The files of a package as they were read.
struct PackageSource {
  /// Empty when something could not be read.
  std::string digest;
  /// Files, links and, of a local package, directories.
  std::vector<std::string> entries = {};
  /// By path relative to the package; only of a local package, and without links.
  std::map<std::string, std::string> digests = {};
  std::int64_t newest_change = 0;
  /// Of files alone.
  std::int64_t newest_date = 0;
  /// When the files were about to be read.
  std::int64_t looked_at = 0;
};

/// The sources of the packages of a plan, each read once.
class PackageSources {
 public:
  /// `left_out` are directories that do not count as sources of local packages, wherever they are:
  /// target directories and stores.
  explicit PackageSources(std::vector<std::string> left_out) : left_out_(std::move(left_out)) {}

  const PackageSource& of(const PlannedUnit& unit);
  /// Makes room for a package, so that several can be read at once. Returns whether it is new.
  bool expect(const PlannedUnit& unit);
  void read(const PlannedUnit& unit);
  /// Whether all files of a package were last changed before `moment`, and are the ones that were
  /// read.
  bool is_unchanged_since(const PlannedUnit& unit, std::int64_t moment);
  /// Reads the packages again when they are needed next.
  void forget() { sources_.clear(); }

 private:
  std::vector<std::string> entries_of(const PlannedUnit& unit) const;
  bool is_left_out(const std::string& directory) const;
  PackageSource read_all(const PlannedUnit& unit) const;

  std::vector<std::string> left_out_;
  std::map<std::string, PackageSource> sources_;
};

}  // namespace larder::cook
