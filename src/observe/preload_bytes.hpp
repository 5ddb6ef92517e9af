#pragma once

#include <string_view>

namespace larder::observe {

/// The file that is loaded into observed programs (src/observe/preload, built for this target).
/// Empty where there is none: in a program of 32 bits.
std::string_view preload_bytes();

}  // namespace larder::observe
