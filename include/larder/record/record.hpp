#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::record {

/// What a target directory was cooked with, as far as it belongs to the machine and not to the
/// recipe.
struct Record {
  /// First line of `cargo --version`.
  std::string cargo;
  /// Variables that can change a unit or make a build script run again → digest of the value.
  std::map<std::string, std::string> environment;
  /// Config and toolchain files that no recipe carries → digest of what of them counts. Nothing in
  /// the records of older versions.
  std::optional<std::map<std::string, std::string>> files;
  bool operator==(const Record&) const = default;
};

Record make_record(const std::string& cargo_version, const Environment& environment,
                   std::map<std::string, std::string> files);

/// As JSON with sorted keys.
std::string write(const Record& record);

/// Nothing for what is no record: it only serves explanations.
std::optional<Record> read(std::string_view text);

/// How the present differs from what was cooked with, a sentence each; empty when it does not.
std::vector<std::string> differences(const Record& cooked, const Record& now);

}  // namespace larder::record
