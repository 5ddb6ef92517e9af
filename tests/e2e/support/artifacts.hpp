#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "programs.hpp"

namespace larder::test {

/// A `compiler-artifact` message of cargo's.
struct Artifact {
  std::string package_id;
  /// Package, target, kind, features and profile.
  std::string unit;
  /// The unit and its files: this one and no other.
  std::string identity;
  bool fresh = false;
};

/// What a cargo run says in `--message-format json`. External is what comes from no path.
struct Messages {
  std::vector<Artifact> external;
  std::vector<Artifact> local;
  /// Identities of the external units, runs of build scripts included.
  std::set<std::string> external_units;

  /// What rustc said of errors, as cargo would have shown it.
  std::string diagnostics;

  std::vector<std::string> compiled_external() const;
  std::set<std::string> local_packages() const;
};

/// Reads the lines of a cargo run's standard output that are messages; others are passed over.
Messages parse_messages(std::string_view output);

/// The messages of a run, which must have succeeded.
Messages messages_of(const Run& built);
/// The same, and checks that it compiled nothing external.
Messages must_reuse_all(const Run& built);

/// Whether a package id, in the notation of cargo 1.77 or the one before it, is that of a path
/// package.
bool is_path_id(std::string_view package_id);

/// The members of one set that the other lacks, for messages.
std::vector<std::string> missing_in(const std::set<std::string>& from,
                                    const std::set<std::string>& set);

}  // namespace larder::test
