#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::cook {

/// A call of rustc, or of a build script, in whose place the stub stood.
struct StubbedCall {
  /// The program first.
  std::vector<std::string> arguments;
  Environment environment;

  /// The value of `-C NAME=…`, `--NAME …` or `--NAME=…`; the first one, empty when there is none.
  std::string codegen(const std::string& name) const;
  std::string option(const std::string& name) const;
  /// Cargo's name of the unit: in rustc's file names, or in the name of a directory.
  std::string unit_hash() const;
};

/// Writes a call into a new file of a directory, for `read_calls`. Throws `file-write`.
void note_call(const std::string& directory, const StubbedCall& call);

std::vector<StubbedCall> read_calls(const std::string& directory);

}  // namespace larder::cook
