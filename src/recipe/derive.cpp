#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <set>

#include "brought.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/command/flags.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cargo/workspace/patched.hpp"
#include "larder/recipe/inputs.hpp"
#include "larder/reduce/graph/member_closure.hpp"
#include "larder/reduce/graph/selection.hpp"
#include "larder/reduce/tables/whole_lock.hpp"

namespace larder::recipe {

namespace {

/// `commands` of `[workspace.metadata.larder]`, else of `[package.metadata.larder]`.
std::vector<StatedCommand> commands_in_manifest(const cargo::Manifest& manifest) {
  for (const auto& table : {manifest.workspace(), manifest.package()}) {
    if (!table) continue;
    const auto metadata = table->find("metadata");
    const auto larder = metadata && metadata->is_table() ? metadata->find("larder") : std::nullopt;
    const auto commands = larder ? larder->find("commands") : std::nullopt;
    if (!commands) continue;
    std::vector<StatedCommand> out;
    for (const auto& text : commands->as_strings()) out.push_back({"", cargo::split_command(text)});
    return out;
  }
  return {};
}

/// A path flag of the command, relative to the workspace root. Throws `unsupported` for a path
/// outside, because a recipe cannot contain the file.
std::string rebase(const std::string& text, const DeriveRequest& request, const std::string& root) {
  const auto absolute = stated_path(text, request);
  if (!path::is_within(absolute, root)) {
    throw Error(
        "unsupported",
        fmt::format("`{}` lies outside the workspace root, which a recipe cannot reproduce", text))
        .hint("use a path inside the workspace");
  }
  return path::relative(absolute, root);
}

/// `run` begins with a build, which is what the recipe records.
cargo::CommandLine recorded(cargo::CommandLine line) {
  if (line.is_run) line.trailing.clear();
  line.is_run = false;
  return line;
}

/// Whether cargo may keep the lock file elsewhere, or this program wrote it beside the manifest.
enum class LockPlace { AsConfigured, BesideManifest };

class Deriver {
 public:
  Deriver(const SourceTree& tree, const DeriveRequest& request, cargo::LockfileAhead lock_ahead,
          Inputs inputs, LockPlace lock_place)
      : tree_(tree),
        request_(request),
        lock_ahead_(std::move(lock_ahead)),
        start_manifest_(std::move(inputs.start_manifest)),
        workspace_(std::move(inputs.workspace)),
        lock_place_(lock_place),
        config_(std::move(inputs.config)),
        toolchain_(std::move(inputs.toolchain)) {}

  const reduce::ReductionNotes& notes() const { return notes_; }

  Recipe run() {
    Recipe recipe;
    const auto& root = workspace_.root_directory;
    if (path::is_within(root, request_.directory)) {
      recipe.root = path::relative(root, request_.directory);
    } else if (path::is_within(request_.directory, root)) {
      recipe.directory = path::relative(request_.directory, root);
    }
    auto stated = request_.commands;
    if (stated.empty() && !request_.open) {
      stated = commands_in_manifest(*workspace_.root_manifest);
      if (stated.empty()) stated = request_.default_commands;
    }
    if (stated.empty()) leave_open(recipe);
    for (const auto& command : stated) recipe.commands.push_back(derive_command(command, recipe));
    for (auto& [path, source] : sources_) recipe.sources.push_back(std::move(source));
    if (request_.whole_lock && !recipe.open) add_whole_lock(recipe);
    return recipe;
  }

 private:
  /// The lock file of a command whose `--config` flags give this config.
  const cargo::Lockfile& lock_for(const cargo::Config& stated) {
    const auto& root = workspace_.root_directory;
    const auto place = lock_place_ == LockPlace::BesideManifest
                           ? path::join(root, "Cargo.lock")
                           : cargo::lockfile_place(root, request_.directory, request_.environment,
                                                   config_, stated);
    const auto found = locks_.find(place);
    if (found != locks_.end()) return found->second;
    return locks_.emplace(place, lock_ahead_.take(tree_, place)).first->second;
  }

