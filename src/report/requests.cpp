#include "requests.hpp"

#include <fmt/format.h>

#include "larder/base/error.hpp"
#include "larder/base/path.hpp"

namespace larder::report {

namespace {

using cargo::TomlTable;
using cargo::TomlValue;

constexpr std::string_view tables[] = {"dependencies", "dev-dependencies", "build-dependencies"};

std::string string_at(const TomlTable& table, std::string_view key) {
  const auto found = table.find(key);
  const auto* text = found == table.end() ? nullptr : found->second.string();
  return text == nullptr ? "" : *text;
}

/// "1.2.3" from "=1.2.3", or the URL of a git source.
std::string version_of(const TomlTable& entry) {
  const auto version = string_at(entry, "version");
  if (!version.empty()) return version.substr(version.find_first_not_of('='));
  return string_at(entry, "git");
}

/// The role of a table of a skeleton crate, in words. The crate is named, except `root`, which
/// stands for ordinary units of a merged skeleton.
std::string role(const std::string& crate, std::string_view table, const std::string& platform) {
  std::string out = table == "build-dependencies" ? "build"
                    : table == "dev-dependencies" ? "development"
                                                  : "normal";
  if (crate != "root") out += fmt::format(" of `{}`", crate);
  return platform.empty() ? out : out + " on " + platform;
}

class Reader {
 public:
  Requests read(const reduce::Skeleton& skeleton) {
    for (const auto& manifest : skeleton.manifests) read(manifest);
    return std::move(out_);
  }

 private:
  void read(const reduce::SkeletonManifest& manifest) {
    TomlTable root;
    try {
      root = *cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid").root.table();
    } catch (const Error&) {
      root = {};
    }
    crate_ = path::parent(manifest.path);
    take_tables(root, "");
    if (const auto target = root.find("target");
        target != root.end() && target->second.table() != nullptr) {
      for (auto& [platform, table] : *target->second.table()) {
        if (table.table() != nullptr) take_tables(*table.table(), platform);
      }
      std::erase_if(*target->second.table(), [](const auto& entry) {
        return entry.second.table() != nullptr && entry.second.table()->empty();
      });
      if (target->second.table()->empty()) root.erase(target);
    }
    out_.rest[manifest.path] = std::move(root);
  }

  void take_tables(TomlTable& parent, const std::string& platform) {
    for (const auto name : tables) {
      const auto found = parent.find(name);
      if (found == parent.end() || found->second.table() == nullptr) continue;
      auto& entries = *found->second.table();
      for (const auto& [key, value] : entries) {
        if (value.table() != nullptr && !value.table()->contains("path"))
          take(name, platform, key, value);
      }
      std::erase_if(entries, [](const auto& entry) {
        return entry.second.table() != nullptr && !entry.second.table()->contains("path");
      });
      if (entries.empty()) parent.erase(found);
    }
  }

  void take(std::string_view table, const std::string& platform, const std::string& key,
            const TomlValue& value) {
    const auto& entry = *value.table();
    const auto renamed = string_at(entry, "package");
    auto& asked = out_.packages[renamed.empty() ? key : renamed][version_of(entry)];
    // In a merged skeleton, the crate `features` only decides features. It has no units.
    if (crate_ != "features") asked.roles.insert(role(crate_, table, platform));
    const auto place = platform.empty() ? "" : " on " + platform;
    if (const auto features = entry.find("features");
        features != entry.end() && features->second.array() != nullptr) {
      for (const auto& feature : *features->second.array()) {
        if (feature.string() != nullptr) asked.features.insert(*feature.string() + place);
      }
    }
    const auto defaults = entry.find("default-features");
    if (defaults == entry.end() || defaults->second.boolean() == nullptr ||
        *defaults->second.boolean())
      asked.features.insert("default" + place);
    auto request = entry;
    // Name and version are the keys, not part of the request.
    request.erase("package");
    request.erase("version");
    asked.requests.insert(fmt::format("{} {} {} {}", crate_, table, platform,
                                      cargo::toml_inline(TomlValue(request))));
  }

  Requests out_;
  std::string crate_;
};

}  // namespace

Requests requests_of(const reduce::Skeleton& skeleton) {
  return Reader().read(skeleton);
}

}  // namespace larder::report
