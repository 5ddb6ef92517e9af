#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace larder::dockerfile {

/// The members of a JSON array of strings; nothing for any other text, which is then a shell
/// command (parser/line_parsers.go: `parseJSON`).
std::optional<std::vector<std::string>> json_list(std::string_view text);

}  // namespace larder::dockerfile
