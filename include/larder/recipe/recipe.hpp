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

/// One cargo command and the skeleton that stands for the workspace under it.
struct Command {
  /// What `--only` calls it: unique in a recipe, by default the subcommand.
  std::string name;
  /// What cargo is to build, without flags about output.
  cargo::CommandLine line;
  /// These flags, where the command was stated with any. They are in no recipe.
  std::vector<std::string> output_flags;
  /// What builds the skeleton.
  cargo::CommandLine cook_line;
  reduce::Assumptions assumptions;
  /// Why the skeleton has a crate for each local package; empty when they were merged.
  std::string unmerged_reason;
  reduce::Skeleton skeleton;
  /// With `Recipe::whole_lock`: what the packages that the command selects ask for, compiled or
  /// not, as a workspace of its own (reduce/whole_lock.hpp).
  std::vector<reduce::SkeletonManifest> requests;
  bool operator==(const Command&) const = default;
};

enum class SourceKind {
  /// Of a local package that is compiled with the external ones.
  Package,
  /// A target specification that a command names by `--target`.
  TargetSpecification
};

struct SourceFile {
  /// As seen from the workspace root, and from that of the skeleton.
  std::string path;
  std::string contents;
  bool executable = false;
  SourceKind kind = SourceKind::Package;
  /// Of the root package the manifest is here for what is its own; the root manifest that is
  /// written is the skeleton's, which has that and the workspace's tables.
  bool is_root_manifest() const { return path == "Cargo.toml"; }
  bool operator==(const SourceFile&) const = default;
};

/// Everything that decides which dependencies are compiled and how (docs/recipe-format.md).
struct Recipe {
  /// Where the workspace root lies under the directory that `prepare` ran in; ".", or a path that
  /// stays inside it.
  std::string root = ".";
  /// Where `prepare` ran when that is a directory below the workspace root, as seen from the root:
  /// cargo is to run there. Empty otherwise.
  std::string directory = {};
  /// Config and toolchain file are the same in all skeletons. None only in an open recipe.
  std::vector<Command> commands;
  /// In an open recipe, which is for commands that are not known yet: the workspace as far as they
  /// can tell.
  std::optional<reduce::Skeleton> open;
  /// Whether another tool made it (cargo-chef): its open skeleton has another form than ours.
  bool is_foreign = false;
  /// In an open recipe, the manifest that `prepare` started from, as seen from the workspace root;
  /// empty for that of the root.
  std::string start_manifest;
  /// Sorted by path.
  std::vector<SourceFile> sources;
  /// Directories, as seen from the workspace root, of packages that are too large to be in an open
  /// recipe: they have to be where it is cooked. In no recipe file.
  std::vector<std::string> to_be_brought = {};
  /// For a build without network: the lock file, as far as it is not about the workspace's own
  /// packages (`reduce::external_lock`). Nothing where nobody asked for it; an open recipe has the
  /// whole anyway.
  std::optional<std::string> whole_lock;

  /// Those of `sources` that are of this kind.
  std::vector<SourceFile> sources_of(SourceKind kind) const;

  /// A path that counts from the workspace root, as seen from the directory that `prepare` ran in.
  std::string from_directory(const std::string& path) const;
  /// The workspace root when `prepare` ran in this directory.
  std::string root_for(const std::string& prepared_in) const;
  bool operator==(const Recipe&) const = default;
};

/// The formats that are read. A recipe is written in the oldest one that can hold it: 2 is for
/// those with `directory`, which an older cook would pass over and compile into the wrong place.
inline constexpr int oldest_format = 1;
inline constexpr int newest_format = 2;

/// In bytes: the files of a package of an open recipe may be so large together.
inline constexpr std::size_t largest_carried = 4UL * 1024 * 1024;

/// Whether a file may be a recipe: one of this program's, or cargo-chef's.
bool is_like_recipe(std::string_view text);

/// Canonical JSON: equal recipes give equal bytes, on every machine.
std::string write(const Recipe& recipe);

/// Reads strictly: types, UTF-8, duplicate keys and paths, paths that leave their directory,
/// commands that cargo would not take. `file` is named in errors. Throws `recipe-parse`,
/// `recipe-format`, `recipe-invalid`.
Recipe read(const std::string& file, std::string_view text);

/// A command as the user stated it.
struct StatedCommand {
  /// Empty for the default.
  std::string name;
  std::vector<std::string> words;
};

struct DeriveRequest {
  /// Absolute path of the directory that the command runs in.
  std::string directory;
  /// The manifest, absolute or as seen from `directory`; empty for the nearest.
  std::string manifest_path;
  /// Empty: those of `metadata.larder.commands` in the root manifest.
  std::vector<StatedCommand> commands;
  /// The directory that paths in the commands count from; empty for `directory`.
  std::string paths_from = {};
  /// For `CARGO_HOME`, where the search for a workspace root ends, `CARGO_ALIAS_*`, and what
  /// decides about LTO, panic strategy and number of targets.
  Environment environment = {};
  /// Not to merge local packages even where it is exact (`reduce::ReductionInput::unmerged`).
  bool unmerged = false;
  /// For an open recipe even where the manifest states commands.
  bool open = false;
  /// For an open recipe: only what this member, or the member with this binary, has a use for.
  std::string bin = {};
  /// Those of a tree whose root manifest names none; empty for an open recipe.
  std::vector<StatedCommand> default_commands = {};
  /// For a recipe with commands: to have `Recipe::whole_lock`.
  bool whole_lock = false;
};

/// The highest directory whose config and toolchain files a recipe carries: below it are the
/// workspace root and the directory that cargo runs in. What lies above may be another one's, and
/// the bytes of a recipe do not depend on where it is made.
std::string carried_level(const std::string& directory, const std::string& workspace_root);

/// The whole way from a source tree to a recipe, an open one where no command is stated anywhere.
/// Pure but for reading `tree`. Throws everything that reading and reduction throw.
/// What the user is to be told of the config goes to `notes`, where that is asked for.
Recipe derive(const SourceTree& tree, const DeriveRequest& request,
              reduce::ConfigNotes* notes = nullptr);

/// The recipe that `derive` would have made for these commands of the workspace that an open recipe
/// stands for. `request.directory` stands for the one that it was made in; its manifest path does
/// not count. Of `here` is read what external packages depend on by `[patch]` and the recipe does
/// not have: at its place below `request.directory`.
Recipe derive_from(const Recipe& open, DeriveRequest request, reduce::ConfigNotes* notes = nullptr,
                   const SourceTree& here = MemoryTree());

}  // namespace larder::recipe
