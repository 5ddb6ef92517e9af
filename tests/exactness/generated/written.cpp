#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/source_id.hpp"
#include "written.hpp"

// Workspaces and directory sources as files.

namespace larder::test {

namespace {

using Files = std::map<std::string, std::string>;

template <typename Items>
void shuffle(Items& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

/// A package in a repository.
struct GitPlace {
  std::size_t repository = 0;
  std::string directory;
  std::size_t patch_version = 0;
  /// Has a workspace to inherit from.
  bool inherits = false;
};

std::string version_at(const PackageSketch& package, std::size_t patch_version) {
  return package.version.substr(0, package.version.rfind('.') + 1) + std::to_string(patch_version);
}

class PackageWriter {
 public:
  /// A local package, or one of a registry.
  PackageWriter(const WorkspaceSketch& workspace, const PackageSketch& package, Origin origin = {})
      : workspace_(workspace), package_(package), origin_(origin) {}
  PackageWriter(const WorkspaceSketch& workspace, const PackageSketch& package, GitPlace place)
      : workspace_(workspace),
        package_(package),
        origin_{Origin::Kind::Git, place.repository},
        place_(std::move(place)) {}

  ManifestText manifest() {
    text_.set("package", "name", toml_quoted(package_.name));
    text_.set("package", "version",
              toml_quoted(place_ ? version_at(package_, place_->patch_version) : package_.version));
    if (place_ && place_->inherits) {
      text_.set("package", "edition", "{ workspace = true }");
    } else {
      // No package of 2021 is for a rustc that did not know it.
      const bool is_old =
          is_local() && (workspace_.rust_version == "1.52" || workspace_.rust_version == "1.40");
      text_.set("package", "edition", toml_quoted(is_old ? "2018" : "2021"));
    }
    if (is_local() && !workspace_.rust_version.empty())
      text_.set("package", "rust-version", toml_quoted(workspace_.rust_version));
    if (!package_.links.empty()) text_.set("package", "links", toml_quoted(package_.links));
    if (package_.has_lib) add_lib();
    for (const auto& target : package_.targets) add_target(target);
    for (const auto& dependency : package_.dependencies) add_dependency(dependency);
    for (const auto& [name, values] : package_.features)
      text_.set("features", name, array_of(values));
    return std::move(text_);
  }

  /// Of every Rust file, below the package.
  std::vector<std::string> sources() const {
    std::vector<std::string> out;
    if (package_.has_lib) out.emplace_back("src/lib.rs");
    if (package_.has_script) out.emplace_back("build.rs");
    for (const auto& target : package_.targets) out.push_back(target.path);
    return out;
  }

 private:
  void add_lib() {
    auto& table = text_.table("lib");
    table.entries.emplace_back("path", toml_quoted("src/lib.rs"));
    if (package_.is_proc_macro) table.entries.emplace_back("proc-macro", "true");
    if (!package_.crate_types.empty())
      table.entries.emplace_back("crate-type", array_of(package_.crate_types));
    for (const auto& [key, value] : package_.lib_switches) table.entries.emplace_back(key, value);
  }

  void add_target(const TargetSketch& target) {
    auto& item = text_.add_item(target.kind);
    item.entries.emplace_back("name", toml_quoted(target.name));
    item.entries.emplace_back("path", toml_quoted(target.path));
    if (!target.required_features.empty())
      item.entries.emplace_back("required-features", array_of(target.required_features));
    for (const auto& [key, value] : target.switches) item.entries.emplace_back(key, value);
  }

  Entries source(const DependencySketch& dependency) const {
    Entries out;
    if (dependency.inherited) {
      out.emplace_back("workspace", "true");
      return out;
    }
    if (dependency.key != dependency.package)
      out.emplace_back("package", toml_quoted(dependency.package));
    if (dependency.is_local) {
      const auto& other = behind(workspace_, dependency);
      out.emplace_back("path", toml_quoted(path::relative(path::join("/w/w", other.directory),
                                                          path::join("/w/w", package_.directory))));
    } else {
      for (auto& entry : external_source(dependency)) out.push_back(std::move(entry));
    }
    return out;
  }

  bool is_local() const {
    return std::any_of(workspace_.packages.begin(), workspace_.packages.end(),
                       [&](const PackageSketch& other) { return &other == &package_; });
  }

  Entries external_source(const DependencySketch& dependency) const {
    const auto& other = behind(workspace_, dependency);
    if (is_local()) return origin_entries(workspace_, dependency.origin, other);
    if (place_) return source_in_git(other);
    auto out = origin_entries(workspace_, {}, other);
    if (origin_.kind != Origin::Kind::Other) return out;
    // As `cargo publish` writes it. Some are from crates.io all the same, which the index says.
    const bool is_own = other.links.empty() && index_of(other) % 3 != 0;
    const auto& crates_io = cargo::SourceId::crates_io().url();
    if (is_own || workspace_.other_is_sparse)
      out.emplace_back("registry-index", toml_quoted(is_own ? workspace_.other_index : crates_io));
    return out;
  }

  std::size_t index_of(const PackageSketch& external) const {
    return static_cast<std::size_t>(&external - workspace_.pool.data());
  }

  /// A neighbour by its path; what another repository has, mostly from there.
  Entries source_in_git(const PackageSketch& other) const {
    const auto index = index_of(other);
    const auto& repositories = workspace_.repositories;
    const auto& own = repositories[place_->repository].packages;
    if (own.contains(index)) {
      const auto path =
          path::relative(path::join("/r", own.at(index)), path::join("/r", place_->directory));
      return {{"path", toml_quoted(path)}};
    }
    for (std::size_t i = 0; i < place_->repository; ++i) {
      if (offers(repositories[i], index) && (index + i) % 3 != 0)
        return origin_entries(
            workspace_,
            {Origin::Kind::Git, i, index % 2 == 0 ? 0 : repositories[i].references.size() - 1},
            other);
    }
    return origin_entries(workspace_, {}, other);
  }

  void add_dependency(const DependencySketch& dependency) {
    auto entries = source(dependency);
    if (dependency.optional) entries.emplace_back("optional", "true");
    if (!dependency.default_features) entries.emplace_back("default-features", "false");
    if (!dependency.features.empty())
      entries.emplace_back("features", array_of(dependency.features));
    auto header = dependency.table;
    if (!dependency.platform.empty())
      header = fmt::format("target.{}.{}", toml_quoted(dependency.platform), header);
    text_.set(header, dependency.key, inline_table(entries));
  }

  const WorkspaceSketch& workspace_;
  const PackageSketch& package_;
  Origin origin_;
  std::optional<GitPlace> place_;
  ManifestText text_;
};

void add_workspace_table(const WorkspaceSketch& workspace, ManifestText& text, bool shuffled,
                         Random& random) {
  std::vector<std::string> members;
  std::vector<std::string> excluded;
  for (const auto& package : workspace.packages) {
    if (!package.is_member) {
      excluded.push_back(package.directory);
    } else if (!package.directory.empty()) {
      members.push_back(package.directory);
    }
  }
  for (const auto& patch : workspace.patches) {
    if (!patch.to && !patch.is_root())
      (patch.is_member ? members : excluded).push_back(patch.directory);
  }
  auto defaults = workspace.default_members;
  if (shuffled) {
    shuffle(members, random);
    shuffle(excluded, random);
    shuffle(defaults, random);
  }
  text.set("workspace", "members", array_of(members));
  text.set("workspace", "resolver", toml_quoted(workspace.resolver));
  if (!excluded.empty()) text.set("workspace", "exclude", array_of(excluded));
  if (!defaults.empty()) text.set("workspace", "default-members", array_of(defaults));
  for (const auto& [key, dependency] : workspace.shared) {
    auto entries = origin_entries(workspace, dependency.origin, behind(workspace, dependency));
    if (key != dependency.package) entries.emplace_back("package", toml_quoted(dependency.package));
    if (!dependency.default_features) entries.emplace_back("default-features", "false");
    if (!dependency.features.empty())
      entries.emplace_back("features", array_of(dependency.features));
    text.set("workspace.dependencies", key, inline_table(entries));
  }
  for (const auto& table : workspace.root_tables.tables()) {
    for (const auto& [key, value] : table.entries) text.set(table.header, key, value);
  }
}

/// `ManifestText` may cut a Windows line end in two, which no reader accepts.
std::string whole_lines(std::string text) {
  while (text.ends_with('\r')) text.pop_back();
  return text;
}

std::string rendered(ManifestText text, bool shuffled, Random& random) {
  if (shuffled) {
    shuffle(text.tables(), random);
    for (auto& table : text.tables()) shuffle(table.entries, random);
  }
  return whole_lines(text.render(random));
}

Files registry_package(const WorkspaceSketch& workspace, const PackageSketch& package,
                       Origin::Kind kind, Random& random) {
  PackageWriter writer(workspace, package, Origin{kind});
  Files files{{"Cargo.toml", whole_lines(writer.manifest().render(random))}};
  for (const auto& path : writer.sources()) files[path] = "";
  return files;
}

void add_external(const std::string& directory, const Files& package, Files& files) {
  for (const auto& [path, text] : package) files[directory + "/" + path] = text;
  files[directory + "/.cargo-checksum.json"] = "{\"files\":{}}";
}

std::string directory_of(const PackageSketch& package) {
  return package.name + "-" + package.version;
}

std::string other_registry(const WorkspaceSketch& workspace, const std::string& directory) {
  auto out = fmt::format("[registries.other]\nindex = \"{}\"\n", workspace.other_index);
  if (workspace.other_is_sparse) return out;
  return out + fmt::format(
                   R"([source.other]
registry = "{}"
replace-with = "other-vendor"
[source.other-vendor]
directory = {}
)",
                   workspace.other_index, toml_quoted(directory + "/other"));
}

}  // namespace

Files workspace_files(const WorkspaceSketch& workspace, Random& random, bool shuffled) {
  Files files;
  for (std::size_t i = 0; i < workspace.packages.size(); ++i) {
    const auto& package = workspace.packages[i];
    PackageWriter writer(workspace, package);
    auto text = writer.manifest();
    if (workspace.root == i) add_workspace_table(workspace, text, shuffled, random);
    const auto directory = package.directory.empty() ? "" : package.directory + "/";
    files[directory + "Cargo.toml"] = rendered(std::move(text), shuffled, random);
    for (const auto& path : writer.sources()) files[directory + path] = "";
  }
  if (!workspace.root && std::none_of(workspace.patches.begin(), workspace.patches.end(),
                                      [](const auto& patch) { return patch.is_root(); })) {
    ManifestText text;
    add_workspace_table(workspace, text, shuffled, random);
    files["Cargo.toml"] = rendered(std::move(text), shuffled, random);
  }
  for (const auto& patch : workspace.patches) {
    if (patch.to) continue;
    const auto& package = workspace.pool[patch.package];
    PackageWriter writer(workspace, package);
    auto text = writer.manifest();
    if (patch.is_root()) add_workspace_table(workspace, text, shuffled, random);
    const auto directory = patch.is_root() ? "" : patch.directory + "/";
    files[directory + "Cargo.toml"] =
        rendered(std::move(text), patch.is_root() && shuffled, random);
    for (const auto& path : writer.sources()) files[directory + path] = "";
  }
  for (const auto& [directory, text] : workspace.configs_below)
    files[directory + "/.cargo/config.toml"] = rendered(text, shuffled, random);
  if (!workspace.config.tables().empty())
    files[".cargo/config.toml"] = rendered(workspace.config, shuffled, random);
  return files;
}

std::map<std::string, Files> other_packages(const WorkspaceSketch& workspace, Random& random) {
  std::map<std::string, Files> out;
  const auto kind = workspace.has_other ? Origin::Kind::Other : Origin::Kind::CratesIo;
  const auto add = [&](const PackageSketch& package) {
    out.emplace(directory_of(package), registry_package(workspace, package, kind, random));
  };
  for (const auto& package : workspace.pool) {
    if (workspace.has_other && package.links.empty()) add(package);
  }
  if (workspace.patched) add(*workspace.patched);
  return out;
}

Files source_files(const WorkspaceSketch& workspace, const std::string& directory, Random& random) {
  Files files;
  for (const auto& package : workspace.pool)
    add_external("vendor/" + directory_of(package),
                 registry_package(workspace, package, Origin::Kind::CratesIo, random), files);
  std::string config =
      "[source.crates-io]\nreplace-with = \"vendor\"\n[source.vendor]\ndirectory = " +
      toml_quoted(directory + "/vendor") + "\n";
  if (workspace.patched || workspace.has_other) config += other_registry(workspace, directory);
  if (!workspace.other_is_sparse) {
    for (const auto& [name, package] : other_packages(workspace, random))
      add_external("other/" + name, package, files);
  }
  // Keys without a table must come first.
  files[".cargo/config.toml"] = whole_lines(workspace.config_above.render(random)) + "\n" + config;
  return files;
}

namespace {

/// The directory that a path is in or below, of some, the longest.
std::optional<std::string> innermost(const std::vector<std::string>& directories,
                                     const std::string& path) {
  std::optional<std::string> out;
  for (const auto& directory : directories) {
    const bool above = directory.empty() || path == directory || path.starts_with(directory + "/");
    if (above && (!out || directory.size() > out->size())) out = directory;
  }
  return out;
}

void add_repository_workspace(const RepositorySketch& repository, const std::string& directory,
                              ManifestText& text) {
  std::vector<std::string> members;
  std::vector<std::string> excluded;
  const auto below = [&](const std::string& path) {
    return directory.empty() ? path : path.substr(directory.size() + 1);
  };
  for (const auto& [index, path] : repository.packages) {
    if (path != directory && innermost(repository.workspaces, path) == directory)
      members.push_back(below(path));
  }
  for (const auto& other : repository.workspaces) {
    if (other != directory && innermost({directory}, other)) excluded.push_back(below(other));
  }
  text.set("workspace", "members", array_of(members));
  if (!excluded.empty()) text.set("workspace", "exclude", array_of(excluded));
  text.set("workspace", "resolver", toml_quoted("2"));
  text.set("workspace.package", "edition", toml_quoted("2021"));
}

}  // namespace

Files repository_files(const WorkspaceSketch& workspace, std::size_t repository,
                       std::size_t patch_version) {
  const auto& sketch = workspace.repositories[repository];
  Random plain(1);
  Files files;
  for (const auto& [index, path] : sketch.packages) {
    const auto root = innermost(sketch.workspaces, path);
    const auto& package = workspace.pool[index];
    PackageWriter writer(workspace, package,
                         GitPlace{repository, path, patch_version, root.has_value()});
    auto text = writer.manifest();
    if (root == path) add_repository_workspace(sketch, path, text);
    const auto directory = path.empty() ? "" : path + "/";
    files[directory + "Cargo.toml"] = whole_lines(text.render(plain));
    for (const auto& source : writer.sources()) files[directory + source] = "";
  }
  for (const auto& directory : sketch.workspaces) {
    const auto file = directory.empty() ? "Cargo.toml" : directory + "/Cargo.toml";
    if (files.contains(file)) continue;
    ManifestText text;
    add_repository_workspace(sketch, directory, text);
    files[file] = whole_lines(text.render(plain));
  }
  return files;
}

}  // namespace larder::test
