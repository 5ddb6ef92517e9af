#pragma once

#include <string>

namespace larder::test {

/// One assertion: printed when it holds, a failure with what was seen when it does not.
void claim(bool holds, const std::string& text, const std::string& seen = "");

}  // namespace larder::test
