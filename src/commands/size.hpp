#pragma once

#include <cstdint>
#include <string>

namespace larder::commands {

/// "500MB", "4 GiB", "1.5g", "1024": bytes, in powers of 1024. Throws `command-invalid`.
std::uint64_t read_size(const std::string& text);

}  // namespace larder::commands
