#pragma once

#include "programs.hpp"

namespace larder::test {

/// The program in LARDER_OLD_CARGO.
std::optional<std::string> find_old_cargo();

/// Where an older cargo disagrees with us about a project. Nothing when the project uses what came
/// later; fields that came later are left out.
std::vector<std::string> compare_with_old(const std::string& cargo, const Project& project,
                                          const std::string& directory, const Answer& ours);

}  // namespace larder::test
