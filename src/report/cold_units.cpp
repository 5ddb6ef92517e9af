#include "larder/report/cold_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>

namespace larder::report {

namespace {

using Json = nlohmann::json;
using driver::Fingerprint;

/// A fingerprint's fields. An empty object if its JSON cannot be read.
Json fields_of(const Fingerprint& fingerprint) {
  auto parsed = Json::parse(fingerprint.json, nullptr, false);
  return parsed.is_object() ? parsed : Json::object();
}

Json field(const Json& fields, const char* name) {
  const auto found = fields.find(name);
  return found == fields.end() ? Json() : *found;
}

/// "a, b" for a list, or for a string that contains one, which is how cargo writes features.
std::string list_of(const Json& value) {
  const auto list =
      value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
  std::string out;
  if (!list.is_array()) return out;
  for (const auto& item : list)
    out += (out.empty() ? "" : ", ") + (item.is_string() ? item.get<std::string>() : item.dump());
  return out.empty() ? "none" : out;
}

/// The variables that a build script told cargo to track and that have another value now.
std::vector<Reason> changed_variables(const Json& fields, const ColdUnitsInput& input) {
  std::vector<Reason> out;
  for (const auto& local : field(fields, "local")) {
    const auto tracked = local.is_object() ? field(local, "RerunIfEnvChanged") : Json();
    const auto variable = tracked.is_object() ? field(tracked, "var") : Json();
    if (!variable.is_string()) continue;
    const auto name = variable.get<std::string>();
    const auto value_in = [&](const std::map<std::string, std::string>& variables) {
      const auto found = variables.find(name);
      return found == variables.end() ? Json() : Json(found->second);
    };
    const auto was = field(tracked, "val");
    const bool is_configured = input.configured.contains(name);
    if (was != value_in(input.environment.variables()) &&
        !(is_configured && was == value_in(input.configured)))
      out.push_back({DirtyReason::Environment, "the environment variable " + name});
  }
  return out;
}

/// The version that a registry package's build script was run for.
std::string precalculated_of(const Json& fields) {
  for (const auto& local : field(fields, "local")) {
    const auto text = local.is_object() ? field(local, "Precalculated") : Json();
    if (text.is_string()) return text.get<std::string>();
  }
  return "";
}

std::vector<Reason> differing_fields(const Json& was, const Json& is) {
  std::vector<Reason> out;
  const auto differ = [&](const char* name) { return field(was, name) != field(is, name); };
  const auto instead = [&](const char* name) {
    return fmt::format("{} instead of {}", list_of(field(is, name)), list_of(field(was, name)));
  };
  if (differ("rustc")) out.push_back({DirtyReason::Rustc, "another rustc"});
  if (differ("features")) out.push_back({DirtyReason::Features, "features " + instead("features")});
  if (differ("profile")) out.push_back({DirtyReason::Profile, "another profile"});
  if (differ("rustflags"))
    out.push_back({DirtyReason::Rustflags, "rustflags " + instead("rustflags")});
  if (differ("compile_kind") || differ("config") || differ("metadata"))
    out.push_back({DirtyReason::Target, "another target platform, or another specification of it"});
  if (differ("path")) out.push_back({DirtyReason::Place, "its sources are in another place"});
  if (differ("target"))
    out.push_back({DirtyReason::Version, "its manifest describes the target differently"});
  const auto version = precalculated_of(was);
  if (!version.empty() && !precalculated_of(is).empty() && precalculated_of(is) != version)
    out.push_back({DirtyReason::Version, "another version"});
  return out;
}

/// A reason from cargo's message, if it is about something that no field has: dates, files,
/// variables that rustc saw.
std::optional<Reason> from_words(const std::string& words) {
  const auto has = [&](std::string_view part) { return words.find(part) != std::string::npos; };
  if (words.empty() || has("was rebuilt") || has("dependency info changed")) return std::nullopt;
  if (has("environment variable") || has("env variable"))
    return Reason{DirtyReason::Environment, words};
  if (has(" is missing")) return Reason{DirtyReason::Missing, words};
  if (has(" has changed") || has("stale") || has("precalculated"))
    return Reason{DirtyReason::Files, words};
  return std::nullopt;
}

class Explainer {
 public:
  explicit Explainer(const ColdUnitsInput& input) : input_(input) {
    for (const auto& fingerprint : input.before) before_.emplace(key_of(fingerprint), &fingerprint);
    for (const auto& fingerprint : input.after) {
      const auto found = before_.find(key_of(fingerprint));
      if (found != before_.end() && found->second->written == fingerprint.written) continue;
      cold_.emplace(fingerprint.value, &fingerprint);
      by_hash_.emplace(fingerprint.hash, &fingerprint);
    }
    read_words();
    read_lock();
  }

