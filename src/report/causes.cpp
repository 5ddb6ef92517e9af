#include "larder/report/causes.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "larder/base/error.hpp"
#include "larder/base/overlay_tree.hpp"
#include "larder/base/path.hpp"
#include "lock_difference.hpp"
#include "manifest_changes.hpp"

namespace larder::report {

namespace {

/// A longer list would explain nothing.
constexpr std::size_t most_causes = 6;
/// Each try derives a whole recipe.
constexpr std::size_t most_tries = 12;

/// What distinguishes one change from another.
using ChangeKey = std::tuple<std::string, ChangeKind, std::string, std::string>;

ChangeKey key_of(const CommandDifference& command, const Change& change) {
  return {command.name, change.kind, change.subject, change.text};
}

std::set<ChangeKey> change_keys(const recipe::Recipe& before, const recipe::Recipe& after) {
  std::set<ChangeKey> out;
  for (const auto& command : compare(before, after)) {
    for (const auto& change : command.changes) out.insert(key_of(command, change));
  }
  return out;
}

class CauseFinder {
 public:
  CauseFinder(const DerivedTree& before, const DerivedTree& after)
      : before_(before),
        after_(after),
        old_(WorkspaceFiles::of(before)),
        new_(WorkspaceFiles::of(after)),
        manifests_(manifest_changes(old_, new_)),
        configs_(config_changes(old_, new_)) {}

  void fill(std::vector<CommandDifference>& differences) {
    for (auto& command : differences) {
      for (auto& change : command.changes) {
        change.causes = causes(change, key_of(command, change));
        if (change.causes.size() > most_causes) change.causes.resize(most_causes);
      }
    }
  }

 private:
  std::vector<Cause> causes(const Change& change, const ChangeKey& key) {
    switch (change.kind) {
      case ChangeKind::Command:
        return with_keys(manifests_, [](const KeyPath& keys) {
          return keys.size() > 2 && keys[1] == "metadata" && keys[2] == "larder";
        });
      case ChangeKind::Toolchain:
        return toolchain();
      case ChangeKind::Config:
        return with_keys(configs_, [&](const KeyPath& keys) {
          return change.subject.empty() || dotted(keys) == change.subject;
        });
      case ChangeKind::Profile:
        return profile(change.subject);
      case ChangeKind::Resolver:
        return with_keys(manifests_, [](const KeyPath& keys) {
          return keys.back() == "resolver" || dotted(keys) == "package.edition";
        });
      case ChangeKind::Patch:
        return with_keys(manifests_, [](const KeyPath& keys) {
          return keys[0] == "patch" || keys[0] == "replace";
        });
      case ChangeKind::Sources:
        return {{change.subject, 0, "", false}};
      case ChangeKind::NewCrate:
      case ChangeKind::Bump:
      case ChangeKind::RemovedCrate:
      case ChangeKind::Edges:
      case ChangeKind::Features:
      case ChangeKind::Request:
      case ChangeKind::Skeleton:
        break;
    }
    return of_package(change, key);
  }

  template <typename Accept>
  static std::vector<Cause> with_keys(const std::vector<FileChange>& changes, Accept accept) {
    std::vector<Cause> out;
    for (const auto& change : changes) {
      if (accept(change.keys)) out.push_back(change.cause);
    }
    return out;
  }

  std::vector<Cause> toolchain() const {
    const bool gone = !new_.toolchain;
    const auto& file = gone ? old_.toolchain : new_.toolchain;
    if (!file) return {};
    const auto& side = gone ? before_ : after_;
    const auto text = side.tree.read(file->path).value_or("");
    std::uint32_t line = 1;
    std::size_t at = 0;
    // In the old form, the file has only the channel.
    if (const auto found = text.find("channel"); found != std::string::npos) {
      line += static_cast<std::uint32_t>(
          std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(found), '\n'));
      at = found;
    }
    return {{path::relative(file->path, side.root), line, text.substr(at, text.find('\n', at) - at),
             gone}};
  }

  std::vector<Cause> profile(const std::string& subject) const {
    const auto in_profiles = [](const KeyPath& keys) { return keys[0] == "profile"; };
    const auto exact = [&](const KeyPath& keys) { return dotted(keys) == subject; };
    for (const auto* changes : {&manifests_, &configs_}) {
      auto found = with_keys(*changes, exact);
      if (!found.empty()) return found;
    }
    auto out = with_keys(manifests_, in_profiles);
    const auto configured = with_keys(configs_, in_profiles);
    out.insert(out.end(), configured.begin(), configured.end());
    return out;
  }

