#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/lint/build_model.hpp"

namespace larder::lint {

struct ExpandedWord {
  std::string text;
  Position at;
};

/// The call of cargo, cargo-larder or cargo-chef that a command is; nothing for any other program.
/// Fills in what the words say; `surroundings` has the rest.
std::optional<CargoCall> cargo_call(std::vector<ExpandedWord> words, CargoCall surroundings);

}  // namespace larder::lint
