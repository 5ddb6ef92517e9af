#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "larder/report/cold_units.hpp"
#include "larder/report/output_format.hpp"
#include "larder/store/explanation.hpp"

namespace larder::report {

/// The result of `verify` for one cargo command.
struct VerifiedCommand {
  /// The name of the recipe's command; empty when the command was given on the command line.
  std::string name;
  /// The words after `cargo`.
  std::string words;
  std::size_t external_total = 0;
  std::vector<ColdUnit> cold;
  /// With a store: what a build would do with each local unit.
  std::vector<store::Explanation> local = {};
};

struct Verification {
  std::vector<VerifiedCommand> commands;
  /// How environment and cargo differ from those of cook, one sentence each.
  std::vector<std::string> changes;

  /// Whether no external unit would be compiled.
  bool warm() const;
};

/// One line of text per cold unit.
std::vector<std::string> cold_lines(const VerifiedCommand& command);
/// The same for the local units that a build would compile.
std::vector<std::string> local_lines(const VerifiedCommand& command);

/// One JSON document (docs/verify.md).
std::string to_json(const Verification& verification);

/// The machine-readable formats of `verify`. "human" is the terminal output.
const OutputFormats<Verification>& verification_formats();

}  // namespace larder::report
