#include "larder/cargo/toml/toml.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "../support/expect.hpp"

using namespace larder::cargo;
using larder::test::check_error;
using larder::test::error_of;

namespace {

const std::string id = "some-id";

TomlDocument parse(const std::string& text) {
  return parse_toml("/w/file.toml", text, id);
}

}  // namespace

TEST_CASE("text that is not TOML is an error with the caller's id and the position") {
  struct Row {
    std::string text;
    std::string position;
  };
  for (const auto& row :
       std::vector<Row>{{"a = 1\nb = = 2\n", "2:5"}, {"[a]\nx = 1\nx = 2\n", "3:1"}}) {
    CAPTURE(row.text);
    const auto error = error_of([&] { parse(row.text); });
    CHECK(error.id() == id);
    CHECK(error.location().file == "/w/file.toml");
    CHECK(error.location().line == std::stoul(row.position));
    CHECK_FALSE(error.location().source_line.empty());
  }
}

TEST_CASE("malformed texts are refused") {
  for (const std::string text : {"a", "a = ", "[a", "a = \"x", "a = [1", "a = {b = 1", "a = tru",
                                 "a = 01", "\xff = 1", "[a]\n[a]\n", "[#a]", "[\f]"}) {
    CAPTURE(text);
    CHECK(larder::test::error_id_of([&] { parse(text); }) == id);
  }
}

TEST_CASE("TOML 1.1 as cargo accepts it since 1.94") {
  const auto document = parse("a = {\n  b = 1,\n  c = \"\\e\\x41\",\n}\n");
  const auto* table = document.root.find("a");
  REQUIRE(table != nullptr);
  CHECK(*table->find("b")->integer() == 1);
  CHECK(*table->find("c")->string() ==
        "\x1b"
        "A");
}

TEST_CASE("a byte order mark and carriage returns are no matter") {
  const auto document = parse("\xef\xbb\xbf[package]\r\nname = \"a\"\r\n");
  CHECK(*document.root.find("package")->find("name")->string() == "a");
}