  void add_whole_lock(Recipe& recipe) const {
    if (locks_.size() > 1) {
      throw Error("unsupported", "the commands use different lock files, set with --config")
          .hint("prepare a recipe for each command, or omit --whole-lock");
    }
    const auto& lock = locks_.begin()->second;
    auto workspace = workspace_;
    cargo::load_patched(tree_, workspace, lock, config_);
    recipe.whole_lock = reduce::external_lock(workspace, lock);
  }

  void leave_open(Recipe& recipe) {
    const auto& lock = lock_for({});
    const auto& root = workspace_.root_manifest->path();
    if (start_manifest_ != root && request_.bin.empty())
      recipe.start_manifest = path::relative(start_manifest_, workspace_.root_directory);
    reduce::MemberClosure seen{
        start_manifest_ == root ? workspace_ : read_workspace(tree_, request_, root), lock};
    if (!request_.bin.empty()) seen = reduce::member_closure(seen.workspace, lock, request_.bin);
    cargo::load_patched(tree_, seen.workspace, seen.lock, config_);
    auto open = reduce::open_skeleton(
        {seen.workspace, seen.lock, config_, toolchain_, request_.environment});
    recipe.open = std::move(open.skeleton);
    notes_.add(open.notes);
    for (const auto& package : open.patched) {
      if (auto files = files_within(largest_patched, seen.workspace, package)) {
        add_sources(std::move(*files));
      } else if (package.directory == ".") {
        throw Error(
            "unsupported",
            "external packages depend on the root package, but it is too large for the recipe")
            .in_file(workspace_.root_manifest->path())
            .hint("prepare for one command: `cargo larder prepare -- build --release`");
      } else {
        recipe.to_be_brought.push_back(package.directory);
      }
    }
  }

  Command derive_command(const StatedCommand& stated, const Recipe& before) {
    auto line =
        cargo::parse_command_line(cargo::expand_alias(stated.words, config_, request_.environment));
    const auto output = cargo::output_flags(line);
    cargo::clear_flags(line, {cargo::FlagRole::Output});
    auto* workspace = &workspace_;
    cargo::Workspace other;
    const auto& root = workspace_.root_directory;
    if (line.manifest_path) {
      const auto manifest = stated_path(*line.manifest_path, request_);
      line.manifest_path = rebase(*line.manifest_path, request_, root);
      other = read_workspace(tree_, request_, manifest);
      workspace = &other;
    } else if (start_manifest_ != workspace_.root_manifest->path()) {
      line.manifest_path = path::relative(start_manifest_, root);
    }
    if (line.target_dir) line.target_dir = rebase(*line.target_dir, request_, root);
    for (auto& target : line.targets) {
      if (target.ends_with(".json")) add_target_file(target);
    }
    const auto stated_config = take_config(line);
    const auto& lock = lock_for(stated_config);
    if (const auto bin = reduce::default_run(*workspace, lock, line)) line.bins.names = {*bin};
    if (!line.config.empty()) {
      // The patches of this command must not reach the next one.
      if (workspace != &other) other = *workspace;
      workspace = &other;
    }
    cargo::load_patched(tree_, *workspace, lock, config_.below(stated_config));
    auto reduction = reduce::reduce({*workspace, lock, line, config_, toolchain_, stated_config,
                                     request_.environment, request_.unmerged, request_.whole_lock});
    notes_.add(reduction.notes);
    for (const auto& package : reduction.patched) add_sources(files_of(*workspace, package));
    Command command;
    command.name = unique_name(stated.name.empty() ? line.subcommand : stated.name, before);
    command.line = recorded(std::move(line));
    command.output_flags = cargo::words_of(output);
    command.cook_line = std::move(reduction.cook_line);
    command.assumptions = reduction.assumptions;
    command.unmerged_reason = std::move(reduction.unmerged_reason);
    command.skeleton = std::move(reduction.skeleton);
    command.requests = std::move(reduction.requests);
    return command;
  }

