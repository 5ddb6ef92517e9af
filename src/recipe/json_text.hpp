#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace larder::recipe {

/// The same as `dump(2)`, which looks up every byte in a table of UTF-8 sequences: a recipe is
/// nearly all ASCII, most of it in one long string. Throws what `dump` throws.
std::string json_text(const nlohmann::json& document);

}  // namespace larder::recipe