TEST_CASE("what is not TOML for cargo is refused") {
  const auto nested = [](const std::string& open, const std::string& close, std::size_t depth) {
    std::string out = "a = ";
    for (std::size_t i = 0; i < depth; ++i) out += open;
    out += '1';
    for (std::size_t i = 0; i < depth; ++i) out += close;
    return out;
  };
  const auto long_key = [](std::size_t parts) {
    std::string out = "a";
    for (std::size_t i = 1; i < parts; ++i) out += ".a";
    return out;
  };
  for (const auto& text : {nested("[", "]", 80), nested("{a=", "}", 80), long_key(80) + " = 1",
                           "[" + long_key(80) + "]\n" + long_key(80) + " = 1",
                           "a = '" + std::string(100'000, '.') + "'"}) {
    CAPTURE(text);
    CHECK(larder::test::error_id_of([&] { parse(text); }) == "");
  }
  struct Row {
    std::string text;
    std::string position;
  };
  for (const auto& row : std::vector<Row>{
           // Bare keys beyond ASCII and with `+`, which were in a draft of TOML 1.1.
           {"\u00e9 = 1", "1:1"},
           {"a\u00b2 = 1", "1:2"},
           {"a+b = 1", "1:2"},
           {"+1 = 1", "1:1"},
           {"x.\u00e9 = 1", "1:3"},
           {"'+'.x = 1\n+.y = 2", "2:1"},
           {"['+']\n[+.x]", "2:2"},
           {"[[x.y+]]", "1:6"},
           {"\"\u00e9\" = {b = [1e+5, '+', {c = 1, d+ = 2}]}", "1:34"},
           {"a = '''\n+\u00e9\n''' # +\nb = {x = 1979-05-27 07:32:00+01:00, y = '+'}\n+ = 1",
            "5:1"},
           // Spaces beyond ASCII.
           {"a =\u00a01", "1:4"},
           {"a = 1\u00a0", "1:6"},
           {"[a]\u3000", "1:4"},
           {"a = [\u20031]", "1:6"},
           // Hexadecimal floats.
           {"a = 0x1p3", "1:5"},
           {"a = [1, 0x1.8p1]", "1:9"},
           {"a = -0x1p3", "1:5"},
           // Depth.
           {nested("[", "]", 81), "1:85"},
           {nested("{a=", "}", 81), "1:245"},
           {"[x]\n" + long_key(81) + " = 1", "2:1"},
           {"[" + long_key(81) + "]", "1:2"},
           {"a = 1\n" + long_key(100'000) + " = 1", "2:1"},
           // Dotted keys into a table that the header of another has made.
           {"[a.b.c.d]\n[a.b]\nc.x = 1", "3:3"},
           {"[[a.b.c]]\n[a]\nb.x.y = 1\n[a.b]", "3:3"},
           {"[a.b.c]\n[a]\nb.x.y = 1", "3:3"},
           // Columns count bytes, and not the byte order mark.
           {"a = '\u00e9' b", "1:10"},
           {"\ufeff+ = 1", "1:1"}}) {
    CAPTURE(row.text);
    check_error([&] { parse(row.text); }, id, "/w/file.toml", row.position);
  }
}

TEST_CASE("a table may be opened after its sub-tables, and headers add to dotted tables") {
  for (const std::string text :
       {"[a.b]\n[a]\nx = 1", "[a.b]\n[a]\nc.x = 1\nc.y = 2", "[[a.b.c]]\n[a.b]\nx = 1\n[a]\ny = 2",
        "[a]\nb.c = 1\n[a.d]\n[a.b.e]", "a.b = 1\na.c = 2", "[a.b]\n[a.c]\nx = {y.z = 1}"}) {
    CAPTURE(text);
    CHECK(larder::test::error_id_of([&] { parse(text); }) == "");
  }
}

TEST_CASE("values are those that cargo reads") {
  struct Row {
    std::string value;
    TomlValue::Data data;
  };
  for (const auto& row :
       std::vector<Row>{// CRLF stays in strings, but for one at the beginning.
                        {"'''\r\na\r\nb'''", "a\r\nb"},
                        {"\"\"\"\r\na\r\n\r\nb\"\"\"", "a\r\n\r\nb"},
                        {"\"\"\"\n\r\na\"\"\"", "\r\na"},
                        {"\"\"\"a\\ \r\n \r\n b\r\n\"\"\"", "ab\r\n"},
                        {"\"\"\"\r\n\"\"\"\"\"", "\"\""},
                        {"'''\r\n\\'''''", "\\''"},
                        {"\"\"\"\r\n\\b\\t\\n\\f\\r\\e\\\"\\\\\\x41\\u00e9\\u20ac\\U0001F980\"\"\"",
                         "\b\t\n\f\r\x1b\"\\A\u00e9\u20ac\U0001f980"},
                        // A backslash at the end of a line skips spaces, tabs and line breaks only.
                        {"\"\"\"\\\n \u00a0x\"\"\"", "\u00a0x"},
                        {"\"\"\"\\\n \t\n\u3000\"\"\"", "\u3000"},
                        {"1979-05-27T07:32:00+00:00", TomlDate{"1979-05-27T07:32:00+00:00"}},
                        {"1979-05-27 07:32:00-00:00", TomlDate{"1979-05-27T07:32:00+00:00"}},
                        {"1979-05-27t07:32z", TomlDate{"1979-05-27T07:32:00Z"}}}) {
    CAPTURE(row.value);
    const auto read = [&](const std::string& text) {
      return parse(text).root.find("t")->find("x")->data();
    };
    CHECK((read("[t]\nx = " + row.value) == row.data));
    CHECK((read("# \u00e9\nt = {y = '\u00e9', x = " + row.value + "}") == row.data));
  }
}

TEST_CASE("a cursor reads values and remembers the way to them") {
  const auto document = parse(R"([package]
name = "a"
[target.'cfg(unix)'.dependencies]
libc = ["x", "y"]
)");
  const TomlCursor root(document, id);
  CHECK(root.find("package")->string_at("name") == "a");
  CHECK_FALSE(root.find("package")->string_at("edition"));
  CHECK_FALSE(root.find("lib"));
  CHECK(root.find_any({"project", "package"})->key() == "package");
  const auto libc = root.find("target")->find("cfg(unix)")->find("dependencies")->find("libc");
  CHECK(libc->key() == "target.\"cfg(unix)\".dependencies.libc");
  CHECK(libc->as_strings() == std::vector<std::string>{"x", "y"});
}

TEST_CASE("a value of the wrong type is an error at the value") {
  const auto document = parse("s = \"x\"\nn = 1\nlist = [\"a\",\n  2]\nb = true\nt = {}\n");
  const TomlCursor root(document, id);
  struct Row {
    std::function<void()> action;
    std::string position;
  };
  for (const auto& row : std::vector<Row>{{[&] { root.find("n")->as_string(); }, "2:5"},
                                          {[&] { root.find("s")->as_bool(); }, "1:5"},
                                          {[&] { root.find("s")->as_table(); }, "1:5"},
                                          {[&] { root.find("b")->as_array(); }, "5:5"},
                                          {[&] { root.find("list")->as_strings(); }, "4:3"},
                                          {[&] { root.find("n")->find("x"); }, "2:5"},
                                          {[&] { (void)root.bool_at("t"); }, "6:5"},
                                          {[&] { (void)root.strings_at("b"); }, "5:5"}}) {
    check_error(row.action, id, "/w/file.toml", row.position);
  }
}

TEST_CASE("what is written reads back as the same value") {
  for (const std::string text :
       {"a = 1\nb = \"x\"\n", "a = -0.5\nb = 1e300\nc = 3.0\n", "a = inf\nb = -inf\n",
        "a = true\nb = [1, [\"x\"], {}]\n", "[a]\n[a.b]\nc = 1\n", "[a.b.c.d]\n", "[a]\n",
        "[[a]]\nx = 1\n[[a]]\ny = {z = 2}\n", "d = 1979-05-27\nt = 07:32:00\n",
        "dt = 1979-05-27T07:32:00Z\nlocal = 1979-05-27T07:32:00.5\n",
        "\"a b\" = 1\n\"\" = 2\n'cfg(unix)' = {\"x.y\" = 1}\n",
        "s = \"q\\\" b\\\\ n\\n t\\t nul\\u0001 del\\u007f \xc3\xa4\"\n"}) {
    CAPTURE(text);
    const auto root = parse(text).root;
    const auto written = toml_document(*root.table());
    CAPTURE(written);
    CHECK(parse(written).root == root);
    CHECK(parse("x = " + toml_inline(root)).root.find("x")->table()->size() ==
          root.table()->size());
    CHECK(toml_document(*parse(written).root.table()) == written);
  }
}

TEST_CASE("a written document is canonical: keys sorted, values in front of tables") {
  const auto written =
      toml_document(*parse("[z]\nb = 1\na = [2]\n[z.k]\nx = {y = 1}\n").root.table());
  CHECK(written == toml_document(*parse("z.k.x.y = 1\nz.a = [2]\nz.b = 1\n").root.table()));
  CHECK(written == "[z]\na = [2]\nb = 1\n\n[z.k.x]\ny = 1\n");
}
