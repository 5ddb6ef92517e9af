#include "chef_recipe.hpp"

#include <algorithm>

#include "larder/base/error.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::recipe {

void refuse_old_chef(const nlohmann::json& document, const std::string& file) {
  const auto at = nlohmann::json::json_pointer("/skeleton/manifests");
  if (!document.contains(at) || !document.at(at).is_array()) return;
  const auto& manifests = document.at(at);
  const bool is_old =
      std::any_of(manifests.begin(), manifests.end(), [](const nlohmann::json& manifest) {
        return manifest.is_object() && manifest.contains("contents") &&
               !manifest.contains("targets");
      });
  if (!is_old) return;
  throw Error(
      "recipe-format",
      "the recipe was made by cargo-chef 0.1.60 or older, so it lacks information that cook needs")
      .in_file(file)
      .hint("make the recipe again with this program");
}

void drop_program_types(reduce::SkeletonManifest& manifest) {
  if (manifest.contents.find("crate-type") == std::string::npos) return;
  auto root = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid").root;
  const auto found = root.table()->find("bin");
  if (found == root.table()->end()) return;
  auto* programs = std::get_if<cargo::TomlArray>(&found->second.data());
  if (programs == nullptr) return;
  std::size_t dropped = 0;
  for (auto& program : *programs) {
    if (auto* table = program.table()) dropped += table->erase("crate-type");
  }
  if (dropped > 0) manifest.contents = cargo::toml_document(*root.table());
}

}  // namespace larder::recipe
