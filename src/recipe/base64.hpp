#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder::recipe {

/// RFC 4648, with padding.
std::string base64(std::string_view bytes);
/// Nothing if `base64` would not have written this text.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace larder::recipe
