#include "larder/cargo/package.hpp"

#include <algorithm>

namespace larder::cargo {

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
