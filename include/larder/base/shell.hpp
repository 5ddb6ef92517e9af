#pragma once

#include <string_view>

namespace larder {

enum class Verbosity { Quiet, Normal, Verbose };

/// What the user sees beside data, on standard error, in cargo's manner: a right-aligned verb and a
/// sentence. Data goes to standard output through `print`.
class Shell {
 public:
  Shell(Verbosity verbosity, bool color) : verbosity_(verbosity), color_(color) {}

  Verbosity verbosity() const { return verbosity_; }
  bool color() const { return color_; }

  /// `   Prepared recipe.json (...)`; nothing when quiet.
  void status(std::string_view verb, std::string_view message) const;
  /// As `status`, only with `-v`.
  void detail(std::string_view verb, std::string_view message) const;
  void note(std::string_view message) const;
  void warning(std::string_view message) const;
  /// Shown even when quiet; `id` is that of an `Error`, in brackets as rustc shows its codes.
  void error(std::string_view message, std::string_view id = {}) const;
  /// Data, to standard output, as it is.
  static void print(std::string_view data);

 private:
  void label(std::string_view name, std::string_view color, std::string_view message) const;

  Verbosity verbosity_;
  bool color_;
};

}  // namespace larder
