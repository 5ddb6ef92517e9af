#include <fmt/format.h>

#include "larder/base/path.hpp"
#include "larder/commands/commands.hpp"
#include "larder/store/check.hpp"
#include "larder/store/collect.hpp"
#include "store_options.hpp"
#include "store_rebuild.hpp"

namespace larder::commands {

namespace {

std::string mebibytes(std::uint64_t bytes) {
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / (1U << 20U));
}

}  // namespace

ExitStatus store_status(const Context& context, const StoreOptions& options) {
  const auto store = open_store(named_store(context, options), store::Access::Read);
  const auto usage = store::usage_of(store);
  Shell::print(fmt::format(
      "directory: {}\nunit variants: {}\nof local packages: {}\nblobs: {}\nsize on disk: {}\nsize "
      "when restored: {}\n",
      store.directory(), usage.variants, usage.local_variants, usage.blobs, mebibytes(usage.bytes),
      mebibytes(usage.logical_bytes)));
  return Exited{0};
}

ExitStatus store_gc(const Context& context, const StoreOptions& options) {
  const auto request = named_store(context, options);
  const auto store = open_store(request, store::Access::ReadAndWrite);
  const auto collected = store::collect(store, request.limits);
  if (!collected) {
    context.shell.note("nothing was removed, because the store is in use");
    return Exited{0};
  }
  context.shell.status("Removed",
                       fmt::format("{} unit variants and {} blobs, {}", collected->variants,
                                   collected->blobs, mebibytes(collected->bytes)));
  return Exited{0};
}

ExitStatus store_check(const Context& context, const StoreCheckOptions& options) {
  const auto request = named_store(context, options.store);
  const auto store = open_store(request, store::Access::ReadAndWrite);
  const store::Lock lock(store.directory(), store::Lock::Kind::Shared);
  const auto checked = store::check(store);
  context.shell.status(
      "Checked", fmt::format("{} unit variants and {} blobs, {} damaged{}", checked.variants,
                             checked.blobs, checked.damaged,
                             checked.damaged > 0 && store.is_writable() ? " and removed" : ""));
  if (checked.foreign > 0) {
    context.shell.note(
        fmt::format("{} unit variants are not signed with LARDER_STORE_KEY; cook does not use them "
                    "while this key is set",
                    checked.foreign));
  }
  if (options.rebuilt == 0) return Exited{checked.damaged == 0 ? 0 : 1};
  const auto status = check_rebuilt(context, options, request);
  return checked.damaged == 0 ? status : Exited{1};
}

}  // namespace larder::commands
