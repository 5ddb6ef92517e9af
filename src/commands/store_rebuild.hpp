#pragma once

#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"

namespace larder::commands {

/// Cooks the recorded recipe without a store, elsewhere, and compares some units with those of the
/// store. Ends as cargo does where that fails, and with 1 when one is another.
ExitStatus check_rebuilt(const Context& context, const StoreCheckOptions& options,
                         const cook::StoreRequest& store);

}  // namespace larder::commands