  std::vector<Cause> of_package(const Change& change, const ChangeKey& key) {
    std::vector<Cause> locked;
    if (change.kind == ChangeKind::Skeleton) return structural(key);
    if (change.kind != ChangeKind::Features && change.kind != ChangeKind::Request)
      locked = lock_entries(change.subject);
    std::vector<FileChange> named;
    for (const auto& candidate : manifests_) {
      if (candidate.packages.contains(change.subject)) named.push_back(candidate);
    }
    auto out = decisive(named, key);
    // No manifest entry and no lock file entry says so. It must be another local package, feature
    // or target.
    if (out.empty() && locked.empty()) return structural(key);
    out.insert(out.end(), locked.begin(), locked.end());
    return out;
  }

  /// Entries of one name that are only in one of the lock files.
  std::vector<Cause> lock_entries(const std::string& name) const {
    const auto missing = [&](const cargo::Lockfile& from, const cargo::Lockfile& other,
                             const std::string& path, bool gone) {
      std::vector<Cause> out;
      for (const auto index : from.named(name)) {
        const auto& entry = from.packages[index];
        const auto& others = other.named(name);
        const bool stays = std::any_of(others.begin(), others.end(), [&](cargo::LockId i) {
          const auto& candidate = other.packages[i];
          return candidate.version == entry.version && candidate.has_same_code(entry) &&
                 labels(from, entry) == labels(other, candidate);
        });
        if (!stays) out.push_back({path, entry.line, package_label(entry), gone});
      }
      return out;
    };
    auto out = missing(new_.lock, old_.lock, new_.lock_path, false);
    if (!out.empty()) return out;
    return missing(old_.lock, new_.lock, old_.lock_path, true);
  }

  static std::set<std::string> labels(const cargo::Lockfile& lock,
                                      const cargo::LockedPackage& package) {
    std::set<std::string> out;
    for (const auto index : package.dependencies) out.insert(package_label(lock.packages[index]));
    return out;
  }

  std::vector<Cause> structural(const ChangeKey& key) {
    std::vector<FileChange> candidates;
    for (const auto& change : manifests_) {
      if (is_structural(change.keys)) candidates.push_back(change);
    }
    auto out = decisive(candidates, key);
    if (!out.empty()) return out;
    const auto add_missing = [&](const WorkspaceFiles& from, const WorkspaceFiles& other,
                                 bool gone) {
      for (const auto& [file, manifest] : from.targets) {
        if (!other.targets.contains(file)) out.push_back({file, 0, "", gone});
      }
    };
    add_missing(new_, old_, false);
    add_missing(old_, new_, true);
    return out;
  }

  /// The candidates in files without which the change does not happen. All candidates if the tries
  /// find no such file.
  std::vector<Cause> decisive(const std::vector<FileChange>& candidates, const ChangeKey& key) {
    std::set<std::string> files;
    for (const auto& candidate : candidates) files.insert(candidate.file);
    std::set<std::string> needed;
    if (files.size() > 1 && files.size() <= most_tries) {
      for (const auto& file : files) {
        if (is_needed(file, key)) needed.insert(file);
      }
    }
    std::vector<Cause> out;
    for (const auto& candidate : candidates) {
      if (needed.empty() || needed.contains(candidate.file)) out.push_back(candidate.cause);
    }
    return out;
  }

  bool is_needed(const std::string& file, const ChangeKey& key) {
    const auto known = without_.find(file);
    const auto& left = known != without_.end()
                           ? known->second
                           : without_.emplace(file, try_without(file)).first->second;
    return left && !left->contains(key);
  }

  /// The changes that remain if one manifest is put back as it was. Nothing if there is no recipe
  /// then.
  std::optional<std::set<ChangeKey>> try_without(const std::string& file) const {
    const auto at = path::join(after_.root, file);
    try {
      const OverlayTree tree(after_.tree,
                             {{at, before_.tree.read(path::join(before_.root, file))}});
      return change_keys(before_.recipe, recipe::derive(tree, after_.request));
    } catch (const Error&) {
      return std::nullopt;
    }
  }

  const DerivedTree& before_;
  const DerivedTree& after_;
  WorkspaceFiles old_;
  WorkspaceFiles new_;
  std::vector<FileChange> manifests_;
  std::vector<FileChange> configs_;
  std::map<std::string, std::optional<std::set<ChangeKey>>> without_;
};

}  // namespace

void find_causes(const DerivedTree& before, const DerivedTree& after,
                 std::vector<CommandDifference>& differences) {
  CauseFinder(before, after).fill(differences);
}

}  // namespace larder::report