  std::vector<ColdUnit> run() const {
    std::vector<ColdUnit> out;
    for (const auto& unit : input_.compiled) {
      ColdUnit cold{unit, {}};
      const auto* fingerprint = fingerprint_of(unit);
      if (fingerprint != nullptr) cold.reasons = reasons_of(unit, *fingerprint);
      if (cold.reasons.empty()) cold.reasons = reasons_beside_notes(unit);
      for (auto& reason : cold.reasons) tell_of_left_out(reason);
      out.push_back(std::move(cold));
    }
    return out;
  }

 private:
  void tell_of_left_out(Reason& reason) const {
    if (reason.kind != DirtyReason::Environment) return;
    const auto names = [&](const std::string& variable) {
      return (reason.text + " ").find(" variable " + variable + " ") != std::string::npos;
    };
    if (std::any_of(input_.left_out.begin(), input_.left_out.end(), names))
      reason.text += " (set in [env], and in no recipe because of a password or token)";
  }

  static std::string key_of(const Fingerprint& fingerprint) {
    return fingerprint.directory + "/" + fingerprint.unit;
  }

  /// "       Dirty serde v1.0.0: the rustflags changed"
  void read_words() {
    constexpr std::string_view label = "Dirty ";
    auto rest = input_.words;
    while (!rest.empty()) {
      const auto end = std::min(rest.find('\n'), rest.size());
      auto line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
      const auto colon = line.find(": ");
      if (!line.starts_with(label) || colon == std::string_view::npos) continue;
      // "serde v1.0.0", followed by a path or URL in brackets unless it is from crates.io.
      auto package = line.substr(label.size(), colon - label.size());
      package = package.substr(0, package.find(" ("));
      words_.emplace(package, line.substr(colon + 2));
    }
  }

  void read_lock() {
    if (input_.cooked_lock == nullptr) return;
    for (const auto& package : input_.cooked_lock->packages)
      cooked_versions_[package.name].insert(package.version.str());
  }

  const Fingerprint* fingerprint_of(const ExternalUnit& unit) const {
    for (const auto& entry : by_hash_) {
      const auto& hash = entry.first;
      const auto names_it = [&](const std::string& file) {
        return file.find(hash) != std::string::npos;
      };
      if (!hash.empty() && entry.second->package == unit.name &&
          std::any_of(unit.files.begin(), unit.files.end(), names_it))
        return entry.second;
    }
    return nullptr;
  }

  std::vector<Reason> reasons_of(const ExternalUnit& unit, const Fingerprint& fingerprint) const {
    if (const auto reason = other_version(unit)) return {*reason};
    const auto* counterpart = counterpart_of(fingerprint);
    if (counterpart == nullptr) return {};
    auto reasons = differing_fields(fields_of(*counterpart), fields_of(fingerprint));
    add(changed_variables(fields_of(*counterpart), input_), reasons);
    add(cold_dependencies(unit, fingerprint, reasons.empty()), reasons);
    return reasons;
  }

  static void add(std::vector<Reason> more, std::vector<Reason>& reasons) {
    for (auto& reason : more) {
      if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end())
        reasons.push_back(std::move(reason));
    }
  }

