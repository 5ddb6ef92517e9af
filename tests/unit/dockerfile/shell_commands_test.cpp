#include "larder/dockerfile/shell_commands.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace larder;

namespace {

/// The commands with their words joined by spaces; `?` marks what may be left out, and `(` each
/// subshell.
std::vector<std::string> commands_in(const std::string& script) {
  std::vector<std::string> out;
  for (const auto& command : dockerfile::split_shell(script)) {
    std::string text = command.is_conditional ? "?" : "";
    text += std::string(static_cast<std::size_t>(command.subshell), '(');
    for (std::size_t i = 0; i < command.words.size(); ++i)
      text += (i == 0 ? "" : " ") + command.words[i].text;
    out.push_back(text);
  }
  return out;
}

struct ScriptRow {
  std::string script;
  std::vector<std::string> expected;
};

}  // namespace

TEST_CASE("a script is split into its simple commands") {
  for (const auto& row : std::vector<ScriptRow>{
           {"a && b; c | d & e", {"a", "b", "c", "d", "e"}},
           {"a || b && c", {"a", "?b", "c"}},
           {"A=1 B=\"x y\" cargo build", {"A=1 B=\"x y\" cargo build"}},
           {"cargo build -F \"a $(echo ')' ; x) b\"", {"cargo build -F \"a $(echo ')' ; x) b\""}},
           {"x $(a; b) ${Y:-c d} `e f`", {"x $(a; b) ${Y:-c d} `e f`"}},
           {"(cd x && a); b", {"(cd x", "(a", "b"}},
           {"if a; then b; else c; fi; d", {"?a", "?b", "?c", "d"}},
           {"for p in a b; do cargo build -p $p; done; x",
            {"?for p in a b", "?cargo build -p $p", "x"}},
           {"case $X in a|b) c ;; *) d ;; esac; e", {"?c", "?d", "e"}},
           {"a >/dev/null 2>&1 && b <<EOF", {"a", "b"}},
           {"a # comment; b\nc", {"a", "c"}},
           {"a#b 'x # y'", {"a#b 'x # y'"}},
           {"a \\\n b", {"a b"}},
           {"! a; { b; }", {"a", "b"}},
           {"printf 'fn main(){}' > src/main.rs", {"printf 'fn main(){}'"}},
           {"", {}},
           {"'unclosed", {"'unclosed"}}}) {
    CAPTURE(row.script);
    CHECK(commands_in(row.script) == row.expected);
  }
}

TEST_CASE("a word knows where it stands") {
  const auto all = dockerfile::split_shell("x && cargo  build");
  CHECK(all.at(1).words.at(1).offset == 12);
}
