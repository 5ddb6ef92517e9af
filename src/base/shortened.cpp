#include "larder/base/shortened.hpp"

#include <fmt/format.h>

namespace larder {

std::vector<std::string> shortened(std::vector<std::string> list, std::size_t most) {
  if (list.size() <= most) return list;
  const auto left_out = list.size() - most;
  list.resize(most);
  list.push_back(fmt::format("and {} more", left_out));
  return list;
}

}  // namespace larder
