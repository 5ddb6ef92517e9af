#pragma once

#include <string>
#include <vector>

#include "larder/cargo/workspace/workspace.hpp"
#include "larder/init/plan.hpp"

namespace larder::init {

/// Sets the services and the cargo command. Throws `init-no-binary`, also for a name in `wanted`
/// that no binary has.
void decide_services(const cargo::Workspace& workspace, const std::vector<std::string>& wanted,
                     Plan& plan);

}  // namespace larder::init
