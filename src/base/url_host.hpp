#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// The host of an `https` URL and its like, as the URL standard writes it; nothing when it is
/// invalid.
std::optional<std::string> special_host(std::string_view text);

/// The host of any other URL, which means nothing to the standard.
std::optional<std::string> opaque_host(std::string_view text);

/// Bytes up to a space, above "~", and the forbidden ones as `%XX`.
std::string percent_encoded(std::string_view text, std::string_view forbidden);

}  // namespace larder
