#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder {

/// The host of a special URL (such as `https`), serialised as the URL standard does; nothing when
/// it is invalid.
std::optional<std::string> special_host(std::string_view text);

/// The host of any other URL, which the standard does not interpret; nothing when it is invalid.
std::optional<std::string> opaque_host(std::string_view text);

/// Escapes as `%XX` the bytes up to and including the space, those above "~", and those in
/// `forbidden`.
std::string percent_encoded(std::string_view text, std::string_view forbidden);

}  // namespace larder
