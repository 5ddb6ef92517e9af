#include "larder/cargo/manifest/profile.hpp"

#include <algorithm>
#include <set>

#include "larder/base/text.hpp"

namespace larder::cargo {

namespace {

const TomlValue* find_key(const TomlTable& profiles, const std::string& name,
                          const std::string& key) {
  const auto profile = profiles.find(name);
  return profile == profiles.end() ? nullptr : profile->second.find(key);
}

}  // namespace

std::string profile_variable(const std::string& profile, const std::string& key) {
  return replaced(upper("CARGO_PROFILE_" + profile + "_" + key), "-", "_");
}

Profiles Profiles::with_environment(Environment environment) const {
  auto copy = *this;
  copy.environment_ = std::move(environment);
  return copy;
}

Profiles Profiles::with_arguments(TomlTable arguments) const {
  auto copy = *this;
  copy.arguments_ = std::move(arguments);
  return copy;
}

std::vector<std::string> Profiles::chain(const std::string& name) const {
  std::vector<std::string> out;
  auto at = name;
  while (!at.empty() && std::find(out.begin(), out.end(), at) == out.end()) {
    out.push_back(at);
    const auto* parent = find_key(arguments_, at, "inherits");
    if (parent == nullptr) parent = find_key(config_, at, "inherits");
    if (parent == nullptr) parent = find_key(manifest_, at, "inherits");
    if (const auto text = environment_.get(profile_variable(at, "inherits"))) {
      at = *text;
    } else if (parent != nullptr && parent->string() != nullptr) {
      at = *parent->string();
    } else {
      at = at == "test" ? "dev" : at == "bench" ? "release" : "";
    }
  }
  return out;
}

std::optional<TomlValue> Profiles::value(const std::string& profile, const std::string& key) const {
  for (const auto& name : chain(profile)) {
    if (const auto* found = find_key(arguments_, name, key)) return *found;
    if (const auto text = environment_.get(profile_variable(name, key))) {
      if (*text == "true" || *text == "false") return TomlValue(*text == "true");
      return TomlValue(*text);
    }
    for (const auto* table : {&config_, &manifest_}) {
      if (const auto* found = find_key(*table, name, key)) return *found;
    }
  }
  return std::nullopt;
}

Lto Profiles::lto(const std::string& profile) const {
  const auto lto = value(profile, "lto");
  if (!lto) return Lto::Local;
  if (const auto* flag = lto->boolean()) return *flag ? Lto::AcrossCrates : Lto::Local;
  static const std::set<std::string> off{"off", "n", "no", "none"};
  if (lto->string() == nullptr) return Lto::Local;
  return off.contains(*lto->string()) ? Lto::Off : Lto::AcrossCrates;
}

bool Profiles::aborts_on_panic(const std::string& profile) const {
  const auto panic = value(profile, "panic");
  return panic && panic->string() != nullptr && *panic->string() == "abort";
}

}  // namespace larder::cargo
