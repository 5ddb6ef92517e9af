#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/reduce/skeleton.hpp"

namespace larder::recipe {

/// One cargo command, and the skeleton that replaces the workspace for it.
struct Command {
  /// The name for `--only`: unique in a recipe, by default the subcommand.
  std::string name;
  /// What cargo builds, without output flags.
  cargo::CommandLine line;
  /// The output flags that the command was stated with. Not written to the recipe.
  std::vector<std::string> output_flags;
  /// The command that builds the skeleton.
  cargo::CommandLine cook_line;
  reduce::Assumptions assumptions;
  /// Why the skeleton has one crate per local package; empty when they were merged.
  std::string unmerged_reason;
  reduce::Skeleton skeleton;
  /// With `Recipe::whole_lock`: the requests of the packages that the command selects, compiled or
  /// not, as a workspace of its own (reduce/whole_lock.hpp).
  std::vector<reduce::SkeletonManifest> requests;
  bool operator==(const Command&) const = default;
};

enum class SourceKind {
  /// Part of a local package that is compiled with the external ones.
  Package,
  /// A target specification that a command passes to `--target`.
  TargetSpecification
};

struct SourceFile {
  /// Relative to the workspace root, and to the root of the skeleton.
  std::string path;
  std::string contents;
  bool executable = false;
  SourceKind kind = SourceKind::Package;
  /// A root package's manifest is included only for its package tables. The root manifest written
  /// to disk is the skeleton's, which combines those with the workspace's tables.
  bool is_root_manifest() const { return path == "Cargo.toml"; }
  bool operator==(const SourceFile&) const = default;
};

/// Everything that determines which dependencies are compiled, and how (docs/recipe-format.md).
struct Recipe {
  /// The workspace root relative to the directory that `prepare` ran in: ".", or a path that stays
  /// inside it.
  std::string root = ".";
  /// The directory that `prepare` ran in, relative to the workspace root, when it lies below the
  /// root: cargo must run there. Empty otherwise.
  std::string directory = {};
  /// All skeletons have the same config and toolchain file. Empty only in an open recipe.
  std::vector<Command> commands;
  /// In an open recipe, which serves commands that are not known yet: everything in the workspace
  /// that can affect them.
  std::optional<reduce::Skeleton> open;
  /// Whether another tool (cargo-chef) wrote the recipe. Its open skeleton differs in form from
  /// ours.
  bool is_foreign = false;
  /// In an open recipe, the manifest that `prepare` started from, relative to the workspace root;
  /// empty for the root manifest.
  std::string start_manifest;
  /// Sorted by path.
  std::vector<SourceFile> sources;
  /// Directories, relative to the workspace root, of packages too large for an open recipe: they
  /// must be present where it is cooked. Not written to the recipe file.
  std::vector<std::string> to_be_brought = {};
  /// For a build without network: the lock file without the workspace's own packages
  /// (`reduce::external_lock`). Nothing when it was not requested. An open recipe contains the
  /// whole lock file in any case.
  std::optional<std::string> whole_lock;

  /// The `sources` of this kind.
  std::vector<SourceFile> sources_of(SourceKind kind) const;

  /// Converts a path relative to the workspace root into one relative to the directory that
  /// `prepare` ran in.
  std::string from_directory(const std::string& path) const;
  /// The workspace root, if `prepare` ran in this directory.
  std::string root_for(const std::string& prepared_in) const;
  bool operator==(const Recipe&) const = default;
};

/// The formats that can be read. A recipe is written in the oldest format that can hold it. Format
/// 2 adds `directory`, which an older cook would ignore and so compile into the wrong place.
inline constexpr int oldest_format = 1;
inline constexpr int newest_format = 2;

/// In bytes: the limit for all files of one package in an open recipe.
inline constexpr std::size_t largest_patched = 4UL * 1024 * 1024;

/// Whether a file may be a recipe, ours or cargo-chef's.
bool is_like_recipe(std::string_view text);

/// Canonical JSON: equal recipes give equal bytes on every machine.
std::string write(const Recipe& recipe);

/// Reads strictly: rejects wrong types, invalid UTF-8, duplicate keys and paths, paths that leave
/// their directory, and commands that cargo would not accept. `file` is named in errors. Throws
/// `recipe-parse`, `recipe-format`, `recipe-invalid`.
Recipe read(const std::string& file, std::string_view text);

/// A command as the user stated it.
struct StatedCommand {
  /// Empty for the default name.
  std::string name;
  std::vector<std::string> words;
};

struct DeriveRequest {
  /// Absolute path of the directory that the command runs in.
  std::string directory;
  /// The manifest, absolute or relative to `directory`; empty for the nearest.
  std::string manifest_path;
  /// Empty for those of `metadata.larder.commands` in the root manifest.
  std::vector<StatedCommand> commands;
  /// The directory that paths in the commands are relative to; empty for `directory`.
  std::string paths_from = {};
  /// Read for `CARGO_HOME`, which ends the search for a workspace root, for `CARGO_ALIAS_*`, and
  /// for what affects LTO, panic strategy and the number of targets.
  Environment environment = {};
  /// Keeps local packages separate even where merging is exact
  /// (`reduce::ReductionInput::unmerged`).
  bool unmerged = false;
  /// Makes an open recipe even if the manifest states commands.
  bool open = false;
  /// For an open recipe: only what this member, or the member with this binary, needs.
  std::string bin = {};
  /// The commands of a tree whose root manifest states none; empty for an open recipe.
  std::vector<StatedCommand> default_commands = {};
  /// For a recipe with commands: fills `Recipe::whole_lock`.
  bool whole_lock = false;
  /// Leaves what was read to the end of the process. Freeing it takes a twentieth of `prepare`.
  bool exits_soon = false;
};

/// The highest directory whose config and toolchain files go into a recipe: the workspace root, or
/// the directory that cargo runs in when the root lies below it. Anything above may belong to the
/// machine, and the bytes of a recipe must not depend on where it is made.
std::string carried_level(const std::string& directory, const std::string& workspace_root);

/// Derives a recipe from a source tree. The recipe is open when no command is stated anywhere. Has
/// no effect but reading `tree`. Throws the errors of reading and reduction. If `notes` is given,
/// it receives what to tell the user about the config.
Recipe derive(const SourceTree& tree, const DeriveRequest& request,
              reduce::ReductionNotes* notes = nullptr);

/// The recipe that `derive` would have made for these commands in the workspace that an open recipe
/// was made from. `request.directory` replaces the directory that it was made in; the request's
/// manifest path is ignored. Packages that external ones depend on through `[patch]` and that are
/// not in the recipe are read from `here`, at their place below `request.directory`.
Recipe derive_from(const Recipe& open, DeriveRequest request,
                   reduce::ReductionNotes* notes = nullptr, const SourceTree& here = MemoryTree());

}  // namespace larder::recipe
