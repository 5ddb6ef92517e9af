#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/recipe/recipe.hpp"

// Source trees in memory for tests: the fixtures as they are on disk, edited in place. An edit that
// finds nothing to edit throws, so that no test passes because its change never happened.

namespace larder::test {

/// A directory on disk as a tree whose root directory lies at `root`.
MemoryTree load_directory(const std::string& directory, const std::string& root);

/// Replaces the one occurrence of `from` in a file.
void replace(MemoryTree& tree, const std::string& path, std::string_view from, std::string_view to);
/// Replaces every occurrence, at least one.
void replace_all(MemoryTree& tree, const std::string& path, std::string_view from,
                 std::string_view to);
void append(MemoryTree& tree, const std::string& path, std::string_view text);
/// Edits to be made later.
using Change = std::function<void(MemoryTree&)>;
Change replacing(const std::string& path, const std::string& from, const std::string& to);
Change appending(const std::string& path, const std::string& text);

/// Adds a file that is not there yet.
void add_file(MemoryTree& tree, const std::string& path, std::string contents);
/// Moves a directory with all that lies below it.
void move_directory(MemoryTree& tree, const std::string& from, const std::string& to);
/// Adds a `[[package]]` of crates.io to a lock file and to the dependencies of a package that has
/// some.
void lock_dependency(MemoryTree& tree, const std::string& lock, const std::string& dependent,
                     const std::string& name, const std::string& version);
/// Adds an entry to the dependency list of a package in a lock file.
void lock_edge(MemoryTree& tree, const std::string& lock, const std::string& dependent,
               const std::string& dependency);

/// Asks for the recipe of one command, given as one would type it behind `cargo`; empty for none.
recipe::DeriveRequest request_for(const std::string& directory, std::string_view command);

/// The recipe for one command.
recipe::Recipe derive(const SourceTree& tree, const std::string& directory,
                      std::string_view command);
std::string recipe_bytes(const SourceTree& tree, const std::string& directory,
                         std::string_view command);

/// The recipe without a command: of the whole workspace, or of what one package or binary needs.
recipe::Recipe derive_open(const SourceTree& tree, const std::string& directory,
                           const std::string& bin = "");

/// What a recipe without a command, written and read, makes of a command that is given elsewhere.
recipe::Recipe derive_later(const recipe::Recipe& open, std::string_view command);

/// The first line in which two texts differ, for messages; empty for equal texts.
std::string first_difference(const std::string& before, const std::string& after);

/// The error that `action` throws; a test failure of its own (std::logic_error) when it throws
/// none.
Error error_of(const std::function<void()>& action);

}  // namespace larder::test
