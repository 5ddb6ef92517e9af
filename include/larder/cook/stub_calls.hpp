#pragma once

#include <string>
#include <vector>

#include "larder/base/environment.hpp"

namespace larder::cook {

/// A call of rustc or of a build script that the stub received instead.
struct StubbedCall {
  /// Starts with the program.
  std::vector<std::string> arguments;
  Environment environment;

  /// The value of `-C NAME=…`, or of `--NAME …` or `--NAME=…`; the first one, empty when there is
  /// none.
  std::string codegen(const std::string& name) const;
  std::string option(const std::string& name) const;
  /// Cargo's hash of the unit: from rustc's file names, or from the name of a directory.
  std::string unit_hash() const;
};

/// The calls that `answer_recorded_call` recorded in a file; none if there is no file. It is one
/// file because creating hundreds takes long on some file systems.
std::vector<StubbedCall> read_calls(const std::string& file);

}  // namespace larder::cook
