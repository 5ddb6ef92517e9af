#pragma once

#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cargo/workspace/workspace.hpp"
#include "larder/init/plan.hpp"

namespace larder::init {

/// Sets what is left out of the build context.
void decide_context(const SourceTree& tree, const cargo::Workspace& workspace,
                    const cargo::Lockfile& lock, Plan& plan);

}  // namespace larder::init
