#include "larder/cook/recipe_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cook/fetch.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/cook/stub_sources.hpp"
#include "larder/reduce/tables/whole_lock.hpp"

namespace larder::cook {

using cargo::TomlValue;

namespace {

const std::string error_id = "recipe-invalid";

Error refused(const std::string& message) {
  Error error(error_id, message);
  error.hint(
      "make the recipe again with `cargo larder prepare`; do not cook recipes that you do not "
      "trust");
  return error;
}

/// Whether a relative path, resolved against `directory` in the skeleton, stays in the skeleton.
bool stays_in_skeleton(const std::string& directory, const std::string& relative) {
  if (relative.starts_with('/') || relative.find('\0') != std::string::npos) return false;
  const auto normal = path::normalize(directory.empty() ? relative : directory + "/" + relative);
  return normal != ".." && !normal.starts_with("../");
}

/// Checks every manifest key that makes cargo read another directory or file.
class ManifestCheck {
 public:
  explicit ManifestCheck(const reduce::SkeletonManifest& manifest)
      : document_(cargo::parse_toml(manifest.path, manifest.contents, error_id)),
        directory_(path::parent(manifest.path)) {}

  void run() const {
    const auto& root = document_.root;
    for (const auto* key : {"package", "project"}) {
      const auto* package = root.find(key);
      if (package != nullptr && package->find("workspace") != nullptr)
        throw leaves(*package->find("workspace"), "has another workspace root");
    }
    if (const auto* workspace = root.find("workspace")) {
      for (const auto* key : {"members", "default-members"}) check_strings(workspace->find(key));
    }
    check_paths(root);
  }

 private:
  /// `path` in any table (dependencies, targets, patches), and `build`.
  void check_paths(const TomlValue& value) const {
    if (const auto* array = value.array()) {
      for (const auto& item : *array) check_paths(item);
    }
    const auto* table = value.table();
    if (table == nullptr) return;
    for (const auto& [key, entry] : *table) {
      if (key == "metadata") continue;
      if ((key == "path" || key == "build") && entry.string() != nullptr) check_path(entry);
      check_paths(entry);
    }
  }

  void check_strings(const TomlValue* list) const {
    if (list == nullptr || list->array() == nullptr) return;
    for (const auto& item : *list->array()) {
      if (item.string() != nullptr) check_path(item);
    }
  }

  void check_path(const TomlValue& value) const {
    if (!stays_in_skeleton(directory_, *value.string()))
      throw leaves(value, "points outside the skeleton");
  }

  Error leaves(const TomlValue& value, const std::string& what) const {
    return refused(fmt::format("a manifest in the recipe {}", what))
        .at(document_.location(value.position()));
  }

