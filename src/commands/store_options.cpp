#include "store_options.hpp"

#include "larder/base/error.hpp"
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

std::optional<cook::StoreRequest> stated_store(const Context& context,
                                               const StoreOptions& options) {
  if (options.directory.empty() && options.others.empty()) return std::nullopt;
  return store_of(context, options);
}

cook::StoreRequest named_store(const Context& context, const StoreOptions& options) {
  const auto request = store_of(context, options);
  if (!request) {
    throw Error("no-store", "no store is given")
        .hint("give its directory with --store DIR, or set LARDER_STORE");
  }
  return *request;
}

store::Store open_store(const cook::StoreRequest& request, store::Access access) {
  // Opened for reading first, so that a missing store is an error and is not created.
  const store::Store found(request.directory, store::Access::Read, request.trusted);
  return {request.directory, request.read_only ? store::Access::Read : access, request.trusted,
          request.secret};
}

}  // namespace larder::commands
