#include "lock_difference.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace larder::report {

namespace {

std::string version_label(const cargo::LockedPackage& package) {
  return package.version.str() + (package.is_git() ? " (" + package.source->text() + ")" : "");
}

bool is_same_entry(const cargo::LockedPackage& a, const cargo::LockedPackage& b) {
  return a.name == b.name && a.version == b.version && a.has_same_code(b) &&
         a.checksum == b.checksum;
}

std::string listed(const std::vector<std::string>& items) {
  return fmt::format("{}", fmt::join(items, ", "));
}

}  // namespace

std::string package_label(const cargo::LockedPackage& package) {
  return package.name + " " + version_label(package);
}

LockComparison::LockComparison(const std::string& before, const std::string& after)
    : before_(cargo::parse_lockfile("recipe", before)),
      after_(cargo::parse_lockfile("recipe", after)) {}

std::vector<Change> LockComparison::changes() const {
  std::vector<Change> out;
  for (const auto& [name, group] : after_.by_name)
    compare_versions(name, before_.named(name), group, out);
  for (const auto& [name, group] : before_.by_name) {
    if (!after_.by_name.contains(name)) compare_versions(name, group, {}, out);
  }
  compare_edges(out);
  return out;
}

void LockComparison::compare_versions(const std::string& name, const Group& before,
                                      const Group& after, std::vector<Change>& out) const {
  const auto missing = [](const cargo::Lockfile& from, const Group& group,
                          const cargo::Lockfile& other, const Group& others) {
    Group found;
    std::copy_if(group.begin(), group.end(), std::back_inserter(found), [&](cargo::LockId index) {
      return std::none_of(others.begin(), others.end(), [&](cargo::LockId candidate) {
        return is_same_entry(from.packages[index], other.packages[candidate]);
      });
    });
    return found;
  };
  const auto versions = [](const cargo::Lockfile& lock, const Group& group) {
    std::vector<std::string> labels;
    for (const auto index : group) labels.push_back(version_label(lock.packages[index]));
    return listed(labels);
  };
  const auto gone = missing(before_, before, after_, after);
  const auto added = missing(after_, after, before_, before);
  if (gone.empty() && added.empty()) return;
  const std::set<cargo::LockId> seeds(added.begin(), added.end());
  if (gone.empty()) {
    out.push_back({ChangeKind::NewCrate,
                   name,
                   fmt::format("`{} {}` is new", name, versions(after_, added)),
                   recompiled(seeds),
                   {}});
  } else if (added.empty()) {
    out.push_back({ChangeKind::RemovedCrate,
                   name,
                   fmt::format("`{} {}` is no longer needed", name, versions(before_, gone)),
                   recompiled(former_dependents(name)),
                   {}});
  } else {
    const auto from = versions(before_, gone);
    const auto to = versions(after_, added);
    out.push_back({ChangeKind::Bump,
                   name,
                   from == to ? fmt::format("`{} {}` comes from another source", name, to)
                              : fmt::format("`{}` went from {} to {}", name, from, to),
                   recompiled(seeds),
                   {}});
  }
}

std::set<std::string> LockComparison::edges(const cargo::Lockfile& lock,
                                            const cargo::LockedPackage& package) const {
  std::set<std::string> out;
  for (const auto index : package.dependencies) out.insert(package_label(lock.packages[index]));
  return out;
}

/// Packages that are otherwise unchanged but no longer depend on one of this name.
std::set<cargo::LockId> LockComparison::former_dependents(const std::string& name) const {
  std::set<cargo::LockId> out;
  for (const auto& package : before_.packages) {
    const bool depended =
        std::any_of(package.dependencies.begin(), package.dependencies.end(),
                    [&](cargo::LockId index) { return before_.packages[index].name == name; });
    if (!depended) continue;
    for (const auto index : after_.named(package.name)) {
      const auto& now = after_.packages[index];
      if (is_same_entry(now, package) && edges(after_, now) != edges(before_, package))
        out.insert(index);
    }
  }
  return out;
}

/// Adds changed dependencies that no new, bumped or removed package explains.
void LockComparison::compare_edges(std::vector<Change>& out) const {
  const auto is_in = [](const cargo::Lockfile& lock, const cargo::LockedPackage& package) {
    const auto& group = lock.named(package.name);
    return std::any_of(group.begin(), group.end(), [&](cargo::LockId index) {
      return is_same_entry(lock.packages[index], package);
    });
  };
  const auto lasting = [&](const cargo::Lockfile& lock, const cargo::Lockfile& other,
                           const cargo::LockedPackage& package) {
    std::set<std::string> labels;
    for (const auto index : package.dependencies) {
      if (is_in(other, lock.packages[index])) labels.insert(package_label(lock.packages[index]));
    }
    return labels;
  };
  const auto added = [](const std::set<std::string>& from, const std::set<std::string>& to) {
    std::vector<std::string> found;
    std::set_difference(to.begin(), to.end(), from.begin(), from.end(), std::back_inserter(found));
    return listed(found);
  };
  for (const auto i : after_.packages.ids()) {
    const auto& package = after_.packages[i];
    for (const auto index : before_.named(package.name)) {
      const auto& old = before_.packages[index];
      if (!is_same_entry(old, package)) continue;
      const auto old_edges = lasting(before_, after_, old);
      const auto new_edges = lasting(after_, before_, package);
      if (old_edges == new_edges) continue;
      auto text = fmt::format("`{}`", package_label(package));
      const auto more = added(old_edges, new_edges);
      const auto less = added(new_edges, old_edges);
      if (!more.empty()) text += " now depends on " + more;
      if (!less.empty()) text += (more.empty() ? "" : " and") + (" no longer depends on " + less);
      out.push_back({ChangeKind::Edges, package.name, std::move(text), recompiled({i}), {}});
    }
  }
}

std::set<cargo::LockId> LockComparison::named(const std::string& name,
                                              const std::string& version) const {
  std::set<cargo::LockId> out;
  for (const auto index : after_.named(name)) {
    if (version.empty() || after_.packages[index].version.str() == version) out.insert(index);
  }
  return out;
}

std::set<cargo::LockId> LockComparison::all() const {
  std::set<cargo::LockId> out;
  for (const auto i : after_.packages.ids()) {
    if (!after_.packages[i].is_local()) out.insert(i);
  }
  return out;
}

std::set<std::string> LockComparison::recompiled(const std::set<cargo::LockId>& changed) const {
  std::set<std::string> out;
  for (const auto index : after_.dependents(changed)) {
    const auto& package = after_.packages[index];
    if (!package.is_local()) out.insert(package_label(package));
  }
  return out;
}

bool LockComparison::is_in_both(const std::string& name) const {
  return before_.by_name.contains(name) && after_.by_name.contains(name);
}

}  // namespace larder::report
