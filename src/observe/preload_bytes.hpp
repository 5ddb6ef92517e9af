#pragma once

#include <string_view>

namespace larder::observe {

/// The file that is loaded into observed programs (src/observe/preload, built for this target).
std::string_view preload_bytes();

}  // namespace larder::observe
