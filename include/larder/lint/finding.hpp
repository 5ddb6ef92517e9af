#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/dockerfile/dockerfile.hpp"

namespace larder::lint {

/// By what is lost.
enum class Severity {
  /// Slower or larger than need be.
  Note,
  /// Some dependencies are compiled again, or all of them in some builds.
  Warning,
  /// The build fails or makes a wrong program, or nothing of the cook layer is ever used.
  Error,
};

std::string_view name_of(Severity severity);

struct Finding {
  /// One of `rules()`.
  std::string_view rule;
  Severity severity = Severity::Warning;
  /// As the user named it.
  std::string file;
  dockerfile::Position at;
  std::string message;
  /// What to do.
  std::string fix;
};

/// A kind of finding. docs/lint.md has a section for each id.
struct Rule {
  std::string_view id;
  /// The highest that a finding of it has.
  Severity severity;
  std::string_view about;
};

/// Sorted by id.
const std::vector<Rule>& rules();

}  // namespace larder::lint
