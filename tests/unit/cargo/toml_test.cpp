#include "larder/cargo/toml.hpp"

#include <doctest/doctest.h>

#include <functional>

#include "../support/expect.hpp"

using namespace larder::cargo;
using larder::test::error_of;
using larder::test::position_of;

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
                                 "a = 01", "\xff = 1", "[a]\n[a]\n"}) {
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

TEST_CASE("a cursor reads values and remembers the way to them") {
  const auto document =
      parse("[package]\nname = \"a\"\n[target.'cfg(unix)'.dependencies]\nlibc = [\"x\", \"y\"]\n");
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
    const auto error = error_of(row.action);
    CHECK(error.id() == id);
    CHECK(position_of(error) == row.position);
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
