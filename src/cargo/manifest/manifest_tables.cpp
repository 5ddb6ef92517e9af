#include "larder/cargo/manifest/manifest_tables.hpp"

namespace larder::cargo {

std::optional<std::string> package_name(const TomlDocument& manifest) {
  const auto* package = manifest.root.find("package");
  const auto* name = package == nullptr ? nullptr : package->find("name");
  if (name == nullptr || name->string() == nullptr) return std::nullopt;
  return *name->string();
}

bool is_inherited(const TomlValue& value) {
  const auto* flag = value.find("workspace");
  return flag != nullptr && flag->boolean() != nullptr && *flag->boolean();
}

void for_platforms(TomlTable& manifest, const std::function<void(TomlTable&)>& visit) {
  visit(manifest);
  auto* platforms = find_table(manifest, "target");
  if (platforms == nullptr) return;
  for (auto& [platform, tables] : *platforms) {
    if (tables.table() != nullptr) visit(*tables.table());
  }
}

}  // namespace larder::cargo
