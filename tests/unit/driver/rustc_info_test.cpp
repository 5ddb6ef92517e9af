#include "larder/driver/rustc_info.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace larder::driver;

namespace {

/// A file as cargo 1.95 writes it.
std::string file_with(const std::vector<std::string>& answers) {
  std::string out = R"({"rustc_fingerprint":1,"outputs":{)";
  for (const auto& answer : answers) {
    out += fmt::format(R"("{}":{{"success":true,"status":"","code":0,"stdout":"{}","stderr":""}},)",
                       out.size(), answer);
  }
  if (out.ends_with(',')) out.pop_back();
  return out + R"(},"successes":{}})";
}

}  // namespace

TEST_CASE("rustc is known from what cargo asked it, unless the answers differ") {
  const std::string version = R"(rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\n)";
  const std::string printed = R"(___\nlib___.rlib\n/opt/rust\noff\npacked\nunix\n)";
  const std::string with_target = R"(___\nlib___.a\n/opt/rust\noff\n)";
  const auto known = read_rustc_info(file_with({printed, version, with_target, version}));
  REQUIRE(known);
  CHECK(known->version == "rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\n");
  CHECK(known->sysroot == "/opt/rust");
  struct Row {
    const char* description;
    std::string text;
  };
  for (const auto& row :
       {Row{"no answers", file_with({})}, Row{"no version", file_with({printed})},
        Row{"no sysroot", file_with({version, "___"})},
        Row{"two versions", file_with({version, printed, "rustc 1.94.0"})},
        Row{"two sysroots", file_with({version, printed, "___\\n/usr"})}, Row{"no file", ""},
        Row{"not JSON", "{"}, Row{"no object", "[]"}, Row{"other outputs", R"({"outputs":[1]})"},
        Row{"another type", R"({"outputs":{"1":{"stdout":1}}})"}}) {
    CAPTURE(row.description);
    CHECK_FALSE(read_rustc_info(row.text));
  }
}
