#include <fmt/format.h>

#include <algorithm>

#include "sketch.hpp"

// `[patch]` and `[replace]`: from crates.io, another registry and git repositories, to each of them
// and to paths.

namespace larder::test {

namespace {

/// One for each registry and repository that has the package; with `any_reference`, one for each
/// reference.
std::vector<Origin> sources_of(const WorkspaceSketch& workspace, std::size_t package,
                               bool any_reference) {
  std::vector<Origin> out{{}};
  if (workspace.has_other) out.push_back({Origin::Kind::Other});
  for (std::size_t i = 0; i < workspace.repositories.size(); ++i) {
    const auto& repository = workspace.repositories[i];
    if (!offers(repository, package)) continue;
    const auto count = any_reference ? repository.references.size() : 1;
    for (std::size_t j = 0; j < count; ++j) out.push_back({Origin::Kind::Git, i, j});
  }
  return out;
}

bool is_same_source(const Origin& a, const Origin& b) {
  return a.kind == b.kind && a.repository == b.repository;
}

std::string url_of(const WorkspaceSketch& workspace, const Origin& origin) {
  if (origin.kind == Origin::Kind::Git)
    return repository_url(workspace, workspace.repositories[origin.repository]);
  return origin.kind == Origin::Kind::Other ? "other" : "crates-io";
}

std::optional<PatchSketch> any_patch(const WorkspaceSketch& workspace, Random& random) {
  PatchSketch out;
  out.package = random.below(workspace.pool.size());
  const auto& package = workspace.pool[out.package];
  if (!package.links.empty()) return std::nullopt;
  out.from = random.pick(sources_of(workspace, out.package, false));
  out.in_config = random.chance(35);
  if (random.chance(35)) {
    out.directory = random.pick({"patched/", "libs/patched/"}) + package.name +
                    (package.version == "2.0.0" ? "-two" : "");
    out.is_member = random.chance(40);
    return out;
  }
  out.to = random.pick(sources_of(workspace, out.package, true));
  if (is_same_source(out.from, *out.to)) return std::nullopt;
  return out;
}

Entries target(const WorkspaceSketch& workspace, const PatchSketch& patch) {
  const auto& package = workspace.pool[patch.package];
  if (!patch.to) return {{"path", toml_quoted(patch.is_root() ? "." : patch.directory)}};
  return origin_entries(workspace, *patch.to, package);
}

/// What stands before the package in `[replace]`.
std::string replaced_source(const WorkspaceSketch& workspace, const PatchSketch& patch) {
  if (patch.from.kind == Origin::Kind::CratesIo) return "";
  if (patch.from.kind == Origin::Kind::Other) return workspace.other_index + "#";
  return url_of(workspace, patch.from) + "#";
}

void write_down(WorkspaceSketch& workspace, const PatchSketch& patch) {
  const auto& package = workspace.pool[patch.package];
  auto entries = target(workspace, patch);
  if (patch.is_replacement) {
    workspace.root_tables.set("replace",
                              toml_quoted(fmt::format("{}{}@{}", replaced_source(workspace, patch),
                                                      package.name, package.version)),
                              inline_table(entries));
    return;
  }
  auto key = package.name;
  if (package.version == "2.0.0") {
    key += "-two";
    entries.emplace_back("package", toml_quoted(package.name));
  }
  auto& text = patch.in_config ? workspace.config : workspace.root_tables;
  const auto url = url_of(workspace, patch.from);
  text.set("patch." + toml_name(url), key, inline_table(entries));
}

}  // namespace

void add_patches(WorkspaceSketch& workspace, Random& random) {
  if (workspace.patched) return;
  const bool replaces = random.chance(15);
  const auto count = 1 + random.below(3);
  bool has_root = workspace.root.has_value();
  for (std::size_t i = 0; i < count; ++i) {
    auto patch = any_patch(workspace, random);
    const auto is_known = [&](const PatchSketch& other) { return other.package == patch->package; };
    if (!patch || std::any_of(workspace.patches.begin(), workspace.patches.end(), is_known))
      continue;
    patch->is_replacement = replaces;
    if (!patch->to && !patch->in_config && !replaces && !has_root && random.chance(30)) {
      patch->directory.clear();
      has_root = true;
    }
    // What replaces may state no version, so a registry cannot. Where one answers is not known yet.
    const bool is_sparse = patch->from.kind == Origin::Kind::Other && workspace.other_is_sparse;
    if (replaces && (is_sparse || (patch->to && patch->to->kind != Origin::Kind::Git))) continue;
    write_down(workspace, *patch);
    workspace.patches.push_back(std::move(*patch));
  }
}

}  // namespace larder::test
