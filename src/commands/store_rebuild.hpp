#pragma once

#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"

namespace larder::commands {

/// Cooks the recorded recipe without a store in a temporary directory, and compares some of its
/// units with those in the store. Ends as cargo does if that fails, and with 1 if a unit differs.
ExitStatus check_rebuilt(const Context& context, const StoreCheckOptions& options,
                         const cook::StoreRequest& store);

}  // namespace larder::commands