  /// Adds a target specification to the sources, and makes its path relative to the root. With an
  /// open recipe, the file is not in the tree, and cook looks for it on disk.
  void add_target_file(std::string& target) {
    const auto absolute = stated_path(target, request_);
    target = rebase(target, request_, workspace_.root_directory);
    if (auto contents = tree_.read(absolute))
      sources_.insert_or_assign(
          target, SourceFile{target, std::move(*contents), false, SourceKind::TargetSpecification});
  }

  /// The files of a patched package, with the manifest that the reduction made.
  std::vector<SourceFile> files_of(const cargo::Workspace& workspace,
                                   const reduce::PatchedPackage& patched) const {
    std::vector<SourceFile> out;
    const auto& package = workspace.packages[patched.package];
    const auto lock_file = path::join(workspace.root_directory, "Cargo.lock");
    for (const auto& file : cargo::package_files(tree_, package.directory)) {
      const auto path = path::join(package.directory, file);
      if (path == lock_file) continue;
      const bool is_manifest = path == package.manifest_path;
      auto contents = is_manifest ? patched.manifest : tree_.read(path).value_or("");
      // A recipe that `prepare` wrote is not part of the next one.
      if (path.ends_with(".json") && is_like_recipe(contents)) continue;
      out.push_back({path::relative(path, workspace.root_directory), std::move(contents),
                     tree_.is_executable(path)});
    }
    return out;
  }

  /// The same, but nothing if the files have more than `most` bytes in total.
  std::optional<std::vector<SourceFile>> files_within(std::size_t most,
                                                      const cargo::Workspace& workspace,
                                                      const reduce::PatchedPackage& patched) const {
    try {
      auto files = files_of(workspace, patched);
      std::size_t size = 0;
      for (const auto& file : files) size += file.contents.size();
      if (size <= most) return files;
    } catch (const Error& error) {
      if (error.id() != "file-too-large") throw;
    }
    return std::nullopt;
  }

  void add_sources(std::vector<SourceFile> files) {
    for (auto& file : files) sources_.insert_or_assign(file.path, std::move(file));
  }

  /// The config that the `--config` flags give. Makes the paths of files among them relative to the
  /// root.
  cargo::Config take_config(cargo::CommandLine& line) const {
    std::vector<std::string> arguments;
    std::vector<std::string> assigned;
    for (auto& argument : line.config) {
      const auto path = stated_path(argument, request_);
      const bool is_file = !argument.empty() && tree_.is_file(path);
      if (is_file) argument = rebase(argument, request_, workspace_.root_directory);
      arguments.push_back(is_file ? path : argument);
      if (!is_file) assigned.push_back(argument);
    }
    reduce::refuse_secret_words(line,
                                cargo::Config::of_arguments(tree_, request_.directory, assigned));
    return cargo::Config::of_arguments(tree_, request_.directory, arguments);
  }

  static std::string unique_name(const std::string& wanted, const Recipe& recipe) {
    const auto taken = [&](const std::string& name) {
      return std::any_of(recipe.commands.begin(), recipe.commands.end(),
                         [&](const Command& command) { return command.name == name; });
    };
    auto name = wanted;
    for (int number = 2; taken(name); ++number) name = fmt::format("{}-{}", wanted, number);
    return name;
  }

