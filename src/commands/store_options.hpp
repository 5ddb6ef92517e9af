#pragma once

#include <optional>

#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"

namespace larder::commands {

/// The store that flags or the environment name; nothing where neither does.
std::optional<cook::StoreRequest> store_of(const Context& context, const StoreOptions& options);

}  // namespace larder::commands
