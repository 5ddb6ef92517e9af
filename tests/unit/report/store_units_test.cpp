#include "larder/report/store_units.hpp"

#include <doctest/doctest.h>

using namespace larder;
using namespace larder::report;

namespace {

StoreUnits all_states() {
  StoreUnits out;
  out.units.push_back(
      {"a", "1.0.0", "lib-a", "0000000000000001", store::UnitState::Present, 0, "", "", {}});
  out.units.push_back({"b",
                       "1.0.0",
                       "lib-b",
                       "0000000000000002",
                       store::UnitState::Stored,
                       1'795'954'671,
                       "0.1.0",
                       "/store",
                       {}});
  return out;
}

}  // namespace

TEST_CASE("units are told in a line each, and are warm unless one would be compiled") {
  auto found = all_states();
  CHECK(found.warm());
  CHECK(to_text(found) ==
        "a 1.0.0 lib-a 0000000000000001 is in the target directory\n"
        "b 1.0.0 lib-b 0000000000000002 would be restored from /store (saved 2026-11-29 12:17 UTC "
        "by 0.1.0)\n");
  found.units.push_back(
      {"c",
       "1.0.0",
       "lib-c",
       "0000000000000003",
       store::UnitState::Cold,
       0,
       "",
       "",
       {{store::ColdReason::Features, "one thing"}, {store::ColdReason::Variable, "another"}}});
  CHECK_FALSE(found.warm());
  CHECK(to_text(found).ends_with(
      "c 1.0.0 lib-c 0000000000000003 would be compiled: one thing; another\n"));
}

TEST_CASE("the JSON has the state and what belongs to it") {
  auto found = all_states();
  found.units[0].state = store::UnitState::Cold;
  found.units[0].reasons = {{store::ColdReason::NoEntry, "none"}};
  CHECK(to_json(found) == R"({
  "units": [
    {
      "hash": "0000000000000001",
      "local": false,
      "package": "a",
      "reasons": [
        {
          "kind": "no-entry",
          "text": "none"
        }
      ],
      "state": "cold",
      "unit": "lib-a",
      "version": "1.0.0"
    },
    {
      "hash": "0000000000000002",
      "local": false,
      "package": "b",
      "saved": 1795954671,
      "saved_by": "0.1.0",
      "state": "stored",
      "store": "/store",
      "unit": "lib-b",
      "version": "1.0.0"
    }
  ],
  "warm": false
}
)");
}

TEST_CASE("every reason has its word") {
  for (const auto& [reason, word] : store::cold_reasons) CHECK(store::word_of(reason) == word);
}
