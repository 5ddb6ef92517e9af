#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/cook/unit_key.hpp"
#include "larder/cook/unit_plan.hpp"
#include "larder/store/explanation.hpp"
#include "larder/store/store.hpp"

namespace larder::cook {

/// The parts that differ between the keys of a unit and of a store entry, most significant first,
/// without those that follow from others. Empty for equal keys.
std::vector<store::WhyCold> differences_of_keys(const KeyParts& unit, const KeyParts& entry);

/// The entries of all stores by package and kind of unit, used to find a similar entry for a unit
/// without one of its own.
class SimilarEntries {
 public:
  explicit SimilarEntries(const std::vector<store::Store*>& stores);

  /// The differences from the entry that differs least. `sources` are the files of a local package
  /// (`UnitKeys::files_of`); those that differ are named relative to `root`.
  std::vector<store::WhyCold> differences(const UnitPlan& plan, const PlannedUnit& unit,
                                          const KeyParts& parts,
                                          const std::map<std::string, std::string>& sources,
                                          const std::string& root) const;

 private:
  std::map<std::string, std::vector<store::Variant>> entries_;
};

}  // namespace larder::cook
