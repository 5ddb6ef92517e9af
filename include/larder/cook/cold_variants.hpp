#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/cook/unit_key.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/store/explanation.hpp"
#include "larder/store/store.hpp"

namespace larder::cook {

/// What differs between the keys of a unit and of an entry of a store, most telling parts first;
/// what follows from those is left out. Empty for equal keys.
std::vector<store::WhyCold> differences_of_keys(const KeyParts& unit, const KeyParts& entry);

/// All entries of stores, by package and kind of unit, to find one like a unit that has none of its
/// own.
class SimilarEntries {
 public:
  explicit SimilarEntries(const std::vector<store::Store*>& stores);

  /// What differs from the entry that differs the least.
  std::vector<store::WhyCold> differences(const UnitPlan& plan, const PlannedUnit& unit,
                                          const KeyParts& parts) const;

 private:
  std::map<std::string, std::vector<store::Variant>> entries_;
};

}  // namespace larder::cook
