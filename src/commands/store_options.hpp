#pragma once

#include <optional>

#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"
#include "larder/store/store.hpp"

namespace larder::commands {

/// The store that flags or the environment name; nothing where neither does.
std::optional<cook::StoreRequest> store_of(const Context& context, const StoreOptions& options);

/// The same where there must be one. Throws `no-store`.
cook::StoreRequest named_store(const Context& context, const StoreOptions& options);

/// Opens one that is there; one that may only be read, for no more. Throws what opening throws.
store::Store open_store(const cook::StoreRequest& request, store::Access access);

}  // namespace larder::commands
