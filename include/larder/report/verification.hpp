#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "larder/report/cold_units.hpp"
#include "larder/report/output_format.hpp"

namespace larder::report {

/// What `verify` found for one cargo command.
struct VerifiedCommand {
  /// Of the recipe's command; empty when it was given by hand.
  std::string name;
  /// The words behind `cargo`.
  std::string words;
  std::size_t external_total = 0;
  std::vector<ColdUnit> cold;
};

struct Verification {
  std::vector<VerifiedCommand> commands;
  /// How environment and cargo differ from what was cooked with, a sentence each.
  std::vector<std::string> changes;

  /// Whether no external unit would be compiled.
  bool warm() const;
};

/// A line of text for each cold unit.
std::vector<std::string> cold_lines(const VerifiedCommand& command);

/// One JSON document (docs/verify.md).
std::string to_json(const Verification& verification);

/// Those of `verify` for machines; "human" is what it says on the terminal.
const OutputFormats<Verification>& verification_formats();

}  // namespace larder::report
