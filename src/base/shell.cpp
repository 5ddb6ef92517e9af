#include "larder/base/shell.hpp"

#include <fmt/format.h>

#include <cstdio>

namespace larder {

namespace {
constexpr std::string_view green = "\x1b[1;32m";
constexpr std::string_view cyan = "\x1b[1;36m";
constexpr std::string_view yellow = "\x1b[1;33m";
constexpr std::string_view red = "\x1b[1;31m";
constexpr std::string_view plain = "\x1b[0m";
}  // namespace

void Shell::status(std::string_view verb, std::string_view message) const {
  if (verbosity_ == Verbosity::Quiet) return;
  if (color_) {
    fmt::print(stderr, "{}{:>12}{} {}\n", green, verb, plain, message);
  } else {
    fmt::print(stderr, "{:>12} {}\n", verb, message);
  }
}

void Shell::detail(std::string_view verb, std::string_view message) const {
  if (verbosity_ == Verbosity::Verbose) status(verb, message);
}

void Shell::label(std::string_view name, std::string_view color, std::string_view message) const {
  if (color_) {
    fmt::print(stderr, "{}{}{}: {}\n", color, name, plain, message);
  } else {
    fmt::print(stderr, "{}: {}\n", name, message);
  }
}

void Shell::note(std::string_view message) const {
  if (verbosity_ != Verbosity::Quiet) label("note", cyan, message);
}

void Shell::warning(std::string_view message) const {
  if (verbosity_ != Verbosity::Quiet) label("warning", yellow, message);
}

void Shell::error(std::string_view message, std::string_view id) const {
  label(id.empty() ? "error" : fmt::format("error[{}]", id), red, message);
}

void Shell::print(std::string_view data) {
  std::fwrite(data.data(), 1, data.size(), stdout);
  std::fflush(stdout);
}

}  // namespace larder
