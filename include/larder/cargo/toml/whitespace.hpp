#pragma once

#include <string_view>

namespace larder::cargo {

/// Without what Rust's `trim` removes at both ends: the characters of Unicode's White_Space.
std::string_view trimmed(std::string_view text);

}  // namespace larder::cargo
