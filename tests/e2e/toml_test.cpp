#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <random>

#include "larder/cargo/toml/toml.hpp"
#include "support/files.hpp"
#include "support/programs.hpp"

// Whether TOML is read as cargo reads it: what stands in [package.metadata] comes back as JSON.

namespace larder::test {

namespace {

using cargo::TomlValue;
using nlohmann::json;

json to_json(const TomlValue& value) {
  if (const auto* text = value.string()) return *text;
  if (const auto* number = value.integer()) return *number;
  if (const auto* flag = value.boolean()) return *flag;
  if (const auto* number = std::get_if<double>(&value.data()))
    return std::isfinite(*number) ? json(*number) : json();
  if (const auto* date = std::get_if<cargo::TomlDate>(&value.data()))
    return {{"$__toml_private_datetime", date->text}};
  if (const auto* array = value.array()) {
    auto out = json::array();
    for (const auto& item : *array) out.push_back(to_json(item));
    return out;
  }
  auto out = json::object();
  for (const auto& [key, item] : *value.table()) out[key] = to_json(item);
  return out;
}

constexpr auto refused = "refused";

/// The value of the manifest's metadata.
json read_by_us(const std::string& manifest) {
  try {
    const auto document = cargo::parse_toml("Cargo.toml", manifest, "manifest-parse");
    return to_json(*document.root.find("package")->find("metadata"));
  } catch (const Error&) {
    return refused;
  }
}

json read_by_cargo(const std::string& manifest, const std::string& directory) {
  write_file(directory + "/Cargo.toml", manifest);
  const auto run =
      test::cargo({"metadata", "--no-deps", "--offline", "--format-version", "1"}, directory);
  if (run.code() != 0) return refused;
  return json::parse(run.output).at("packages").at(0).at("metadata");
}

std::string manifest_with(const std::string& metadata) {
  return "[workspace]\n[package]\nname = \"a\"\n[package.metadata]\n" + metadata;
}

/// Documents that are right in most places and wrong in some, the same ones on every machine.
class Generator {
 public:
  std::string document() {
    std::string out;
    for (auto lines = 1 + below(3); lines > 0; --lines) out += line() + newline();
    return out;
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  bool sometimes() { return below(12) == 0; }
  template <typename Choices>
  std::string one_of(const Choices& choices) {
    return std::string(choices[below(std::size(choices))]);
  }

  std::string newline() { return sometimes() ? "\r\n" : sometimes() ? " # \u00e9\n" : "\n"; }
  std::string space() { return sometimes() ? one_of(spaces) : " "; }
  std::string gap() { return sometimes() ? one_of(gaps) : ""; }

  std::string line() {
    const auto kind = below(8);
    if (kind == 0) return "[package.metadata." + key() + "]";
    if (kind == 1) return "[[package.metadata." + key() + "]]";
    return key() + space() + "=" + space() + value(0);
  }

  std::string key() {
    auto out = simple_key();
    while (below(3) == 0) out += "." + simple_key();
    return out;
  }
  std::string simple_key() { return one_of(sometimes() ? odd_keys : keys); }

  std::string value(int depth) {
    const auto kind = below(depth > 2 ? 7 : 9);
    if (kind < 3) return one_of(scalars);
    if (kind < 5) return "\"" + text(escapes) + "\"";
    if (kind == 5) return "\"\"\"" + text(escapes) + "\"\"\"";
    if (kind == 6) return "'''" + text(pieces) + "'''";
    return kind == 7 ? array(depth) : inline_table(depth);
  }

  template <typename Choices>
  std::string text(const Choices& choices) {
    std::string out;
    for (auto left = below(4); left > 0; --left) out += one_of(below(2) == 0 ? pieces : choices);
    return out;
  }

  std::string array(int depth) {
    std::string out = "[" + gap();
    for (auto left = below(3); left > 0; --left) out += value(depth + 1) + gap() + "," + gap();
    return out + (sometimes() ? "" : value(depth + 1)) + gap() + "]";
  }

  std::string inline_table(int depth) {
    std::string out = "{" + gap();
    for (auto left = below(3); left > 0; --left)
      out += key() + space() + "= " + value(depth + 1) + gap() + "," + gap();
    return out + "last = " + value(depth + 1) + gap() + "}";
  }

  using Texts = std::vector<std::string>;
  const Texts spaces{"", "\t", "  ", "\u00a0", "\u3000", "\f"};
  const Texts gaps{"\n", "\r\n", " ", "\t", " # c\n", "#\u0001\n", "\r"};
  const Texts keys{"a", "b", "c", "a-b", "1", "\"a\"", "'b'", "\"\"", "\"a.b\"", "\"\\u00e9\""};
  const Texts odd_keys{"\u00e9", "a+b", "+1", "", "a b", "a!", "\u00b2", "\"\n\"", "\"\\q\""};
  const Texts scalars{"0",
                      "-0",
                      "+1",
                      "01",
                      "1_000",
                      "1__0",
                      "0xdead_BEEF",
                      "0x1p3",
                      "0x1.8",
                      "0X1",
                      "-0x1",
                      "0o17",
                      "0o8",
                      "0b101",
                      "9223372036854775807",
                      "9223372036854775808",
                      "-9223372036854775808",
                      "1.0",
                      "1.",
                      ".5",
                      "-0.0",
                      "1e5",
                      "1e05",
                      "1_0.0_1e+1_0",
                      "1e400",
                      "01.0",
                      "0.1",
                      "inf",
                      "-inf",
                      "nan",
                      "+nan",
                      "Inf",
                      "true",
                      "True",
                      "1979-05-27",
                      "1979-02-29",
                      "2000-02-29",
                      "1979-05-27T07:32:00Z",
                      "1979-05-27t07:32z",
                      "1979-05-27 07:32:00.5+01:00",
                      "1979-05-27T07:32:00-00:00",
                      "1979-05-27T07:32:00+00:00",
                      "1979-05-27T07:32:00+24:00",
                      "07:32",
                      "07:32:00.1234567891",
                      "24:00:00",
                      "07:32:61"};
  const Texts pieces{"x",      "\u00e9", "\U0001f980", " ",      "\t",     "\r\n",
                     "\n",     "\u00a0", "\u2028",     "\ufeff", "\u0085", "\u0001",
                     "\u007f", "\r",     "''",         "\\",     "#",      "["};
  const Texts escapes{"\\n",     "\\e",         "\\x41",       "\\x4",
                      "\\u00e9", "\\ud800",     "\\U0001F980", "\\U00110000",
                      "\\a",     "\\\n \u00a0", "\\ \r\n  x",  "\\\u00a0\n",
                      "\\\"",    "\\\\",        "\"",          "\"\""};
  std::mt19937 random_;  // NOLINT(bugprone-random-generator-seed): the same seed always
};

class Comparison {
 public:
  Comparison() : directory_("toml") { write_file(directory_ / "src/lib.rs", ""); }

