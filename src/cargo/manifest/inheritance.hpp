#pragma once

#include <string_view>

#include "larder/cargo/manifest/manifest.hpp"

namespace larder::cargo {

/// What `workspace = true` stands for, looked up in the workspace root (cargo: util/toml/mod.rs,
/// `InheritableFields`).
class Inheritance {
 public:
  Inheritance(const Manifest& manifest, const FindWorkspaceRoot& find_root)
      : manifest_(manifest), find_root_(find_root) {}

  /// `key` of `[package]`, taken from `[workspace.package]` if it says `key.workspace = true`.
  std::optional<TomlCursor> package_field(const TomlCursor& package, std::string_view key) const;
  /// The entry of `[workspace.dependencies]` for an entry that says `workspace = true`.
  const SharedDependency& dependency(const TomlCursor& entry, const std::string& name) const;
  /// The same entry as text, for messages.
  TomlCursor dependency_entry(const TomlCursor& entry, const std::string& name) const;
  /// `[workspace.lints]`.
  TomlCursor lints(const TomlCursor& own) const;
  /// The manifest that values are inherited from. `user` is the key that inherits one.
  const Manifest& root(const TomlCursor& user) const;

  static bool is_inherited(const TomlCursor& value) {
    return value.is_table() && value.find("workspace").has_value();
  }

 private:
  const Manifest& manifest_;
  const FindWorkspaceRoot& find_root_;
  /// Looked up once.
  mutable const Manifest* root_ = nullptr;
};

}  // namespace larder::cargo
