#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

/// What a unit's key is made of, by name. Values are digests or words for people: of two keys the
/// names say what differs.
using KeyParts = std::map<std::string, std::string>;

/// Empty for no parts.
std::string key_of(const KeyParts& parts);

/// The programs that link what a rustc makes, by path or by the name that is looked for in PATH.
std::vector<std::string> linkers_of(const StubbedCall& call);

/// Of a rustc that cargo would start, why nobody can tell what it is; else empty. It may be a
/// script, which starts whatever it likes.
std::string reason_against_compiler(const DryRun& run);
/// Where a script stands for the linker, what that reads is observed.
void observe_scripts_that_link(UnitPlan& plan);

/// Digests of what units are compiled from and with, each computed once.
class UnitKeys {
 public:
  UnitKeys(const driver::Cargo& cargo, std::string directory, const UnitPlan& plan)
      : cargo_(cargo), directory_(std::move(directory)), plan_(plan) {}

  /// By what a unit is looked up: everything that is known before it is compiled. Empty where
  /// something of it cannot be read.
  KeyParts parts_of(const PlannedUnit& unit);

  /// Whether a package's files were all last changed before a moment, and are those that its keys
  /// were made of.
  bool is_unchanged_since(const PlannedUnit& unit, std::int64_t moment);

  /// Where its rustc has its libraries. Those are in the key.
  std::string sysroot_of(const PlannedUnit& unit);

 private:
  struct Source {
    std::string digest;
    std::size_t files = 0;
    std::int64_t newest_change = 0;
  };

  const Source& source_of(const std::string& package_directory);
  const std::string& toolchain_of(const StubbedCall& call);
  const std::string& system_of(const StubbedCall& call);
  void add_library_path(const PlannedUnit& unit, const std::string& value,
                        store::Hasher& hasher) const;
  void add_told(const PlannedUnit& unit, KeyParts& parts) const;

  const driver::Cargo& cargo_;
  std::string directory_;
  const UnitPlan& plan_;
  std::map<std::string, Source> sources_;
  /// By the path of rustc: its version in words, and a digest.
  std::map<std::string, std::string> toolchains_, sysroots_;
  std::map<std::vector<std::string>, std::string> systems_;
};

}  // namespace larder::cook
