#include "larder/store/variant.hpp"

#include <doctest/doctest.h>

#include "larder/store/hash.hpp"

using namespace larder::store;

namespace {

Variant full_variant() {
  Variant out;
  out.unit = "serde 1.0.0 lib-serde";
  out.variables = {{"CFLAGS", hash("-O2")}, {"UNSET", std::nullopt}};
  out.has_all_variables = true;
  out.reads = {{"contents /usr/bin/cc", hash("cc")}, {"absence /etc/x", hash("nothing")}};
  out.bound = "/app/target";
  out.dependencies = {{"debug/.fingerprint/a-1/lib-a", hash("a")}};
  out.output = hash("out");
  out.files = {{"debug/deps/libserde-1.rlib", hash("rlib"), 4, false},
               {"debug/build/serde-2/build-script-build", hash("script"), 6, true},
               {"debug/deps/libserde-1.rmeta", hash("rmeta"), 5, false}};
  out.files[0].inserted = hash("rmeta");
  out.files[0].inserted_at = 2;
  out.milliseconds = 1200;
  out.saved = 1'790'000'000;
  out.key_parts = {{"toolchain", "rustc 1.95.0"}};
  out.saved_by = "0.1.0";
  return out;
}

}  // namespace

TEST_CASE("a variant is read as it was written, under its own name only") {
  const auto variant = full_variant();
  const auto text = write_variant(variant);
  CHECK(read_variant(text, name_of(variant)) == variant);
  CHECK_FALSE(read_variant(text, hash("another name")));
}

TEST_CASE("what is about the saving makes no other variant") {
  auto variant = full_variant();
  const auto name = name_of(variant);
  variant.milliseconds = 1;
  variant.saved = 2;
  variant.key_parts.clear();
  variant.saved_by = "0.2.0";
  CHECK(name_of(variant) == name);
}

TEST_CASE("everything else makes another variant") {
  struct Row {
    const char* what;
    void (*change)(Variant&);
  };
  const std::vector<Row> rows{
      {"unit", [](Variant& v) { v.unit = "other"; }},
      {"variable set", [](Variant& v) { v.variables["UNSET"] = hash(""); }},
      {"variable gone", [](Variant& v) { v.variables.erase("UNSET"); }},
      {"all variables", [](Variant& v) { v.has_all_variables = false; }},
      {"read", [](Variant& v) { v.reads["contents /usr/bin/cc"] = hash("other"); }},
      {"read gone", [](Variant& v) { v.reads.erase("absence /etc/x"); }},
      {"empty directory", [](Variant& v) { v.files[0].path += "/"; }},
      {"bound", [](Variant& v) { v.bound.clear(); }},
      {"dependency", [](Variant& v) { v.dependencies.begin()->second = hash("b"); }},
      {"output", [](Variant& v) { v.output = hash("other"); }},
      {"path", [](Variant& v) { v.files[0].path += "x"; }},
      {"blob", [](Variant& v) { v.files[0].blob = hash("x"); }},
      {"size", [](Variant& v) { ++v.files[0].size; }},
      {"inserted", [](Variant& v) { v.files[0].inserted = hash("script"); }},
      {"inserted at", [](Variant& v) { ++v.files[0].inserted_at; }},
      {"nothing inserted",
       [](Variant& v) {
         v.files[0].inserted.clear();
         v.files[0].inserted_at = 0;
       }},
      {"executable", [](Variant& v) { v.files[0].is_executable = true; }}};
  const auto name = name_of(full_variant());
  for (const auto& row : rows) {
    CAPTURE(row.what);
    auto variant = full_variant();
    row.change(variant);
    CHECK(name_of(variant) != name);
    CHECK(read_variant(write_variant(variant), name_of(variant)) == variant);
  }
}

TEST_CASE("a document that was cut off or changed anywhere is none") {
  const auto variant = full_variant();
  const auto text = write_variant(variant);
  const auto name = name_of(variant);
  // Without its last line break it is whole.
  for (std::size_t length = 0; length + 1 < text.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(read_variant(text.substr(0, length), name));
  }
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char other : {'0', '"', '\0', '\xff', ' '}) {
      auto changed = text;
      changed[i] = other;
      const auto read = read_variant(changed, name);
      // What is no part of the name may be read otherwise.
      if (!read) continue;
      auto same = *read;
      same.milliseconds = variant.milliseconds;
      same.saved = variant.saved;
      same.key_parts = variant.key_parts;
      same.saved_by = variant.saved_by;
      CHECK(same == variant);
    }
  }
}

TEST_CASE("a signature covers the whole document and the key that it lies under") {
  const auto variant = full_variant();
  const auto key = hash("key");
  const auto secret = secret_of("words");
  const auto text = write_signed_variant(variant, key, secret);
  CHECK(read_variant(text, name_of(variant)) == variant);
  CHECK(is_signed(text, key, secret));
  CHECK_FALSE(is_signed(text, hash("another key"), secret));
  CHECK_FALSE(is_signed(text, key, secret_of("other words")));
  CHECK_FALSE(is_signed(write_variant(variant), key, secret));
  CHECK_FALSE(is_signed("", key, secret));
  CHECK_FALSE(is_signed("{\"signature\":1}", key, secret));
  CHECK(secret_of("").empty());
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    CAPTURE(i);
    auto changed = text;
    changed[i] = changed[i] == '1' ? '2' : '1';
    CHECK_FALSE(is_signed(changed, key, secret));
  }
}

TEST_CASE("what is inserted is a blob of the same variant") {
  auto variant = full_variant();
  variant.files[0].inserted = hash("elsewhere");
  CHECK_FALSE(read_variant(write_variant(variant), name_of(variant)));
}

TEST_CASE("a document of another shape is none") {
  const auto name = name_of(full_variant());
  for (const std::string text : {"", "null", "[]", "{}", "{\"format\":1}", "\x00\x01"}) {
    CAPTURE(text);
    CHECK_FALSE(read_variant(text, name));
  }
}

TEST_CASE("files outside the build directory are never named") {
  for (const std::string path : {"/etc/passwd", "../x", "debug/../../x", "", "debug//x"}) {
    CAPTURE(path);
    auto variant = full_variant();
    variant.files[0].path = path;
    CHECK_FALSE(read_variant(write_variant(variant), name_of(variant)));
  }
}

TEST_CASE("which texts a document can hold as they are") {
  CHECK(can_be_written(""));
  CHECK(can_be_written("/usr/bin/cc"));
  CHECK(can_be_written("/home/m\xc3\xbcller"));
  CHECK_FALSE(can_be_written("/home/m\xfcller"));
  CHECK_FALSE(can_be_written("\xc3"));
}
