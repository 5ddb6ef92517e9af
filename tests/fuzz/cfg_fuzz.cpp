#include "fuzz.hpp"
#include "larder/cargo/config/cfg.hpp"
#include "larder/reduce/graph/condition.hpp"

// Keys of `[target.KEY]` tables, one a line, on their own and combined.

namespace larder::test {

namespace {

using reduce::Condition;

void check_canonical(const std::vector<cargo::PlatformPart>& parts) {
  const auto again = cargo::parse_platform(cargo::platform_key(parts));
  require(again && *again == parts, "the canonical key stands for the same parts");
}

void check_pair(const Condition& a, const Condition& b) {
  const auto joined = reduce::both(a, b);
  require(joined == reduce::both(b, a), "a conjunction has no order");
  reduce::Conditions facts;
  reduce::absorb(facts, a);
  require(!reduce::absorb(facts, joined), "a stronger condition adds nothing");
}

}  // namespace

void run(std::string_view text) {
  constexpr std::size_t most_conditions = 8;
  std::vector<Condition> conditions;
  for (const auto& key : split(text, '\n')) {
    const auto parts = cargo::parse_platform(key);
    if (!parts) continue;
    check_canonical(*parts);
    if (conditions.size() < most_conditions)
      conditions.push_back(reduce::condition_of(*parts, conditions.size() % 2 == 1));
  }
  for (const auto& a : conditions) {
    for (const auto& b : conditions) check_pair(a, b);
  }
}

}  // namespace larder::test
