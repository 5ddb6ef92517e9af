#include "store_options.hpp"

#include "larder/base/path.hpp"
#include "larder/store/variant.hpp"
#include "size.hpp"

namespace larder::commands {

std::optional<cook::StoreRequest> store_of(const Context& context, const StoreOptions& options) {
  const auto& environment = context.environment;
  const auto directory =
      options.directory.empty() ? environment.get("LARDER_STORE").value_or("") : options.directory;
  if (directory.empty() && options.others.empty()) return std::nullopt;
  cook::StoreRequest out;
  if (!directory.empty()) out.directory = path::join(context.directory, directory);
  out.read_only = options.read_only;
  for (const auto& other : options.others)
    out.others.push_back(path::join(context.directory, other));
  out.secret = store::secret_of(environment.get("LARDER_STORE_KEY").value_or(""));
  if (!options.size.empty()) {
    out.limits.bytes = read_size(options.size);
  } else if (const auto size = environment.get("LARDER_STORE_SIZE")) {
    out.limits.bytes = read_size(*size);
  }
  out.trusted = environment.get("LARDER_STORE_TRUST") == "1";
  return out;
}

}  // namespace larder::commands
