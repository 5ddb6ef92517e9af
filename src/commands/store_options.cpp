#include "store_options.hpp"

#include "larder/base/path.hpp"

namespace larder::commands {

std::optional<cook::StoreRequest> store_of(const Context& context, const StoreOptions& options) {
  const auto& environment = context.environment;
  const auto directory =
      options.directory.empty() ? environment.get("LARDER_STORE").value_or("") : options.directory;
  if (directory.empty()) return std::nullopt;
  return cook::StoreRequest{path::join(context.directory, directory), options.read_only,
                            environment.get("LARDER_STORE_TRUST") == "1"};
}

}  // namespace larder::commands
