#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace larder::dockerfile {

using Variables = std::map<std::string, std::string, std::less<>>;

/// A word of an instruction with variables put in, quotes and escapes removed, as BuildKit does it
/// (frontend/dockerfile/shell/lex.go). All forms of `${NAME…}` that the reference lists are known.
/// An unset variable is empty. A malformed `${` is left as it is.
std::string expand(std::string_view word, const Variables& variables, char escape);

/// What a shell makes of one word.
struct ShellWords {
  /// None when unquoted variables are empty, several when they have spaces. A path pattern
  /// (`src/*.rs`) stays as it is.
  std::vector<std::string> words;
  /// False when a part depends on what only running shows, such as `$(…)`. That part is left out.
  bool is_known = true;
};
ShellWords expand_in_shell(std::string_view word, const Variables& variables);

/// Whether a text matches a shell pattern with `*`, `?` and `\`.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace larder::dockerfile
