#pragma once

#include <optional>

#include "larder/commands/commands.hpp"
#include "larder/cook/store_session.hpp"
#include "larder/store/store.hpp"

namespace larder::commands {

/// The store that flags or the environment name. Nothing if neither names one.
std::optional<cook::StoreRequest> store_of(const Context& context, const StoreOptions& options);

/// The store that flags name. The variable alone is not enough for a build of the sources: it is
/// often set for a whole image, whose other steps do not have the store's mount.
std::optional<cook::StoreRequest> stated_store(const Context& context, const StoreOptions& options);

/// The store of flags or environment, but throws `no-store` if none is named.
cook::StoreRequest named_store(const Context& context, const StoreOptions& options);

/// Opens an existing store, for reading only if the request says so. Throws what opening throws.
store::Store open_store(const cook::StoreRequest& request, store::Access access);

}  // namespace larder::commands
