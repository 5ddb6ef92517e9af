#include "larder/cook/cold_variants.hpp"

#include <doctest/doctest.h>

using namespace larder;
using namespace larder::cook;
using store::ColdReason;

namespace {

KeyParts parts_of_serde() {
  return {{"toolchain", "rustc 1.95.0 (f2d3ce0bd 2026-03-21) 11"},
          {"package", "serde 1.0.228"},
          {"source", "22"},
          {"unit", "debug/.fingerprint/serde-0123456789abcdef/lib-serde"},
          {"fingerprint", "33"},
          {"arguments", "44"},
          {"features", " \"default\" \"std\""},
          {"profile", " debuginfo=2 embed-bitcode=no"},
          {"variables", "55"},
          {"system", "66"}};
}

}  // namespace

TEST_CASE("what differs between two keys is said by its telling parts") {
  struct Row {
    KeyParts entry;
    std::vector<store::WhyCold> expected;
  };
  const std::vector<Row> rows{
      {{}, {}},
      {{{"toolchain", "rustc 1.94.0 (0 2026-01-01) 12"}},
       {{ColdReason::Toolchain, "the store has it compiled with rustc 1.94.0 (0 2026-01-01)"}}},
      {{{"toolchain", "rustc 1.95.0 (f2d3ce0bd 2026-03-21) 12"}},
       {{ColdReason::Toolchain,
         "the store has it compiled with rustc 1.95.0 (f2d3ce0bd 2026-03-21) whose files differ"}}},
      // The sources of another version differ anyway.
      {{{"package", "serde 1.0.227"}, {"source", "23"}, {"variables", "56"}},
       {{ColdReason::Version, "the store has serde 1.0.227 instead"}}},
      {{{"source", "23"}},
       {{ColdReason::Sources, "the store has it compiled from different sources"}}},
      {{{"features", " \"default\" \"rc\" \"std\""}, {"arguments", "45"}},
       {{ColdReason::Features, "the store has it with features \"rc\""}}},
      {{{"features", " \"std\""}, {"arguments", "45"}},
       {{ColdReason::Features, "the store has it without features \"default\""}}},
      {{{"unit", "release/.fingerprint/serde-0123456789abcdee/lib-serde"},
        {"profile", " opt-level=3"}},
       {{ColdReason::Profile, "the store has it compiled for release"}}},
      {{{"unit", "release/build/serde/0123456789abcdee/fingerprint/lib-serde"}},
       {{ColdReason::Profile, "the store has it compiled for release"}}},
      {{{"profile", " debuginfo=1 embed-bitcode=no"}},
       {{ColdReason::Profile, "the store has it with debuginfo=1 instead of debuginfo=2"}}},
      {{{"system", "67"}, {"processor", "1"}},
       {{ColdReason::System,
         "the store has it compiled with another linker or other system packages"},
        {ColdReason::Processor, "the store has it compiled for another processor"}}},
      {{{"arguments", "45"}, {"fingerprint", "34"}},
       {{ColdReason::Arguments, "the store has it compiled with other rustc arguments"}}},
      {{{"variables", "56"}, {"fingerprint", "34"}},
       {{ColdReason::Environment, "the store has it compiled with other environment variables"}}},
      {{{"fingerprint", "34"}},
       {{ColdReason::Tracked, "the store has it, but something else that cargo tracks differs"}}},
  };
  for (const auto& row : rows) {
    auto entry = parts_of_serde();
    for (const auto& [name, value] : row.entry) entry[name] = value;
    CAPTURE(row.entry.empty() ? "" : row.entry.begin()->second);
    const auto found = differences_of_keys(parts_of_serde(), entry);
    CHECK(found == row.expected);
  }
}

TEST_CASE("a key is another one with each of its parts") {
  const auto key = key_of(parts_of_serde());
  CHECK(key_of({}) == "");
  for (const auto& [name, value] : parts_of_serde()) {
    CAPTURE(name);
    auto parts = parts_of_serde();
    parts[name] += "x";
    CHECK(key_of(parts) != key);
    parts.erase(name);
    CHECK(key_of(parts) != key);
  }
}
