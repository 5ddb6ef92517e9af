#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"
#include "session.hpp"

namespace larder::cli {

/// `cargo larder store` and its subcommands.
class StoreCommands {
 public:
  /// Adds them to the program's command line.
  StoreCommands(CLI::App& app, GlobalOptions& global);
  StoreCommands(const StoreCommands&) = delete;
  StoreCommands& operator=(const StoreCommands&) = delete;
  ~StoreCommands() = default;

  bool parsed() const { return all_->parsed(); }
  /// `trailing` are the words after `--`.
  ExitStatus run(const commands::Context& context,
                 const std::optional<std::vector<std::string>>& trailing) const;

 private:
  commands::StoreOptions options_;
  commands::StoreExportOptions export_options_;
  commands::StoreImportOptions import_options_;
  commands::StoreWhyOptions why_options_;
  commands::StoreCheckOptions check_options_;
  CLI::App* all_;
  CLI::App* gc_ = nullptr;
  CLI::App* check_ = nullptr;
  CLI::App* export_ = nullptr;
  CLI::App* import_ = nullptr;
  CLI::App* why_ = nullptr;
};

}  // namespace larder::cli
