#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::record {

/// What a target directory was cooked with, limited to what comes from the machine and not from the
/// recipe.
struct Record {
  /// First line of `cargo --version`.
  std::string cargo;
  /// Variables that can change a unit or rerun a build script → digest of the value.
  std::map<std::string, std::string> environment;
  /// Config and toolchain files that are not in the recipe → digest of the parts that matter.
  /// Nothing in records written by older versions.
  std::optional<std::map<std::string, std::string>> files;
  bool operator==(const Record&) const = default;
};

Record make_record(const std::string& cargo_version, const Environment& environment,
                   std::map<std::string, std::string> files);

/// As JSON with sorted keys.
std::string write(const Record& record);

/// Nothing when `text` is not a record; that is no error, because records serve only for
/// explanations.
std::optional<Record> read(std::string_view text);

/// How `now` differs from `cooked`, one sentence each. Empty when it does not.
std::vector<std::string> differences(const Record& cooked, const Record& now);

}  // namespace larder::record