  const SourceTree& tree_;
  const DeriveRequest& request_;
  cargo::LockfileAhead lock_ahead_;
  std::string start_manifest_;
  cargo::Workspace workspace_;
  LockPlace lock_place_;
  std::map<std::string, cargo::Lockfile> locks_;
  cargo::Config config_;
  std::optional<cargo::ToolchainFile> toolchain_;
  std::map<std::string, SourceFile> sources_;
  reduce::ReductionNotes notes_;
};

Recipe derive_with(std::unique_ptr<Deriver> deriver, const DeriveRequest& request,
                   reduce::ReductionNotes* notes) {
  auto recipe = deriver->run();
  if (notes != nullptr) *notes = deriver->notes();
  if (request.exits_soon) static_cast<void>(deriver.release());
  return recipe;
}

}  // namespace

std::string carried_level(const std::string& directory, const std::string& workspace_root) {
  return path::is_within(directory, workspace_root) ? workspace_root : directory;
}

Recipe derive(const SourceTree& tree, const DeriveRequest& request, Inputs inputs,
              reduce::ReductionNotes* notes) {
  return derive_with(std::make_unique<Deriver>(tree, request, cargo::LockfileAhead(),
                                               std::move(inputs), LockPlace::AsConfigured),
                     request, notes);
}

Recipe derive(const SourceTree& tree, const DeriveRequest& request, reduce::ReductionNotes* notes) {
  // Beside the manifest that is started from, unless that is a member.
  const auto manifest = path::join(
      request.directory, request.manifest_path.empty() ? "Cargo.toml" : request.manifest_path);
  cargo::LockfileAhead lock(tree, path::join(path::parent(manifest), "Cargo.lock"));
  auto inputs = read_inputs(tree, request);
  return derive_with(std::make_unique<Deriver>(tree, request, std::move(lock), std::move(inputs),
                                               LockPlace::AsConfigured),
                     request, notes);
}

std::vector<SourceFile> Recipe::sources_of(SourceKind kind) const {
  std::vector<SourceFile> out;
  std::copy_if(sources.begin(), sources.end(), std::back_inserter(out),
               [&](const SourceFile& source) { return source.kind == kind; });
  return out;
}

std::string Recipe::from_directory(const std::string& path) const {
  if (directory.empty() || path.starts_with('/')) return path::join(root, path);
  return path::relative(path::join("/", path), path::join("/", directory));
}

std::string Recipe::root_for(const std::string& prepared_in) const {
  if (directory.empty()) return path::join(prepared_in, root);
  const auto ups = path::components(directory).size();
  auto out = prepared_in;
  for (std::size_t i = 0; i < ups; ++i) out = path::join(out, "..");
  return out;
}

namespace {

MemoryTree tree_of(const Recipe& open, const std::string& root, const std::string& directory) {
  const auto& skeleton = open.open.value();
  MemoryTree tree;
  for (const auto& manifest : skeleton.manifests) {
    const auto at = path::join(root, manifest.path);
    tree.write(at, manifest.contents);
    for (const auto& target : manifest.targets)
      tree.write(path::join(path::parent(at), target.path), "");
  }
  for (const auto& source : open.sources) {
    if (source.is_root_manifest()) continue;
    const auto at = path::join(root, source.path);
    tree.write(at, source.contents);
    if (source.executable) tree.set_executable(at);
  }
  if (!skeleton.lock_file.empty()) tree.write(path::join(root, "Cargo.lock"), skeleton.lock_file);
  if (skeleton.config_file)
    tree.write(path::join(directory, ".cargo/config.toml"), *skeleton.config_file);
  if (skeleton.toolchain)
    tree.write(path::join(directory, skeleton.toolchain->name), skeleton.toolchain->contents);
  return tree;
}

}  // namespace

Recipe derive_from(const Recipe& open, DeriveRequest request, reduce::ReductionNotes* notes,
                   const SourceTree& here) {
  if (!open.directory.empty() && !request.directory.ends_with("/" + open.directory)) {
    if (request.paths_from.empty()) request.paths_from = request.directory;
    request.directory = path::join(request.directory, open.directory);
  }
  const auto root = open.root_for(request.directory);
  auto tree = tree_of(open, root, request.directory);
  bring_patched(here, root, open.is_foreign, tree);
  const auto start = open.start_manifest.empty() ? "Cargo.toml" : open.start_manifest;
  request.manifest_path = path::join(root, start);
  auto inputs = read_inputs(tree, request);
  return derive_with(std::make_unique<Deriver>(tree, request, cargo::LockfileAhead(),
                                               std::move(inputs), LockPlace::BesideManifest),
                     request, notes);
}

}  // namespace larder::recipe
