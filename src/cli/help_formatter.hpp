#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace larder::cli {

/// Prints an option as cargo does: the name, the kind of value, what it does, and the default. What
/// values exclude each other is left to the description and to errors.
class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_option_opts(const CLI::Option* option) const override;
  std::string make_option_desc(const CLI::Option* option) const override;
};

}  // namespace larder::cli
