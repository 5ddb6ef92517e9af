#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace larder {

/// The first `most` members of a list for people, and "and 3 more" for the others.
std::vector<std::string> shortened(std::vector<std::string> list, std::size_t most);

}  // namespace larder
