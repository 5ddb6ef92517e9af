#include "larder/dockerfile/expand.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace larder;
using dockerfile::Variables;

namespace {

struct ExpandRow {
  std::string word;
  std::string value;
};

const Variables known_variables{{"A", "abc"}, {"E", ""}, {"S", "foo.tar.gz"}};

}  // namespace

TEST_CASE("words are expanded as BuildKit expands them") {
  // What `docker build` 20.10 put into an image's environment.
  for (const auto& row : std::vector<ExpandRow>{{"\"a b\"", "a b"},
                                                {"'single $A'", "single $A"},
                                                {"${A:-x}", "abc"},
                                                {"${E:-x}", "x"},
                                                {"${U:-x}", "x"},
                                                {"${A:+y}", "y"},
                                                {"${E:+y}", ""},
                                                {"${U:+y}", ""},
                                                {R"("a\"b")", "a\"b"},
                                                {R"(a\ b)", "a b"},
                                                {R"('a\b')", R"(a\b)"},
                                                {R"("\$A")", "$A"},
                                                {R"(\$A)", "$A"},
                                                {R"("a\b")", R"(a\b)"},
                                                {"$A$", "abc$"},
                                                {"${A}x$E", "abcx"},
                                                {"\"${U:-d e}\"", "d e"},
                                                {"${U:-${A}x}", "abcx"},
                                                {"$A_x", ""},
                                                {"$1x", "x"},
                                                {R"(${U:-a\}b})", "a}b"},
                                                {R"(a\\)", R"(a\)"}}) {
    CAPTURE(row.word);
    CHECK(dockerfile::expand(row.word, known_variables, '\\') == row.value);
  }
}

TEST_CASE("the forms that only newer Dockerfile syntax has are expanded as its reference says") {
  for (const auto& row : std::vector<ExpandRow>{{"${U-x}z", "xz"},
                                                {"${E-x}z", "z"},
                                                {"${E+y}z", "yz"},
                                                {"${S#*.}", "tar.gz"},
                                                {"${S##*.}", "gz"},
                                                {"${S%.*}", "foo.tar"},
                                                {"${S%%.*}", "foo"},
                                                {"${S/o/0}", "f0o.tar.gz"},
                                                {"${S//o/0}", "f00.tar.gz"},
                                                {"${S/*a/X}", "Xr.gz"},
                                                {"${S#f?o}", ".tar.gz"}}) {
    CAPTURE(row.word);
    CHECK(dockerfile::expand(row.word, known_variables, '\\') == row.value);
  }
}

TEST_CASE("another escape character leaves the backslash alone") {
  CHECK(dockerfile::expand("a\\b`$A$A", known_variables, '`') == "a\\b$Aabc");
}

TEST_CASE("a shell drops and splits what is not quoted") {
  const Variables values{{"NONE", ""}, {"TWO", "a  b"}};
  using Words = std::vector<std::string>;
  CHECK(dockerfile::expand_in_shell("$NONE", values).words.empty());
  CHECK(dockerfile::expand_in_shell("\"$NONE\"", values).words == Words{""});
  CHECK(dockerfile::expand_in_shell("x$TWO", values).words == Words{"xa", "b"});
  CHECK(dockerfile::expand_in_shell("\"$TWO\"", values).words == Words{"a  b"});
  CHECK(dockerfile::expand_in_shell("${NONE:+--features}", values).words.empty());
  CHECK(dockerfile::expand_in_shell("${TWO:+--features}", values).words == Words{"--features"});
  CHECK(dockerfile::expand_in_shell("src/*.rs", values).words == Words{"src/*.rs"});
}

TEST_CASE("what only running shows is not known") {
  for (const std::string word : {"$(date)", "a`date`", "\"$(printf ')')\"", "$?", "${A@Q}"}) {
    CAPTURE(word);
    CHECK_FALSE(dockerfile::expand_in_shell(word, known_variables).is_known);
  }
  CHECK(dockerfile::expand_in_shell("'$(date)'", known_variables).is_known);
}