  /// Whether it was accepted.
  bool check(const std::string& manifest) const {
    CAPTURE(manifest);
    const auto by_cargo = read_by_cargo(manifest, directory_.path());
    CHECK(read_by_us(manifest) == by_cargo);
    return by_cargo != refused;
  }

 private:
  TestDirectory directory_;
};

std::string repeated(const std::string& text, std::size_t times) {
  std::string out;
  for (; times > 0; --times) out += text;
  return out;
}

}  // namespace

TEST_SUITE("toml") {
  TEST_CASE("generated documents are accepted and read as cargo does") {
    const Comparison comparison;
    Generator generator;
    int accepted = 0;
    constexpr int documents = 400;
    for (int i = 0; i < documents; ++i)
      accepted += comparison.check(manifest_with(generator.document())) ? 1 : 0;
    // Neither all nor nothing, so that the comparison is one.
    CHECK(accepted > documents / 4);
    CHECK(accepted < documents * 3 / 4);
  }

  TEST_CASE("so are documents at the limits") {
    const Comparison comparison;
    for (const std::size_t depth : {80U, 81U}) {
      for (const auto& metadata :
           {"a = " + repeated("[", depth) + repeated("]", depth),
            "a = " + repeated("{a=", depth) + "1" + repeated("}", depth),
            repeated("a.", depth - 1) + "a = 1", "[" + repeated("a.", depth - 1) + "a]"}) {
        CHECK(comparison.check(manifest_with(metadata)) == (depth == 80));
      }
    }
    CHECK(comparison.check("\ufeff" + manifest_with("")));
    CHECK_FALSE(comparison.check("\ufeff\ufeff" + manifest_with("")));
    CHECK_FALSE(comparison.check(manifest_with("a = \"\xff\"")));
    CHECK_FALSE(comparison.check(manifest_with(std::string("#\0", 2))));
    CHECK_FALSE(comparison.check(R"([package.metadata.a.b]
[workspace]
[package]
name = "a"
metadata.x = 1
)"));
  }
}

}  // namespace larder::test
