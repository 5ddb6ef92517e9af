#pragma once

#include <string_view>

namespace larder::cargo {

/// Trimmed at both ends like Rust's `trim`: of characters with the Unicode property White_Space.
std::string_view trimmed(std::string_view text);

}  // namespace larder::cargo
