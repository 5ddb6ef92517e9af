#include "larder/record/record.hpp"

#include <doctest/doctest.h>

#include "../support/values.hpp"

using namespace larder;
using namespace larder::record;
using Texts = std::vector<std::string>;

TEST_CASE("a record has the variables that can change a unit, without their values") {
  const auto made =
      make_record("cargo 1.95.0",
                  test::environment_of({{"RUSTFLAGS", "-C target-cpu=native"},
                                        {"CARGO_PROFILE_DEV_LTO", "thin"},
                                        {"CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER", "ld"},
                                        {"CARGO_TARGET_DIR", "/cache"},
                                        {"CARGO_REGISTRIES_OWN_TOKEN", "secret"},
                                        {"CC", ""},
                                        {"HOME", "/root"}}),
                  {{"/.cargo/config.toml", "1"}});
  Texts names;
  for (const auto& [name, digest] : made.environment) names.push_back(name);
  CHECK(names == Texts{"CARGO_HOME", "CARGO_PROFILE_DEV_LTO",
                       "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_LINKER", "RUSTFLAGS"});
  const auto text = write(made);
  CHECK(text.find("native") == std::string::npos);
  CHECK(text.ends_with("}\n"));
  CHECK(read(text) == made);
}

TEST_CASE("cargo's home follows that of the user") {
  const auto of = [](const std::string& name, const std::string& value) {
    return make_record("c", test::environment_of({{name, value}}), {});
  };
  CHECK(of("HOME", "/root") == of("CARGO_HOME", "/root/.cargo"));
  CHECK(differences(of("HOME", "/root"), of("HOME", "/home/u")) ==
        Texts{"CARGO_HOME has a different value than during cook"});
}

TEST_CASE("what is no record is none") {
  for (const std::string text : {"", "{}", "[]", "nonsense", R"({"format": 2})",
                                 R"({"format": 1, "cargo": 1, "environment": {}})",
                                 R"({"format": 1, "cargo": "c", "environment": []})"}) {
    CAPTURE(text);
    CHECK_FALSE(read(text));
  }
}

TEST_CASE("differences name the variable and how it differs") {
  const auto cooked =
      make_record("cargo 1.90.0", test::environment_of({{"RUSTFLAGS", "a"}, {"CC", "gcc"}}),
                  {{"/a", "1"}, {"/b", "1"}});
  const auto now =
      make_record("cargo 1.95.0", test::environment_of({{"CC", "clang"}, {"CXX", "g++"}}),
                  {{"/b", "2"}, {"/c", "1"}});
  CHECK(differences(cooked, now) == Texts{"cook used cargo 1.90.0, but this is cargo 1.95.0",
                                          "CC has a different value than during cook",
                                          "CXX is set now but was not set during cook",
                                          "RUSTFLAGS was set during cook but is not set now",
                                          "/b has changed since cook",
                                          "/c is read now but did not exist during cook; it is "
                                          "above the directories that the recipe covers",
                                          "/a was read during cook but no longer exists"});
  // An older version recorded no files.
  auto older = cooked;
  older.files.reset();
  CHECK(read(write(older)) == older);
  CHECK(differences(older, now).size() == 4);
  CHECK(differences(cooked, cooked).empty());
}
