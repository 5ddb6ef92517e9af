#include "larder/reduce/tables/mark.hpp"

#include <fmt/format.h>

namespace larder::reduce {

std::string marked_manifest(const std::string& path, const std::string& contents) {
  const auto document = cargo::parse_toml(path, contents, "recipe-invalid");
  const auto* table = document.root.find("package") != nullptr ? "package" : "workspace";
  auto out = fmt::format(
      "# A stub, left by cargo-larder until the real manifest is copied over it.\n"
      "{}\n[{}.metadata.larder]\nskeleton = true\n",
      contents, table);
  (void)cargo::parse_toml(path, out, "recipe-invalid");
  return out;
}

bool is_marked(const cargo::TomlDocument& manifest) {
  for (const auto* key : {"package", "workspace"}) {
    const auto* mark = manifest.root.find(key);
    for (const auto* inner : {"metadata", "larder", "skeleton"})
      mark = mark == nullptr ? nullptr : mark->find(inner);
    if (mark != nullptr && mark->boolean() != nullptr && *mark->boolean()) return true;
  }
  return false;
}

}  // namespace larder::reduce
