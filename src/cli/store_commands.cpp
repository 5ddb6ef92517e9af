#include "store_commands.hpp"

#include "larder/report/store_units.hpp"
#include "shared_options.hpp"

namespace larder::cli {

StoreCommands::StoreCommands(CLI::App& app, GlobalOptions& global)
    : all_(app.add_subcommand("store", "Inspect, clean up and copy a store of compiled units")) {
  all_->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, commands::StoreOptions& store) {
    auto* command = all_->add_subcommand(name, what);
    add_global_options(*command, global);
    add_store(*command, store);
    return command;
  };
  add("status", "Show how many units are in a store, and its size", options_);
  gc_ = add("gc", "Remove the least recently used units if the store is too large", options_);
  gc_->add_option(
         "--max-size", options_.size,
         "The maximum size on disk, such as 500MB or 4GB [default: $LARDER_STORE_SIZE, or 10GB]")
      ->type_name("SIZE");
  check_ =
      add("check", "Check every file of a store, and remove damaged ones", check_options_.store);
  check_->add_flag("--store-read-only", check_options_.store.read_only,
                   "Report damaged files, but remove none");
  check_
      ->add_option(
          "--rebuild", check_options_.rebuilt,
          "Also compile the recorded recipe without the store, in a temporary directory, and "
          "compare N of its units, chosen at random, with those in the store. With a command after "
          "--, compile that instead, in a workspace without a target directory")
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  add_recorded(*check_, check_options_.recipe_path, check_options_.only);
  check_->footer(
      "Exits with 1 if a file is damaged, or if a compiled unit differs from the stored one.");
  why_ = add("why", "Show why units would be compiled, and which would be restored",
             why_options_.store);
  why_->add_option(
          "unit", why_options_.unit,
          "A package, such as serde or serde@1.0.228, or the 16 digits of a unit [default: all "
          "external units]")
      ->type_name("");
  add_recorded(*why_, why_options_.recipe_path, why_options_.only);
  add_store_from(*why_, why_options_.store);
  why_->add_option("--target-dir", why_options_.target_dir,
                   "The target directory that was given to cook")
      ->type_name("DIR");
  add_message_format(*why_, why_options_.message_format,
                     report::names_of(report::store_unit_formats()));
  why_->footer(
      "Exits with 0 if no unit would be compiled, otherwise with 1. To explain a command that is "
      "not in a recipe,\ngive it after `--`: cargo larder store why app -- build --release");
  export_ = add("export", "Copy units into another directory, which becomes a store",
                export_options_.store);
  export_
      ->add_option("directory", export_options_.directory,
                   "The directory to copy to: a new or empty one, or a store")
      ->type_name("")
      ->required();
  export_->add_flag("--used", export_options_.used,
                    "Copy only the units that the last cook of this workspace used");
  export_
      ->add_option("--target-dir", export_options_.target_dir,
                   "With --used: the target directory that was given to cook")
      ->type_name("DIR");
  export_->add_flag("--external-only", export_options_.external_only,
                    "Leave out the units of the workspace's own crates");
  import_ = add("import", "Copy the units of another store into this one", import_options_.store);
  import_->add_option("directory", import_options_.directory, "The other store")
      ->type_name("")
      ->required();
}

ExitStatus StoreCommands::run(const commands::Context& context,
                              const std::optional<std::vector<std::string>>& trailing) const {
  if (gc_->parsed()) return commands::store_gc(context, options_);
  if (why_->parsed()) {
    auto options = why_options_;
    if (trailing) options.command = *trailing;
    return commands::store_why(context, options);
  }
  if (export_->parsed()) return commands::store_export(context, export_options_);
  if (import_->parsed()) return commands::store_import(context, import_options_);
  if (check_->parsed()) {
    auto options = check_options_;
    if (trailing) options.command = *trailing;
    return commands::store_check(context, options);
  }
  return commands::store_status(context, options_);
}

}  // namespace larder::cli
