#include "cargo/toml/regular_toml.hpp"

#include <doctest/doctest.h>

#include "../support/expect.hpp"
#include "larder/base/text.hpp"

using namespace larder::cargo;
using Texts = std::vector<std::string>;

namespace {

/// Every value with its position, as one text.
std::string described(const TomlValue& value) {
  const auto& position = value.position();
  auto out = std::to_string(position.line) + ":" + std::to_string(position.column) + " ";
  if (const auto* array = value.array()) {
    for (const auto& item : *array) out += described(item) + ", ";
    return "[" + out + "]";
  }
  if (value.table() == nullptr) return out + toml_inline(value);
  for (const auto& [key, item] : *value.table())
    out += toml_key(key) + " = " + described(item) + ", ";
  return "{" + out + "}";
}

/// A line that is not regular makes toml++ read the text, and changes nothing else.
TomlValue read_by_the_other(const std::string& text) {
  const auto irregular = text + "\n# \u00e9\n";
  REQUIRE_FALSE(read_regular_toml(irregular));
  return parse_toml("/w/Cargo.toml", irregular, "some-id").root;
}

}  // namespace

TEST_CASE("the reader of regular TOML reads what toml++ reads, at the same places") {
  for (const auto& text : Texts{
           "", "# a comment\n\t# another\n\n",
           "a = 1\nb = 0\nc = 999999999999999999\nd = true\ne = false # why\n",
           "a = -1\nb = -0\nc = -999999999999999999\n",
           "a = \"x\" \nb = 'x\\y\"z'\nc = \"\"\nd = ''\n'quoted key' . \"and 'another'\" = ' '",
           "a = []\nb = [ 1, 'x',[true , [ ]], ]\nc = [\n  # why\n  1 # one\n  ,\n  2,\n\n]\n",
           "a = {}\nb = { }\nc = {x = 1,  y = {z.u = 2, z.v = [{w = 3}, {w.w = 4}]}}\n",
           "a = {b = 1,}\nc = {\n  d = 1, # why\n  # and this\n  e.f = [{\n}]\n  ,\n\n}\ng = 1\n",
           "a.b = 1\n a . c.d = 2\na.c.e = {f.g = 3}\n",
           "[a]\n[a.b]\nx = 1\n[a.c.d]\ny.z = 2\n[a.c.e]\n",
           "[package]\nversion.workspace = true\nedition.workspace = true\n[package.metadata.x]\n",
           "[[bin]]\nname = 'a'\n[[bin]]\nname = 'b'\n[ [bin] ]\n[[x.y]]\n[x.z]\n[[x.y]]\nu.v = 1",
           "[target.'cfg(unix)'.dependencies]\na = '1'\n[target.\"cfg(windows)\" . x ] # why\n"}) {
    CAPTURE(text);
    const bool is_regular = text.find("[ [") == std::string::npos;
    const auto regular = read_regular_toml(text);
    REQUIRE(regular.has_value() == is_regular);
    if (!is_regular) continue;
    CHECK(described({*regular, {1, 1}}) == described(read_by_the_other(text)));
  }
}

TEST_CASE("TOML that is not regular, valid or not, is left to toml++") {
  for (const auto& text : Texts{"a = 1.5",
                                "a = 1e3",
                                "a = -",
                                "a = -01",
                                "a = --1",
                                "a = - 1",
                                "a = +1",
                                "a = 0x1",
                                "a = 1_000",
                                "a = 01",
                                "a = 1000000000000000000",
                                "a = inf",
                                "a = 1979-05-27",
                                "a = 07:32:00",
                                "a = truex",
                                "a = True",
                                "a = 1 2",
                                "a = 1 b = 2",
                                "a =",
                                "a",
                                "= 1",
                                "a = 1\na = 2",
                                "a = 1,",
                                "a.b = 1\na = 2",
                                "a = 1\na.b = 2",
                                "a = {b = 1}\na.c = 2",
                                "a = {b = 1, b = 2}",
                                "a = {b.c = 1, b = 2}",
                                "a = {b = {c = 1}, b.d = 2}",
                                "a = {b = 1,,}",
                                "a = {b = 1\nc = 2}",
                                "a = {b\n= 1}",
                                "a = {b =\n1}",
                                "a = {b = 1, # \u00e9\n}",
                                "a = {b = 1",
                                "a = {,}",
                                "a = [,]",
                                "a = [1",
                                "a = [1 2]",
                                "a = \"\\n\"",
                                "a = \"x",
                                "a = 'x\n'",
                                "a = \"\"\"x\"\"\"",
                                "a = '''x'''",
                                "a = ''''''",
                                "\"\" = 1",
                                "a = \"\t\"",
                                "a = \"\x7f\"",
                                "a = \"\u00e9\"",
                                "\u00e9 = 1",
                                "# \u00e9",
                                "# \x01",
                                "a = 1\r\n",
                                "a..b = 1",
                                "a. = 1",
                                ".a = 1",
                                "[a",
                                "[a]]",
                                "[[a]",
                                "[[a] ]",
                                "[a] x = 1",
                                "[]",
                                "[a]\n[a]",
                                "[a.b]\n[a]",
                                "a = 1\n[a]",
                                "a.b = 1\n[a]",
                                "a.b = 1\n[a.c]",
                                "[a]\nb.c = 1\n[a.b.d]",
                                "a = {}\n[a.b]",
                                "a = []\n[[a]]",
                                "[a]\n[[a]]",
                                "[[a]]\n[a]",
                                "[[a]]\n[a.b]",
                                "[a.b]\n[[a]]",
                                "[a.b.c]\n[a]\nb.x = 1",
                                "a = [{b.c = 1}]\na.b = 1",
                                "a = [[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]",
                                "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a = 1"}) {
    CAPTURE(text);
    CHECK_FALSE(read_regular_toml(text));
  }
}