  std::optional<Reason> other_version(const ExternalUnit& unit) const {
    const auto cooked = cooked_versions_.find(unit.name);
    if (cooked == cooked_versions_.end() || cooked->second.contains(unit.version))
      return std::nullopt;
    return Reason{DirtyReason::Version,
                  fmt::format("{} instead of {}", unit.version, *cooked->second.rbegin())};
  }

  /// "debug", or "x86_64-unknown-linux-musl/release". Cargo keeps units of these apart anyway.
  static std::string profile_directory(const Fingerprint& fingerprint) {
    const auto& directory = fingerprint.directory;
    return directory.substr(0,
                            std::min(directory.find("/.fingerprint/"), directory.find("/build/")));
  }

  /// The same unit as it was before, or else the most similar one of the same package, target and
  /// kind.
  const Fingerprint* counterpart_of(const Fingerprint& fingerprint) const {
    const auto same = before_.find(key_of(fingerprint));
    if (same != before_.end()) return same->second;
    const Fingerprint* best = nullptr;
    std::size_t fewest = 0;
    const auto is = fields_of(fingerprint);
    for (const auto& candidate : input_.before) {
      if (candidate.package != fingerprint.package || candidate.unit != fingerprint.unit ||
          profile_directory(candidate) != profile_directory(fingerprint))
        continue;
      const auto count = differing_fields(fields_of(candidate), is).size();
      if (best != nullptr && count >= fewest) continue;
      best = &candidate;
      fewest = count;
    }
    return best;
  }

  /// The reasons that come from dependencies. A build script belongs to its package, so its reasons
  /// are those of the package.
  std::vector<Reason> cold_dependencies(const ExternalUnit& unit, const Fingerprint& fingerprint,
                                        bool packages_too) const {
    std::vector<Reason> out;
    std::string names;
    auto dependencies = driver::dependencies_of(fingerprint);
    std::stable_sort(dependencies.begin(), dependencies.end(),
                     [](const auto& a, const auto& b) { return a.name < b.name; });
    for (const auto& dependency : dependencies) {
      const auto& name = dependency.name;
      const auto found = cold_.find(dependency.value);
      if (found == cold_.end()) continue;
      const auto& below = *found->second;
      if (below.package == unit.name) {
        add(reasons_of(unit, below), out);
      } else if (packages_too) {
        names += (names.empty() ? "" : ", ") + name;
      }
    }
    if (out.empty() && !names.empty())
      out.push_back({DirtyReason::Dependency, "a dependency is compiled again: " + names});
    return out;
  }

  /// The reasons for a unit whose fingerprint shows no difference.
  std::vector<Reason> reasons_beside_notes(const ExternalUnit& unit) const {
    std::vector<Reason> out;
    const auto [first, last] = words_.equal_range(unit.name + " v" + unit.version);
    for (auto it = first; it != last; ++it) {
      auto reason = from_words(it->second);
      if (reason && std::find(out.begin(), out.end(), *reason) == out.end())
        out.push_back(std::move(*reason));
    }
    if (!out.empty()) return out;
    const bool complete = std::all_of(unit.files.begin(), unit.files.end(), input_.was_there);
    if (!complete) return {{DirtyReason::Missing, "it is not in the target directory"}};
    return {{DirtyReason::Files, "files that it was compiled from are newer"}};
  }

  const ColdUnitsInput& input_;
  std::map<std::string, const Fingerprint*> before_;
  /// By value, and by hash.
  std::map<std::string, const Fingerprint*> cold_;
  std::multimap<std::string, const Fingerprint*> by_hash_;
  std::multimap<std::string, std::string, std::less<>> words_;
  std::map<std::string, std::set<std::string>> cooked_versions_;
};

}  // namespace

std::string_view word_of(DirtyReason reason) {
  return dirty_reasons.at(static_cast<std::size_t>(reason)).second;
}

std::vector<ColdUnit> explain_cold_units(const ColdUnitsInput& input) {
  return Explainer(input).run();
}

}  // namespace larder::report
