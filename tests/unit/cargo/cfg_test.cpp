#include "larder/cargo/config/cfg.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace larder::cargo;
using Texts = std::vector<std::string>;

namespace {

Texts parts_of(std::string_view key) {
  Texts out;
  const auto parts = parse_platform(key);
  REQUIRE_MESSAGE(parts, key);
  for (const auto& part : *parts) out.push_back((part.is_cfg ? "" : "triple ") + part.text);
  return out;
}

}  // namespace

TEST_CASE("a platform key is taken apart into the operands of a top-level all") {
  for (const auto& [key, expected] : std::vector<std::pair<std::string, Texts>>{
           {"cfg(unix)", {"unix"}},
           {"cfg(all())", {}},
           {"cfg(all(unix, not(windows)))", {"not(windows)", "unix"}},
           {"cfg(all(unix, all(a, b)))", {"a", "b", "unix"}},
           {"cfg(any(unix, windows))", {"any(unix, windows)"}},
           {"cfg(any())", {"any()"}},
           {"cfg(not(all(a, b)))", {"not(all(a, b))"}},
           {"cfg(target_os = \"linux\")", {"target_os = \"linux\""}},
           {"x86_64-unknown-linux-gnu", {"triple x86_64-unknown-linux-gnu"}},
           {"my.target_1", {"triple my.target_1"}}}) {
    CAPTURE(key);
    CHECK(parts_of(key) == expected);
  }
}

TEST_CASE(
    "order, spacing, trailing commas, duplicates and needless nesting do not reach the result") {
  for (const auto& [one, other] : std::vector<std::pair<std::string, std::string>>{
           {"cfg(all(a, b))", "cfg( all( b ,a, ) )"},
           {"cfg(any(a, b))", "cfg(any(b, a, b))"},
           {"cfg(target_os=\"linux\")", "cfg(target_os  =  \"linux\")"},
           {"cfg(all(a, all(b, c)))", "cfg(all(all(c), b, a))"},
           {"cfg(any(a, any(b, c)))", "cfg(any(c, b, a))"},
           {"cfg(all(a))", "cfg(a)"},
           {"cfg(all(any(all(a, b))))", "cfg(all(a, b))"},
           {"cfg(any(all(any(a, b)), c))", "cfg(any(a, b, c))"},
           {"cfg(any(all(a, b), all(b, a)))", "cfg(all(a, b))"},
           {"cfg(any(a))", "cfg(a)"},
           {"cfg(not(any(b, a)))", "cfg(not(any(a, b)))"}}) {
    CAPTURE(one);
    CHECK(parts_of(one) == parts_of(other));
  }
}

TEST_CASE("conditions that differ stay different") {
  const Texts keys{"cfg(a)",
                   "cfg(not(a))",
                   "cfg(all(a, b))",
                   "cfg(any(a, b))",
                   "cfg(not(not(a)))",
                   "cfg(a = \"x\")",
                   "cfg(a = \"X\")",
                   "cfg(all())",
                   "cfg(any())",
                   "a",
                   "cfg(any(a, all(b, c)))"};
  for (std::size_t i = 0; i < keys.size(); ++i) {
    for (std::size_t j = i + 1; j < keys.size(); ++j) {
      CAPTURE(keys[i]);
      CAPTURE(keys[j]);
      CHECK(parse_platform(keys[i]) != parse_platform(keys[j]));
    }
  }
}

TEST_CASE("an empty platform is a name like any other") {
  CHECK(parse_platform("") == std::vector<PlatformPart>{{false, ""}});
}

TEST_CASE("a value is kept as it is written, which knows no escapes") {
  for (const std::string key : {"cfg(a = \"x\\y\")", "cfg(a = \"\\\")", "cfg(a = \"\t\")"}) {
    CAPTURE(key);
    CHECK(platform_key(parse_platform(key).value()) == key);
  }
}

TEST_CASE("what cargo refuses as a platform is refused") {
  for (const std::string key :
       {"cfg(",         "cfg(unix) ",     "cfg(all)",      "cfg(any = \"x\")",
        "cfg(\tunix)",  "cfg()",          "cfg(a",         "cfg(a))",
        "cfg(a b)",     "cfg(a,)",        "cfg(all(a b))", "cfg(not())",
        "cfg(not(a,))", "cfg(not(a, b))", "cfg(a = b)",    "cfg(a = \"b)",
        "cfg(foo(a))",  "cfg(1a)",        "cfg(,)",        "cfg(all(,))",
        "foo bar",      "cfg (unix)",     "unix)",         "a(b)"}) {
    CAPTURE(key);
    CHECK_FALSE(parse_platform(key));
  }
}

TEST_CASE("a hostile nesting depth is refused instead of exhausting the stack") {
  std::string key = "cfg(";
  for (int i = 0; i < 100000; ++i) key += "not(";
  CHECK_FALSE(parse_platform(key));
}

TEST_CASE("the key written for a conjunction means the same") {
  for (const std::string key : {"cfg(unix)", "cfg(all())", "cfg(all(a, b))", "cfg(any(a, b))",
                                "cfg(all(a, not(any(b, c))))", "x86_64-pc-windows-msvc",
                                R"(cfg(all(target_os = "linux", target_env = "musl")))"}) {
    CAPTURE(key);
    const auto parts = parse_platform(key).value();
    CHECK(parse_platform(platform_key(parts)) == parts);
  }
  CHECK(platform_key({}) == "cfg(all())");
  CHECK(platform_key({{false, "wasm32-unknown-unknown"}}) == "wasm32-unknown-unknown");
}
