#pragma once

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/error.hpp"

namespace larder::test {

/// What a target defines: reads `text` every way that it is about. A result and an `Error` are both
/// proper answers; any other exception and a `require` that does not hold are findings.
void run(std::string_view text);

/// Ends as a crash does, so that the fuzzer keeps the input.
[[noreturn]] inline void fail(const std::string& what) {
  std::fprintf(stderr, "broken: %s\n", what.c_str());
  std::abort();
}

inline void require(bool holds, const std::string& property) {
  if (!holds) fail(property);
}

/// Whether `action` gives a result rather than an `Error`, which must have an id and a text.
template <typename Action>
bool accepts(Action&& action) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    require(!error.id().empty() && !error.render().empty(), "an error has an id and a text");
    return false;
  }
}

/// The result of `action`, which may throw nothing: for texts that were accepted before, or that we
/// wrote ourselves.
template <typename Action>
auto surely(const std::string& what, Action&& action) {
  try {
    return action();
  } catch (const Error& error) {
    fail(what + ": " + error.render());
  }
}

inline std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (;;) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

}  // namespace larder::test
