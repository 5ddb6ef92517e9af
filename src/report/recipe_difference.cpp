#include "larder/report/recipe_difference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "larder/base/shortened.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "skeleton_difference.hpp"

namespace larder::report {

namespace {

/// One command of a recipe, or the skeleton of an open recipe.
struct Part {
  const recipe::Recipe* recipe = nullptr;
  const recipe::Command* command = nullptr;

  const reduce::Skeleton& skeleton() const {
    static const reduce::Skeleton none;
    if (command != nullptr) return command->skeleton;
    return recipe != nullptr && recipe->open ? *recipe->open : none;
  }
  bool exists() const { return command != nullptr || (recipe != nullptr && recipe->open); }
};

class PartComparison {
 public:
  PartComparison(const Part& before, const Part& after)
      : before_(before), after_(after), skeletons_(before.skeleton(), after.skeleton()) {}

  CommandDifference run(std::string name) {
    CommandDifference out;
    out.name = std::move(name);
    const auto* shown = after_.command != nullptr ? after_.command : before_.command;
    if (shown != nullptr) out.command = cargo::join_command(shown->line.arguments());
    if (after_.exists()) out.external_packages = skeletons_.locks().all().size();
    if (!before_.exists()) {
      add(ChangeKind::Command, fmt::format("the command `{}` is new", out.name), true);
    } else if (!after_.exists()) {
      add(ChangeKind::Command, fmt::format("the command `{}` was removed", out.name), false);
    } else {
      compare();
    }
    drop_implied_changes();
    std::stable_sort(changes_.begin(), changes_.end(),
                     [](const Change& a, const Change& b) { return a.kind < b.kind; });
    for (const auto& change : changes_)
      out.recompiled.insert(change.recompiled.begin(), change.recompiled.end());
    out.changes = std::move(changes_);
    return out;
  }

 private:
  void add(ChangeKind kind, std::string text, bool of_all, std::string subject = "") {
    changes_.push_back(skeletons_.change(kind, std::move(subject), std::move(text), of_all));
  }

  /// Changes of the skeleton itself follow from the other changes, if there are any.
  void drop_implied_changes() {
    const auto is_of_skeleton = [](const Change& change) {
      return change.kind == ChangeKind::Skeleton;
    };
    if (!std::all_of(changes_.begin(), changes_.end(), is_of_skeleton))
      std::erase_if(changes_, is_of_skeleton);
  }

  void compare() {
    if (before_.recipe->root != after_.recipe->root) {
      add(ChangeKind::Command,
          fmt::format("the workspace moved from `{}` to `{}`", before_.recipe->root,
                      after_.recipe->root),
          true);
    }
    if (before_.recipe->directory != after_.recipe->directory) {
      const auto place = [](const recipe::Recipe& recipe) {
        return recipe.directory.empty() ? "the workspace root or above"
                                        : '`' + recipe.directory + '`';
      };
      add(ChangeKind::Command,
          fmt::format("prepare ran in {} and now runs in {}", place(*before_.recipe),
                      place(*after_.recipe)),
          true);
    }
    if ((before_.command == nullptr) != (after_.command == nullptr))
      add(ChangeKind::Command, "one of the recipes was made without a command", true);
    if (before_.command != nullptr && after_.command != nullptr) compare_commands();
    compare_sources();
    auto found = skeletons_.changes();
    std::move(found.begin(), found.end(), std::back_inserter(changes_));
    compare_whole_locks();
    if (changes_.empty() && !is_same())
      add(ChangeKind::Skeleton, "targets, flags, or the directory that prepare ran in, differ",
          false);
  }

  void compare_commands() {
    const auto& before = *before_.command;
    const auto& after = *after_.command;
    const bool other_build = before.cook_line != after.cook_line;
    if (before.line != after.line) {
      add(ChangeKind::Command,
          fmt::format("the command changed from `{}` to `{}`",
                      cargo::join_command(before.line.arguments()),
                      cargo::join_command(after.line.arguments())),
          other_build);
    } else if (other_build) {
      add(ChangeKind::Command, "the flags that cook passes to cargo differ", true);
    }
    if (before.assumptions != after.assumptions)
      add(ChangeKind::Profile, "the LTO setting, panic strategy or number of targets differs",
          true);
    if (before.unmerged_reason != after.unmerged_reason)
      add(ChangeKind::Command,
          "whether local packages are merged, or the reason against it, differs", false);
  }

  /// Compares the sources of patched packages.
  void compare_sources() {
    std::map<std::string, const recipe::SourceFile*> old_files;
    for (const auto& file : before_.recipe->sources) old_files[file.path] = &file;
    std::vector<std::string> changed;
    for (const auto& file : after_.recipe->sources) {
      const auto old = old_files.find(file.path);
      if (old == old_files.end() || !(*old->second == file)) changed.push_back(file.path);
      if (old != old_files.end()) old_files.erase(old);
    }
    for (const auto& [path, file] : old_files) changed.push_back(path);
    for (const auto& path : changed) {
      add(ChangeKind::Sources,
          fmt::format("`{}`, a source file of a local package that external packages depend on, "
                      "has changed",
                      path),
          true, path);
    }
  }

