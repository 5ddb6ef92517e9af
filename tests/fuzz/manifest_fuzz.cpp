#include <algorithm>

#include "cargo/toml/regular_toml.hpp"
#include "fuzz.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/workspace/workspace.hpp"

// A manifest, as that of a workspace root and as that of a member.

namespace larder::test {

namespace {

const std::string root_manifest =
    R"([workspace]
members = ["crates/*"]
[workspace.package]
version = "1.2.3"
edition = "2021"
[workspace.dependencies]
serde = { version = "1", default-features = false, features = ["derive"] }
b = { path = "crates/b" }
)";

const std::string member_manifest =
    R"([package]
name = "b"
version.workspace = true
[dependencies]
serde = { workspace = true, optional = true }
)";

MemoryTree tree_with(const std::string& root, const std::string& member) {
  MemoryTree tree;
  tree.write("/w/Cargo.toml", root);
  tree.write("/w/crates/a/Cargo.toml", member);
  tree.write("/w/crates/b/Cargo.toml", member_manifest);
  tree.write("/w/crates/b/src/lib.rs", "");
  for (const std::string directory : {"/w/", "/w/crates/a/"}) {
    for (const auto* file : {"build.rs", "src/lib.rs", "src/main.rs", "src/bin/tool.rs",
                             "tests/it.rs", "examples/show/main.rs", "benches/speed.rs"}) {
      tree.write(directory + file, "");
    }
  }
  return tree;
}

void load(const MemoryTree& tree, const std::string& manifest) {
  const auto workspace = cargo::load_workspace(tree, manifest, "");
  const auto count = workspace.packages.size();
  require(workspace.member_count <= count, "members are packages");
  for (const auto member : workspace.default_members)
    require(workspace.is_member(member), "default members are members");
  for (const auto& named : {workspace.root_package, workspace.current_package})
    require(!named || named->index() < count, "root and current package are packages");
  for (const auto* table : {"profile", "patch", "replace"}) (void)workspace.root_table(table);
}

bool same_places(const cargo::TomlValue& a, const cargo::TomlValue& b) {
  if (a.position().line != b.position().line || a.position().column != b.position().column)
    return false;
  if (const auto* items = a.array()) {
    return std::equal(items->begin(), items->end(), b.array()->begin(), same_places);
  }
  if (a.table() == nullptr) return true;
  return std::equal(a.table()->begin(), a.table()->end(), b.table()->begin(),
                    [](const auto& x, const auto& y) { return same_places(x.second, y.second); });
}

/// What our own reader takes, toml++ takes as well, with the same values at the same places. A
/// comment outside ASCII makes toml++ read the text.
void check_reader(const std::string& text) {
  const auto regular = cargo::read_regular_toml(text);
  if (!regular) return;
  const auto other = surely("toml++ reads what is regular", [&] {
    return cargo::parse_toml("/w/Cargo.toml", text + "\n# \u00e9\n", "manifest-toml");
  });
  const cargo::TomlValue read(*regular, {1, 1});
  require(read == other.root, "both readers read the same values");
  require(same_places(read, other.root), "both readers see the same places");
}

}  // namespace

void run(std::string_view text) {
  const std::string manifest(text);
  check_reader(manifest);
  accepts([&] { load(tree_with(manifest, member_manifest), "/w/Cargo.toml"); });
  accepts([&] { load(tree_with(root_manifest, manifest), "/w/crates/a/Cargo.toml"); });
}

}  // namespace larder::test
