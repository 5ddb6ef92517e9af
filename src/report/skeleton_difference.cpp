#include "skeleton_difference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "flat_toml.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

namespace larder::report {

namespace {

using cargo::table_at;
using cargo::TomlTable;
using cargo::TomlValue;

/// An empty table if the text is not TOML.
TomlTable parse(const std::string& text) {
  try {
    return *cargo::parse_toml("recipe", text, "recipe-invalid").root.table();
  } catch (const Error&) {
    return {};
  }
}

/// Keys about where packages come from and how they are downloaded. They do not change units.
bool is_about_fetching(const std::string& key) {
  static const std::set<std::string> keys{"http", "net", "registries", "registry", "source"};
  return keys.contains(key);
}

std::string channel_of(const reduce::ToolchainText& toolchain) {
  const auto table = parse(toolchain.contents);
  if (const auto found = table.find("toolchain");
      found != table.end() && found->second.table() != nullptr) {
    const auto* channel = found->second.find("channel");
    return channel != nullptr && channel->string() != nullptr ? *channel->string() : "no channel";
  }
  return toolchain.contents.substr(0, toolchain.contents.find('\n'));
}

std::string words(const std::set<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

std::set<std::string> only_in(const std::set<std::string>& these,
                              const std::set<std::string>& others) {
  std::set<std::string> out;
  std::set_difference(these.begin(), these.end(), others.begin(), others.end(),
                      std::inserter(out, out.end()));
  return out;
}

}  // namespace

SkeletonComparison::SkeletonComparison(const reduce::Skeleton& before,
                                       const reduce::Skeleton& after)
    : before_(before),
      after_(after),
      locks_(before.lock_file, after.lock_file),
      old_requests_(requests_of(before)),
      new_requests_(requests_of(after)) {}

std::vector<Change> SkeletonComparison::changes() {
  compare_toolchains();
  compare_configs();
  compare_root_tables();
  auto locked = locks_.changes();
  std::move(locked.begin(), locked.end(), std::back_inserter(out_));
  compare_requests();
  compare_crates();
  return std::move(out_);
}

Change SkeletonComparison::change(ChangeKind kind, std::string subject, std::string text,
                                  bool of_all) const {
  return {kind,
          std::move(subject),
          std::move(text),
          of_all ? locks_.recompiled(locks_.all()) : std::set<std::string>{},
          {}};
}

void SkeletonComparison::compare_toolchains() {
  if (before_.toolchain == after_.toolchain) return;
  const auto& name = after_.toolchain ? after_.toolchain->name : before_.toolchain->name;
  const auto add = [&](std::string text, bool of_all) {
    out_.push_back(change(ChangeKind::Toolchain, name, std::move(text), of_all));
  };
  if (!before_.toolchain)
    return add("a new toolchain file selects " + channel_of(*after_.toolchain), true);
  if (!after_.toolchain)
    return add(fmt::format("the toolchain file that selected {} was removed",
                           channel_of(*before_.toolchain)),
               true);
  const auto from = channel_of(*before_.toolchain);
  const auto to = channel_of(*after_.toolchain);
  if (from != to) return add(fmt::format("the toolchain changed from {} to {}", from, to), true);
  // Only components or targets differ, not the compiler.
  add(fmt::format("the toolchain file `{}` differs", name), false);
}

void SkeletonComparison::compare_configs() {
  if (before_.config_file == after_.config_file) return;
  const auto old_table = parse(before_.config_file.value_or(""));
  const auto new_table = parse(after_.config_file.value_or(""));
  const auto found = differing(flatten(old_table), flatten(new_table));
  for (const auto& difference : found) {
    const auto name = dotted(difference.keys);
    out_.push_back(change(ChangeKind::Config, name, "the config key " + described(name, difference),
                          !is_about_fetching(difference.keys.front())));
  }
  if (found.empty())
    out_.push_back(change(ChangeKind::Config, "", "the cargo config differs", true));
}

void SkeletonComparison::compare_root_tables() {
  auto& old_root = old_requests_.rest["Cargo.toml"];
  auto& new_root = new_requests_.rest["Cargo.toml"];
  compare_profiles("profile", table_at(old_root, "profile"), table_at(new_root, "profile"));
  const auto resolver = [](const TomlTable& root) {
    const auto& table =
        root.contains("workspace") ? table_at(root, "workspace") : table_at(root, "package");
    const auto found = table.find("resolver");
    return found == table.end() || found->second.string() == nullptr ? "1"
                                                                     : *found->second.string();
  };
  if (resolver(old_root) != resolver(new_root)) {
    out_.push_back(change(
        ChangeKind::Resolver, "workspace.resolver",
        fmt::format("the resolver changed from {} to {}", resolver(old_root), resolver(new_root)),
        true));
  }
  for (const std::string key : {"patch", "replace"}) {
    for (const auto& difference :
         differing(flatten(table_at(old_root, key)), flatten(table_at(new_root, key)))) {
      const auto name = key + "." + dotted(difference.keys);
      out_.push_back(change(ChangeKind::Patch, name, described(name, difference), false));
    }
  }
}

void SkeletonComparison::compare_profiles(const std::string& prefix, const TomlTable& before,
                                          const TomlTable& after) {
  for (const auto& difference : differing(flatten(before), flatten(after))) {
    const auto name = prefix + "." + dotted(difference.keys);
    const auto& keys = difference.keys;
    auto found = change(ChangeKind::Profile, name, described(name, difference), true);
    if (keys.size() > 2 && keys[1] == "package" && keys[2] != "*") {
      // `profile.release.package.NAME`, which may name a version as well.
      const auto at = keys[2].find_first_of("@:");
      const auto version = at == std::string::npos ? "" : keys[2].substr(at + 1);
      found.recompiled = locks_.recompiled(packages(keys[2].substr(0, at), version));
    }
    out_.push_back(std::move(found));
  }
}

std::set<cargo::LockId> SkeletonComparison::packages(const std::string& name,
                                                     const std::string& version) const {
  // Git sources are requested without a version.
  const auto exact = locks_.named(name, version);
  return exact.empty() ? locks_.named(name, "") : exact;
}

void SkeletonComparison::compare_requests() {
  static const std::map<std::string, Asked> not_asked;
  const auto of = [](const Requests& requests, const std::string& name) -> const auto& {
    const auto found = requests.packages.find(name);
    return found == requests.packages.end() ? not_asked : found->second;
  };
  std::set<std::string> names;
  for (const auto* requests : {&old_requests_, &new_requests_}) {
    for (const auto& [name, versions] : requests->packages) names.insert(name);
  }
  for (const auto& name : names) {
    // If a package is new or gone, that change says enough about requests for it.
    if (locks_.is_in_both(name))
      compare_versions(name, of(old_requests_, name), of(new_requests_, name));
  }
}

void SkeletonComparison::compare_versions(const std::string& name,
                                          const std::map<std::string, Asked>& before,
                                          const std::map<std::string, Asked>& after) {
  static const Asked nothing;
  if (before.size() == 1 && after.size() == 1)
    return compare_asked(name, after.begin()->first, before.begin()->second, after.begin()->second);
  for (const auto& [version, asked] : after) {
    const auto old = before.find(version);
    compare_asked(name, version, old == before.end() ? nothing : old->second, asked);
  }
  for (const auto& [version, asked] : before) {
    if (!after.contains(version)) compare_asked(name, version, asked, nothing);
  }
}

void SkeletonComparison::compare_asked(const std::string& name, const std::string& version,
                                       const Asked& before, const Asked& after) {
  const auto difference = [](const std::set<std::string>& old_items,
                             const std::set<std::string>& new_items) {
    const auto added = only_in(new_items, old_items);
    const auto removed = only_in(old_items, new_items);
    std::string text;
    if (!added.empty()) text = "added " + words(added);
    if (!removed.empty()) text += (added.empty() ? "removed " : "; removed ") + words(removed);
    return text;
  };
  const auto recompiled = locks_.recompiled(packages(name, version));
  const auto label = locks_.named(name, "").size() > 1 ? name + " " + version : name;
  if (before.requests.empty() || after.requests.empty()) {
    const auto& there = before.requests.empty() ? after : before;
    const auto* now =
        before.requests.empty() ? "now a direct dependency" : "no longer a direct dependency";
    out_.push_back({ChangeKind::Request,
                    name,
                    fmt::format("`{}` is {} ({}; features: {})", label, now, words(there.roles),
                                there.features.empty() ? "none" : words(there.features)),
                    recompiled,
                    {}});
    return;
  }
  const auto features = difference(before.features, after.features);
  if (!features.empty()) {
    out_.push_back({ChangeKind::Features,
                    name,
                    fmt::format("features of `{}`: {}", label, features),
                    recompiled,
                    {}});
  }
  const auto roles = difference(before.roles, after.roles);
  if (!roles.empty()) {
    out_.push_back({ChangeKind::Request,
                    name,
                    fmt::format("dependencies on `{}`: {}", label, roles),
                    recompiled,
                    {}});
  }
  if (features.empty() && roles.empty() && before.requests != after.requests) {
    out_.push_back({ChangeKind::Request,
                    name,
                    fmt::format("`{}` is a dependency of different local packages", label),
                    {},
                    {}});
  }
}

/// Compares the rest: crates that are new, gone or different.
void SkeletonComparison::compare_crates() {
  const auto told = [](TomlTable table) {
    for (const auto key : {"profile", "patch", "replace"}) table.erase(key);
    if (const auto workspace = table.find("workspace");
        workspace != table.end() && workspace->second.table() != nullptr)
      workspace->second.table()->erase("resolver");
    return TomlValue(std::move(table));
  };
  const auto add = [&](const std::string& path, const char* what) {
    out_.push_back(change(ChangeKind::Skeleton, path,
                          fmt::format("the skeleton's `{}` {}", path, what), false));
  };
  std::map<std::string, std::vector<reduce::SkeletonTarget>> old_targets;
  for (const auto& manifest : before_.manifests) old_targets[manifest.path] = manifest.targets;
  for (const auto& manifest : after_.manifests) {
    const auto old = old_targets.find(manifest.path);
    if (old == old_targets.end()) {
      add(manifest.path, "is new");
    } else if (!(told(old_requests_.rest[manifest.path]) ==
                 told(new_requests_.rest[manifest.path])) ||
               old->second != manifest.targets) {
      add(manifest.path, "has changed");
    }
    if (old != old_targets.end()) old_targets.erase(old);
  }
  for (const auto& [path, targets] : old_targets) add(path, "was removed");
}

}  // namespace larder::report
