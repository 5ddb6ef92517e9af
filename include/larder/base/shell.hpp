#pragma once

#include <string_view>

namespace larder {

enum class Verbosity { Quiet, Normal, Verbose };

/// Messages to the user on standard error, in cargo's style: a right-aligned verb and a sentence.
/// Data goes to standard output through `print`.
class Shell {
 public:
  Shell(Verbosity verbosity, bool color) : verbosity_(verbosity), color_(color) {}

  Verbosity verbosity() const { return verbosity_; }
  bool color() const { return color_; }

  /// `   Prepared recipe.json (...)`. Silent with `--quiet`.
  void status(std::string_view verb, std::string_view message) const;
  /// Like `status`, but only with `-v`.
  void detail(std::string_view verb, std::string_view message) const;
  void note(std::string_view message) const;
  void warning(std::string_view message) const;
  /// Shown even with `--quiet`. `id` is the id of an `Error`, printed in brackets as rustc prints
  /// its codes.
  void error(std::string_view message, std::string_view id = {}) const;
  /// Writes data to standard output unchanged.
  static void print(std::string_view data);

 private:
  void label(std::string_view name, std::string_view color, std::string_view message) const;

  Verbosity verbosity_;
  bool color_;
};

}  // namespace larder
