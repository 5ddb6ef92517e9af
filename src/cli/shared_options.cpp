#include "shared_options.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace larder::cli {

void add_manifest_path(CLI::App& command, std::string& path) {
  command.add_option("--manifest-path", path, "Path to Cargo.toml")->type_name(file_value);
}

void add_recorded(CLI::App& command, std::string& recipe_path, std::string& only) {
  command
      .add_option(
          "--recipe-path", recipe_path,
          "The recipe [default: the one that cook left in the target directory, or recipe.json]")
      ->type_name(file_value);
  command.add_option("--only", only, "Use only the recorded command with this name")
      ->type_name("NAME");
}

void add_store(CLI::App& command, commands::StoreOptions& store) {
  command
      .add_option("--store", store.directory,
                  "The store: a directory to save compiled units in, and to restore them from "
                  "[default: $LARDER_STORE]")
      ->type_name("DIR");
}

void add_store_from(CLI::App& command, commands::StoreOptions& store) {
  command
      .add_option("--store-from", store.others,
                  "Another store to restore units from, which is never written to; may be repeated")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

void add_cook_stores(CLI::App& command, commands::StoreOptions& store) {
  add_store(command, store);
  command.add_flag("--store-read-only", store.read_only, "Restore units, but save none");
  add_store_from(command, store);
  command
      .add_option("--store-size", store.size,
                  "The maximum size of the store on disk, such as 500MB or 4GB [default: "
                  "$LARDER_STORE_SIZE, or 10GB]")
      ->type_name("SIZE");
}

void add_message_format(CLI::App& command, std::string& format,
                        const std::vector<std::string>& names) {
  command
      .add_option("--message-format", format,
                  fmt::format("Output format: {}", fmt::join(names, " or ")))
      ->type_name("FORMAT")
      ->capture_default_str()
      ->check(CLI::IsMember(names));
}

}  // namespace larder::cli
