#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "larder/report/output_format.hpp"
#include "larder/report/recipe_difference.hpp"

namespace larder::report {

/// For people. Empty when nothing differs.
std::string difference_text(const std::vector<CommandDifference>& commands);

/// One JSON document (docs/history.md).
std::string difference_json(const std::vector<CommandDifference>& commands);

/// Those of `diff`.
const OutputFormats<std::vector<CommandDifference>>& difference_formats();

/// `Cargo.toml:12`, or `Cargo.toml:12 (gone)`.
std::string place_of(const Cause& cause);

/// The text without characters that would do something to a terminal.
std::string printable(std::string_view text);

/// The text with a replacement character for each byte that is no UTF-8.
std::string valid_utf8(const std::string& text);

}  // namespace larder::report
