#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/report/output_format.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// Human-readable. Empty when nothing differs.
std::string difference_text(const std::vector<CommandDifference>& commands);

/// One JSON document (docs/history.md).
std::string difference_json(const std::vector<CommandDifference>& commands);

/// The formats of `diff`.
const OutputFormats<std::vector<CommandDifference>>& difference_formats();

/// `Cargo.toml:12`, or `Cargo.toml:12 (gone)`.
std::string place_of(const Cause& cause);

/// The text without control characters that a terminal would act on.
std::string printable(std::string_view text);

/// The text with each byte that is not valid UTF-8 replaced by a replacement character.
std::string valid_utf8(const std::string& text);

}  // namespace larder::report
