#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::cook {

/// A call of rustc in whose place the stub stood.
struct StubbedCall {
  /// rustc first.
  std::vector<std::string> arguments;
  Environment environment;

  /// The value of `-C NAME=…`, `--NAME …` or `--NAME=…`; the first one, empty when there is none.
  std::string codegen(const std::string& name) const;
  std::string option(const std::string& name) const;
};

/// Writes a call into a new file of a directory, for `read_calls`. Throws `file-write`.
void note_call(const std::string& directory, const StubbedCall& call);

std::vector<StubbedCall> read_calls(const std::string& directory);

}  // namespace larder::cook
