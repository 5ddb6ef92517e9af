#include "larder/cargo/manifest/package.hpp"

#include <algorithm>

#include "larder/base/url.hpp"

namespace larder::cargo {

namespace {

std::string canonical(const std::string& url) {
  return canonical_url(normalized_url(url).value_or(url));
}

}  // namespace

std::string source_key(const Source& source) {
  if (const auto* git = std::get_if<GitSource>(&source))
    return "git+" + canonical(git->url) + "?" + git->reference_kind + "=" + git->reference;
  if (const auto* local = std::get_if<PathSource>(&source)) return "path+" + local->directory;
  const auto& registry = std::get<RegistrySource>(source);
  if (registry.index) return "registry+" + canonical(*registry.index);
  const bool named = registry.name && *registry.name != "crates-io";
  return named ? "named " + *registry.name : "registry+" + std::string(crates_io_index);
}

bool Target::is_linkable() const {
  if (kind != TargetKind::Lib) return false;
  return std::any_of(crate_types.begin(), crate_types.end(), [](const std::string& type) {
    return type == "lib" || type == "rlib" || type == "dylib" || type == "proc-macro";
  });
}

namespace {
const Target* first_of(const std::vector<Target>& targets, TargetKind kind) {
  const auto found =
      std::find_if(targets.begin(), targets.end(), [&](const Target& t) { return t.kind == kind; });
  return found == targets.end() ? nullptr : &*found;
}
}  // namespace

const Target* Package::lib() const {
  return first_of(targets, TargetKind::Lib);
}
const Target* Package::build_script() const {
  return first_of(targets, TargetKind::BuildScript);
}

FeatureValue parse_feature_value(const std::string& text) {
  using Kind = FeatureValue::Kind;
  if (const auto slash = text.find('/'); slash != std::string::npos) {
    auto dependency = text.substr(0, slash);
    const bool weak = dependency.ends_with('?');
    if (weak) dependency.pop_back();
    return {Kind::DependencyFeature, std::move(dependency), text.substr(slash + 1), weak};
  }
  if (text.starts_with("dep:")) return {Kind::Dependency, text.substr(4), "", false};
  return {Kind::Feature, "", text, false};
}

}  // namespace larder::cargo