  cargo::TomlDocument document_;
  std::string directory_;
};

void check_name(const std::string& name) {
  const auto parts = path::components(name);
  if (std::find(parts.begin(), parts.end(), ".git") != parts.end())
    throw refused(fmt::format("a file in a recipe cannot be named `{}`", name));
}

void check_places(const std::set<std::string>& names) {
  for (const auto& name : names) {
    check_name(name);
    for (auto above = path::parent(name); !above.empty(); above = path::parent(above)) {
      if (names.contains(above))
        throw refused(fmt::format("`{}` is both a file and a directory", above));
    }
  }
}

void check_patches(const cargo::TomlDocument& config) {
  for (const auto* key : {"paths", "include"}) {
    if (const auto* value = config.root.find(key)) {
      throw refused(fmt::format("the cargo config in the recipe has `{}`", key))
          .at(config.location(value->position()));
    }
  }
  const auto* patches = config.root.find("patch");
  if (patches == nullptr || patches->table() == nullptr) return;
  for (const auto& [source, entries] : *patches->table()) {
    if (entries.table() == nullptr) continue;
    for (const auto& [name, entry] : *entries.table()) {
      if (entry.find("path") == nullptr) continue;
      throw refused(fmt::format("the cargo config in the recipe patches `{}` with a path", name))
          .at(config.location(entry.position()));
    }
  }
}

}  // namespace

void check_cook_line(const cargo::CommandLine& line) {
  static const std::set<std::string> subcommands{"build", "check", "clippy",
                                                 "test",  "bench", "zigbuild"};
  const bool tests = line.runs_tests();
  const bool has_words = std::any_of(line.trailing.begin(), line.trailing.end(),
                                     [](const std::string& word) { return word != "--"; });
  const bool leaves = line.manifest_path && !stays_in_skeleton("", *line.manifest_path);
  if (!subcommands.contains(line.subcommand) || !line.toolchain.empty() || !line.own.empty() ||
      line.is_run || (tests && !line.no_run) || has_words || leaves) {
    throw refused(
        fmt::format("the recipe has the command `cargo {}`, which does not build a skeleton",
                    cargo::join_command(line.arguments())));
  }
}

namespace {

void take_name(const std::string& name, std::set<std::string>& names) {
  if (!names.insert(name).second)
    throw refused(fmt::format("two files of the recipe are named `{}`", name));
}

void take_source(const recipe::SourceFile& source, std::set<std::string>& names) {
  if (!source.is_root_manifest()) take_name(source.path, names);
  if (path::file_name(source.path) == "Cargo.toml")
    ManifestCheck({source.path, source.contents, {}}).run();
}

}  // namespace

void check_skeleton(const reduce::Skeleton& skeleton,
                    const std::vector<recipe::SourceFile>& sources) {
  std::set<std::string> names;
  for (const auto& [name, contents] : skeleton_files(skeleton)) names.insert(name);
  for (const auto& source : sources) take_source(source, names);
  check_places(names);
  for (const auto& manifest : skeleton.manifests) ManifestCheck(manifest).run();
}

void check_open_skeleton(const reduce::Skeleton& skeleton,
                         const std::vector<recipe::SourceFile>& sources) {
  std::set<std::string> names{"Cargo.lock", stub_marker};
  for (const auto& manifest : skeleton.manifests) take_name(manifest.path, names);
  for (const auto& source : sources) take_source(source, names);
  for (const auto& manifest : skeleton.manifests) {
    for (const auto& target : manifest.targets) {
      if (!target.path.ends_with(".rs"))
        throw refused(fmt::format("the source `{}` is not a Rust file", target.path));
      const auto directory = path::parent(manifest.path);
      names.insert(directory.empty() ? target.path : directory + "/" + target.path);
    }
  }
  check_places(names);
  for (const auto& name : names) {
    const auto parts = path::components(name);
    if (std::find(parts.begin(), parts.end(), ".cargo") != parts.end())
      throw refused(fmt::format("`{}` is in a directory that cargo uses for its own files", name));
  }
  for (const auto& manifest : skeleton.manifests) ManifestCheck(manifest).run();
}

void check_shared_files(const reduce::Skeleton& skeleton, const std::string& directory) {
  if (skeleton.config_file) {
    const auto file = path::join(directory, ".cargo/config.toml");
    check_patches(cargo::parse_toml(file, *skeleton.config_file, error_id));
  }
  if (skeleton.toolchain) {
    MemoryTree tree;
    tree.write(path::join(directory, skeleton.toolchain->name), skeleton.toolchain->contents);
    (void)cargo::find_toolchain_file(tree, directory, directory);
  }
}

void check(const recipe::Recipe& recipe, const std::string& directory) {
  for (const auto& command : recipe.commands) {
    check_cook_line(command.cook_line);
    const auto& line = command.line;
    if (line.target_dir && !stays_in_skeleton("", *line.target_dir)) {
      throw refused(fmt::format(
          "the command in the recipe has a target directory outside the workspace root, `{}`",
          *line.target_dir));
    }
    check_skeleton(command.skeleton, recipe.sources);
    if (recipe.whole_lock) {
      (void)fetch_arguments(command, {}, "");
      check_skeleton(reduce::request_workspace(command.requests, *recipe.whole_lock),
                     recipe.sources);
    }
    check_shared_files(command.skeleton, directory);
  }
}

}  // namespace larder::cook
