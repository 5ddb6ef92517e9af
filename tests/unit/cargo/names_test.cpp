#include "larder/cargo/manifest/names.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace larder::cargo;

namespace {

using Names = std::vector<std::string>;
using Check = std::optional<std::string> (*)(std::string_view);

struct NameRow {
  Check problem;
  Names allowed;
  Names refused;
};

}  // namespace

TEST_CASE("names are allowed as cargo allows them") {
  for (const auto& row : std::vector<NameRow>{
           {package_name_problem,
            {"a", "_", "_-", "a-b_C9", "\u00e9t\u00e9", "a\u0301", "a::b", "\u5317\u4eac",
             "\U00010400x", "a\u200d", "nul"},
            {"", "-a", "9a", "a b", "a.b", "a+b", "a/b", "a:b", "a::", "::a", "a::9", "\u0301a",
             "\u24b6", "a\u00bc", "a\xff", "\xc3", "\xed\xa0\x80", "\u037a"}},
           {registry_name_problem, {"mine", "_x"}, {"", "a::b", "1", "a.b"}},
           {path_base_name_problem, {"workspace", "a-b"}, {"", "a::b", "a/b"}},
           {profile_name_problem,
            {"", "dev", "release", "doc", "ci-1", "-", "_", "9", "\u24b6", "\u00bc", "\u00e9",
             "acargo", "debug2", "check\u212A", "t\u0130mp"},
            {"debug", "DEBUG", "build-override", "Build-Override", "build", "tmp", "Target",
             "cargo", "cargo-x", "CARGOx", "chec\u212A", "a b", "a.b", "a\u0301", "a::b"}},
           {feature_name_problem,
            {"c++17", "128bit", "_x", "f-n", "a.b", "\u00e9", "default"},
            {"", "+x", "-x", ".x", "dep:x", "a/b", "a:b", "a?", "?a", "\u24b6", "a\u00bc",
             "a b"}}}) {
    for (const auto& name : row.allowed) {
      CAPTURE(name);
      CHECK_FALSE(row.problem(name));
    }
    for (const auto& name : row.refused) {
      CAPTURE(name);
      CHECK(row.problem(name));
    }
  }
}

TEST_CASE("what is wrong with a name names the character") {
  CHECK(package_name_problem("a\u00bcb") ==
        "invalid character `\u00bc` in package name: `a\u00bcb`; letters, digits, `_` and `-` are "
        "allowed (Unicode: XID_Continue)");
  CHECK(package_name_problem("x::9a") ==
        "invalid character `9` in package name: `9a`; it cannot start with a digit");
  CHECK(feature_name_problem("a/b") ==
        "invalid character `/` in feature name: `a/b`; slashes are not allowed");
  CHECK(registry_name_problem("") == "a registry name must not be empty");
  CHECK(profile_name_problem("Debug") ==
        "profile name `Debug` is reserved; the default profile is `dev`");
}

TEST_CASE("the properties of characters are those of Unicode 17") {
  struct Counted {
    bool (*has)(char32_t);
    int count;
  };
  // As counted by unicode-ident 1.0.22.
  for (const auto& row : {Counted{is_xid_start, 145893}, Counted{is_xid_continue, 149221}}) {
    int count = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) count += row.has(c) ? 1 : 0;
    CHECK(count == row.count);
  }
  CHECK_FALSE(is_xid_start('_'));
  CHECK(is_xid_continue('_'));
  CHECK(is_xid_start(0x3134A));
  CHECK(is_xid_start(0x323B0));  // New in Unicode 17.
  CHECK_FALSE(is_xid_start(0x10FFFF));
}

TEST_CASE("UTF-8 is taken apart character by character") {
  struct Decoded {
    std::string text;
    std::u32string characters;
  };
  for (const auto& row :
       std::vector<Decoded>{{"a\u00e9\u20ac\U0001f980", U"a\u00e9\u20ac\U0001f980"},
                            {"\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff",
                             U"\x7f\u0080\u07ff\u0800\uffff\U00010000\U0010ffff"},
                            {"\xc3", U"\ufffd"},
                            {"\x80x", U"\ufffdx"},
                            {"\xc0\x80", U"\ufffd\ufffd"},
                            {"\xe0\x80\x80", U"\ufffd\ufffd\ufffd"},
                            {"\xf4\x90\x80\x80", U"\ufffd\ufffd\ufffd\ufffd"},
                            {"\xe2\x82x", U"\ufffd\ufffdx"}}) {
    CAPTURE(row.text);
    std::string_view rest = row.text;
    std::u32string characters;
    while (!rest.empty()) characters += take_character(rest);
    CHECK(characters == row.characters);
  }
}
