#pragma once

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "larder/commands/commands.hpp"

// Options that several commands have.

namespace larder::cli {

/// The type name of a value that is a file. Shells complete it.
inline constexpr const char* file_value = "FILE";

void add_manifest_path(CLI::App& command, std::string& path);

/// `--recipe-path` and `--only`: which recorded command is meant.
void add_recorded(CLI::App& command, std::string& recipe_path, std::string& only);

void add_store(CLI::App& command, commands::StoreOptions& store);

void add_store_from(CLI::App& command, commands::StoreOptions& store);

/// All store options of a command that cooks.
void add_cook_stores(CLI::App& command, commands::StoreOptions& store);

/// `--message-format`, with the formats that this command has.
void add_message_format(CLI::App& command, std::string& format,
                        const std::vector<std::string>& names);

}  // namespace larder::cli