  /// The whole lock file is only for fetching, so nothing is compiled again when it changes.
  void compare_whole_locks() {
    const auto& before = before_.recipe->whole_lock;
    const auto& after = after_.recipe->whole_lock;
    if (before.has_value() != after.has_value()) {
      add(ChangeKind::Skeleton,
          after ? "the recipe now contains the whole lock file"
                : "the recipe no longer contains the whole lock file",
          false);
    } else if (before != after) {
      add(ChangeKind::Skeleton,
          "the whole lock file has changed: " + changed_packages(*before, *after), false);
    } else if (before_.command != nullptr && after_.command != nullptr &&
               before_.command->requests != after_.command->requests) {
      add(ChangeKind::Skeleton,
          "members request other packages, which are fetched but not compiled", false);
    }
  }

  static std::string changed_packages(const std::string& before, const std::string& after) {
    const auto labels = [](const std::string& text) {
      std::set<std::string> out;
      for (const auto& package : cargo::parse_lockfile("recipe", text).packages)
        out.insert(package.name + " " + package.version.str());
      return out;
    };
    const auto old_labels = labels(before);
    const auto new_labels = labels(after);
    std::vector<std::string> out;
    for (const auto& label : new_labels) {
      if (!old_labels.contains(label)) out.push_back(fmt::format("`{}` is new", label));
    }
    for (const auto& label : old_labels) {
      if (!new_labels.contains(label)) out.push_back(fmt::format("`{}` was removed", label));
    }
    if (out.empty()) return "a source, a checksum or a dependency";
    return fmt::format("{}", fmt::join(shortened(std::move(out), 6), ", "));
  }

  bool is_same() const {
    if (before_.command != nullptr && after_.command != nullptr) {
      auto before = *before_.command;
      before.output_flags = after_.command->output_flags;
      return before == *after_.command;
    }
    return before_.recipe->start_manifest == after_.recipe->start_manifest;
  }

  const Part& before_;
  const Part& after_;
  SkeletonComparison skeletons_;
  std::vector<Change> changes_;
};

/// By the names of their commands. The name for an open recipe is empty.
std::map<std::string, Part> parts(const recipe::Recipe& recipe) {
  std::map<std::string, Part> out;
  if (recipe.open) out[""] = {&recipe, nullptr};
  for (const auto& command : recipe.commands) out[command.name] = {&recipe, &command};
  return out;
}

}  // namespace

std::string_view name_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::Command:
      return "command";
    case ChangeKind::Toolchain:
      return "toolchain";
    case ChangeKind::Config:
      return "config";
    case ChangeKind::Profile:
      return "profile";
    case ChangeKind::Resolver:
      return "resolver";
    case ChangeKind::Patch:
      return "patch";
    case ChangeKind::Sources:
      return "patched sources";
    case ChangeKind::NewCrate:
      return "new crate";
    case ChangeKind::Bump:
      return "bump";
    case ChangeKind::RemovedCrate:
      return "removed crate";
    case ChangeKind::Features:
      return "features";
    case ChangeKind::Request:
      return "request";
    case ChangeKind::Edges:
      return "edges";
    case ChangeKind::Skeleton:
      break;
  }
  return "skeleton";
}

const std::vector<ChangeKind>& change_kinds() {
  static const std::vector<ChangeKind> kinds = [] {
    std::vector<ChangeKind> all;
    for (int i = 0; i <= static_cast<int>(ChangeKind::Skeleton); ++i)
      all.push_back(static_cast<ChangeKind>(i));
    return all;
  }();
  return kinds;
}

std::vector<CommandDifference> compare(const recipe::Recipe& before, const recipe::Recipe& after) {
  std::vector<CommandDifference> out;
  const auto old_parts = parts(before);
  const auto new_parts = parts(after);
  if (before.open.has_value() != after.open.has_value() && !old_parts.empty() &&
      !new_parts.empty()) {
    const auto& [name, part] = *new_parts.begin();
    out.push_back(PartComparison(old_parts.begin()->second, part).run(name));
    return out;
  }
  for (const auto& [name, part] : old_parts) {
    const auto found = new_parts.find(name);
    out.push_back(
        PartComparison(part, found == new_parts.end() ? Part{} : found->second).run(name));
  }
  for (const auto& [name, part] : new_parts) {
    if (!old_parts.contains(name)) out.push_back(PartComparison(Part{}, part).run(name));
  }
  return out;
}

std::vector<std::string> differences(const recipe::Recipe& before, const recipe::Recipe& after) {
  std::vector<std::string> out;
  if (before == after) return out;
  for (const auto& command : compare(before, after)) {
    for (const auto& change : command.changes) {
      if (std::find(out.begin(), out.end(), change.text) == out.end()) out.push_back(change.text);
    }
  }
  return out;
}

}  // namespace larder::report
