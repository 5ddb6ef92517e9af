#pragma once

#include <string_view>

namespace larder::observe {

/// The library that is loaded into observed programs (src/observe/preload, built for this target).
/// Empty on 32-bit targets, which have none.
std::string_view preload_bytes();

}  // namespace larder::observe
