#include "help_formatter.hpp"

#include <fmt/format.h>

namespace larder::cli {

std::string HelpFormatter::make_option_opts(const CLI::Option* option) const {
  if (option->get_positional() || option->get_type_size() == 0) return "";
  // CLI11 puts the names of checks behind the kind of value.
  const auto type = option->get_type_name();
  return " " + type.substr(0, type.find(':'));
}

std::string HelpFormatter::make_option_desc(const CLI::Option* option) const {
  const auto& description = option->get_description();
  const auto standard = option->get_default_str();
  return standard.empty() ? description : fmt::format("{} [default: {}]", description, standard);
}

}  // namespace larder::cli
