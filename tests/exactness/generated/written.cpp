#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "sketch.hpp"

// Workspaces and directory sources as files.

namespace larder::test {

namespace {

using Files = std::map<std::string, std::string>;

template <typename Items>
void shuffle(Items& items, Random& random) {
  for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[random.below(i)]);
}

class PackageWriter {
 public:
  PackageWriter(const WorkspaceSketch& workspace, const PackageSketch& package)
      : workspace_(workspace), package_(package) {}

  ManifestText manifest() {
    text_.set("package", "name", toml_quoted(package_.name));
    text_.set("package", "version", toml_quoted(package_.version));
    text_.set("package", "edition", toml_quoted("2021"));
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
      out.emplace_back("version", toml_quoted(dependency.major == 1 ? "1" : "2"));
    }
    return out;
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
    Entries entries{{"version", toml_quoted(dependency.major == 1 ? "1" : "2")}};
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

void add_external(const WorkspaceSketch& workspace, const PackageSketch& package,
                  const std::string& source, Random& random, Files& files) {
  const auto directory = fmt::format("{}/{}-{}/", source, package.name, package.version);
  PackageWriter writer(workspace, package);
  files[directory + "Cargo.toml"] = whole_lines(writer.manifest().render(random));
  files[directory + ".cargo-checksum.json"] = "{\"files\":{}}";
  for (const auto& path : writer.sources()) files[directory + path] = "";
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
  if (!workspace.root) {
    ManifestText text;
    add_workspace_table(workspace, text, shuffled, random);
    files["Cargo.toml"] = rendered(std::move(text), shuffled, random);
  }
  if (!workspace.config.tables().empty())
    files[".cargo/config.toml"] = rendered(workspace.config, shuffled, random);
  return files;
}

Files source_files(const WorkspaceSketch& workspace, const std::string& directory, Random& random) {
  Files files;
  for (const auto& package : workspace.pool)
    add_external(workspace, package, "vendor", random, files);
  std::string config =
      "[source.crates-io]\nreplace-with = \"vendor\"\n[source.vendor]\ndirectory = " +
      toml_quoted(directory + "/vendor") + "\n";
  if (workspace.patched) {
    add_external(workspace, *workspace.patched, "other", random, files);
    config +=
        "[registries.other]\nindex = \"https://registry.invalid/index\"\n[source.other]\nregistry "
        "= \"https://registry.invalid/index\"\nreplace-with = \"other-vendor\"\n"
        "[source.other-vendor]\ndirectory = " +
        toml_quoted(directory + "/other") + "\n";
  }
  files[".cargo/config.toml"] = config;
  return files;
}

}  // namespace larder::test
