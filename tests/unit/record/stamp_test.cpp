#include "larder/record/stamp.hpp"

#include <doctest/doctest.h>

using namespace larder::record;

TEST_CASE("a stamp is read as it was written") {
  const Stamp stamp{
      "0123456789abcdef", 1700000000, 1600000000, {{"debug/.fingerprint/a-1/lib-a", 1650000000}}};
  const auto text = write_stamp(stamp);
  CHECK(text.ends_with("}\n"));
  CHECK(read_stamp(text) == stamp);
}

TEST_CASE("what is no stamp is none") {
  for (const std::string text :
       {"", "[]", R"({"format": 2, "directory": "d", "tag": 1, "units": {}, "written": 1})",
        R"({"format": 1, "directory": "d", "tag": "1", "units": {}, "written": 1})",
        R"({"format": 1, "directory": "d", "tag": 1, "units": [], "written": 1})",
        R"({"format": 1, "tag": 1, "units": {}, "written": 1})"}) {
    CAPTURE(text);
    CHECK_FALSE(read_stamp(text));
  }
}
