#include "inheritance.hpp"

#include <fmt/format.h>

namespace larder::cargo {

namespace {

Error not_defined(const TomlCursor& user, const Manifest& root, std::string_view what) {
  return user
      .error(fmt::format("`{}` is inherited, but the workspace root has no `workspace.{}`",
                         user.key(), what))
      .hint(fmt::format("define it in {}, or write the value here", root.path()));
}

TomlCursor find_in(const Manifest& root, const TomlCursor& user, std::string_view table,
                   std::string_view key) {
  const auto workspace = root.workspace();
  const auto shared = workspace ? workspace->find(table) : std::nullopt;
  auto value = shared ? shared->find(key) : std::nullopt;
  if (!value) throw not_defined(user, root, fmt::format("{}.{}", table, toml_key(key)));
  return *value;
}

}  // namespace

const Manifest& Inheritance::root(const TomlCursor& user) const {
  if (root_ == nullptr) root_ = manifest_.workspace() ? &manifest_ : find_root_();
  if (root_ != nullptr) return *root_;
  throw user
      .error(fmt::format("`{}` is inherited, but there is no workspace root above", user.key()))
      .hint(
          "write the value here, or add the package to a workspace; in an image, check that the "
          "root's Cargo.toml is copied");
}

std::optional<TomlCursor> Inheritance::package_field(const TomlCursor& package,
                                                     std::string_view key) const {
  auto own = package.find(key);
  if (!own || !is_inherited(*own)) return own;
  return find_in(root(*own), *own, "package", key);
}

const SharedDependency& Inheritance::dependency(const TomlCursor& entry,
                                                const std::string& name) const {
  const auto& root_manifest = root(entry);
  const auto& shared = root_manifest.shared_dependencies();
  const auto found = shared.find(name);
  if (found != shared.end()) return found->second;
  throw not_defined(entry, root_manifest, "dependencies." + toml_key(name));
}

TomlCursor Inheritance::dependency_entry(const TomlCursor& entry, const std::string& name) const {
  return find_in(root(entry), entry, "dependencies", name);
}

TomlCursor Inheritance::lints(const TomlCursor& own) const {
  const auto& root_manifest = root(own);
  const auto workspace = root_manifest.workspace();
  auto shared = workspace ? workspace->find("lints") : std::nullopt;
  if (!shared) throw not_defined(own, root_manifest, "lints");
  return *shared;
}

}  // namespace larder::cargo
