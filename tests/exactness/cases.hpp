#pragma once

#include <string>
#include <vector>

#include "larder/cargo/workspace/workspace.hpp"

namespace larder::test {

/// What stands before or in the place of rustc: before it, as RUSTC_WRAPPER, or in its place, so
/// that cook's own wrapper is in use.
enum class StubAs { Wrapper, Rustc };

struct Case {
  std::string command;
  StubAs stub = StubAs::Wrapper;
};

/// What is run where no command is stated. `{first}`, `{middle}` and `{last}` stand for three
/// members, `{bin}` for a binary, `{host}` and `{foreign}` for platforms.
const std::vector<std::string>& default_commands();

/// The cases of a workspace: each command that has something to stand for its placeholders, and
/// some of them a second time with the stub in rustc's place.
std::vector<Case> cases_of(const cargo::Workspace& workspace,
                           const std::vector<std::string>& commands, const std::string& host);

}  // namespace larder::test
