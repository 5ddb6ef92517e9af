#pragma once

#include <string>
#include <vector>

#include "larder/cook/unit_plan.hpp"

namespace larder::cook {

/// Cargo's own locks on a build directory, one for each profile that the plan has units in. Does
/// not wait when another process holds one.
class CargoLocks {
 public:
  CargoLocks(const std::string& build_directory, const UnitPlan& plan);
  ~CargoLocks();
  CargoLocks(const CargoLocks&) = delete;
  CargoLocks& operator=(const CargoLocks&) = delete;
  bool are_held() const { return held_; }

 private:
  std::vector<int> files_;
  bool held_ = true;
};

}  // namespace larder::cook
