#pragma once

#include <string>
#include <vector>

#include "larder/base/source_tree.hpp"
#include "larder/cargo/workspace/workspace.hpp"

namespace larder::test {

/// Adds a library package; its name is the last part of its directory.
inline void add_package(MemoryTree& tree, const std::string& directory,
                        const std::string& rest = "", const std::string& edition = "2021") {
  const auto name = directory.substr(directory.rfind('/') + 1);
  tree.write(directory + "/Cargo.toml", "[package]\nname = \"" + name +
                                            "\"\nversion = \"0.1.0\"\n" + "edition = \"" + edition +
                                            "\"\n" + rest);
  tree.write(directory + "/src/lib.rs", "");
}

/// `[dependencies]` on directories, each by its last part.
inline std::string depends_on(const std::vector<std::string>& paths) {
  std::string out = "[dependencies]\n";
  for (const auto& path : paths)
    out += path.substr(path.rfind('/') + 1) + " = { path = \"" + path + "\" }\n";
  return out;
}

inline std::vector<std::string> member_names(const cargo::Workspace& workspace) {
  std::vector<std::string> out;
  for (const auto member : workspace.member_ids()) out.push_back(workspace.packages[member].name);
  return out;
}

inline std::vector<std::string> outsider_names(const cargo::Workspace& workspace) {
  std::vector<std::string> out;
  for (const auto id : workspace.packages.ids()) {
    if (!workspace.is_member(id)) out.push_back(workspace.packages[id].name);
  }
  return out;
}

inline std::vector<std::string> default_names(const cargo::Workspace& workspace) {
  std::vector<std::string> out;
  for (const auto index : workspace.default_members) out.push_back(workspace.packages[index].name);
  return out;
}

}  // namespace larder::test
