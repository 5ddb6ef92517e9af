#pragma once

#include <string>
#include <string_view>

namespace larder {

/// A short name for `text`: 16 hexadecimal digits, the same on every machine. Not a cryptographic
/// digest.
std::string digest(std::string_view text);

}  // namespace larder
