#include "size.hpp"

#include <fmt/format.h>

#include <cctype>
#include <cstdlib>

#include "larder/base/error.hpp"

namespace larder::commands {

std::uint64_t read_size(const std::string& text) {
  const auto invalid = [&] {
    return Error("command-invalid", fmt::format("`{}` is not a size", text))
        .hint("write for example 500MB, 4GB or 1.5GiB");
  };
  const auto digits = text.find_first_not_of("0123456789.");
  const auto number = text.substr(0, digits);
  auto unit = digits == std::string::npos ? std::string() : text.substr(digits);
  if (number.empty() || number == "." || number.find('.') != number.rfind('.')) throw invalid();
  while (unit.starts_with(' ')) unit.erase(0, 1);
  for (auto& letter : unit)
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  double factor = 1;
  if (!unit.empty() && unit != "b") {
    const auto power = std::string("kmgt").find(unit[0]);
    const auto rest = unit.substr(1);
    if (power == std::string::npos || (!rest.empty() && rest != "b" && rest != "ib"))
      throw invalid();
    for (std::size_t i = 0; i <= power; ++i) factor *= 1024;
  }
  const auto bytes = std::strtod(number.c_str(), nullptr) * factor;
  // More than any file system holds.
  if (bytes >= 9e18) throw invalid();
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace larder::commands
