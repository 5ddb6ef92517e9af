#include "larder/record/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "larder/base/digest.hpp"

namespace larder::record {

namespace {

/// None of these may hold a secret: tokens of registries do not belong here.
constexpr std::array<std::string_view, 18> names{"AR",
                                                 "CARGO_ENCODED_RUSTFLAGS",
                                                 "CARGO_HOME",
                                                 "CARGO_INCREMENTAL",
                                                 "CC",
                                                 "CFLAGS",
                                                 "CPPFLAGS",
                                                 "CXX",
                                                 "CXXFLAGS",
                                                 "LDFLAGS",
                                                 "MACOSX_DEPLOYMENT_TARGET",
                                                 "PKG_CONFIG_PATH",
                                                 "RUSTC",
                                                 "RUSTC_BOOTSTRAP",
                                                 "RUSTC_WORKSPACE_WRAPPER",
                                                 "RUSTC_WRAPPER",
                                                 "RUSTFLAGS",
                                                 "SOURCE_DATE_EPOCH"};

constexpr std::array<std::string_view, 9> prefixes{
    "AR_", "CARGO_BUILD_", "CARGO_PROFILE_", "CARGO_TARGET_", "CARGO_UNSTABLE_",
    "CC_", "CFLAGS_",      "CXX_",           "CXXFLAGS_"};

bool counts(const std::string& variable) {
  // They only say where output goes.
  if (variable == "CARGO_TARGET_DIR" || variable == "CARGO_BUILD_TARGET_DIR" ||
      variable == "CARGO_BUILD_ARTIFACT_DIR" || variable == "CARGO_BUILD_OUT_DIR")
    return false;
  const auto begins = [&](std::string_view prefix) { return variable.starts_with(prefix); };
  return std::find(names.begin(), names.end(), variable) != names.end() ||
         std::any_of(prefixes.begin(), prefixes.end(), begins);
}

std::map<std::string, std::string> texts_in(const nlohmann::json& object) {
  std::map<std::string, std::string> out;
  for (const auto& [name, value] : object.items()) {
    if (value.is_string()) out[name] = value.get<std::string>();
  }
  return out;
}

/// The messages for a name that is new, has another digest, or is gone.
struct Sayings {
  std::string_view is_new, is_other, is_gone;
};

void add_differences(const std::map<std::string, std::string>& cooked,
                     const std::map<std::string, std::string>& now, const Sayings& say,
                     std::vector<std::string>& out) {
  for (const auto& [name, value] : now) {
    const auto was = cooked.find(name);
    if (was == cooked.end()) {
      out.push_back(name + std::string(say.is_new));
    } else if (was->second != value) {
      out.push_back(name + std::string(say.is_other));
    }
  }
  for (const auto& [name, value] : cooked) {
    if (!now.contains(name)) out.push_back(name + std::string(say.is_gone));
  }
}

}  // namespace

Record make_record(const std::string& cargo_version, const Environment& environment,
                   std::map<std::string, std::string> files) {
  Record out{cargo_version, {}, std::move(files)};
  for (const auto& [name, value] : environment.variables()) {
    if (!value.empty() && counts(name)) out.environment[name] = digest(value);
  }
  // When unset, cargo's home depends on the user's home directory.
  if (const auto home = environment.get("HOME"); home && !out.environment.contains("CARGO_HOME"))
    out.environment["CARGO_HOME"] = digest(*home + "/.cargo");
  return out;
}

std::string write(const Record& record) {
  nlohmann::json out{{"cargo", record.cargo}, {"environment", record.environment}, {"format", 1}};
  if (record.files) out["files"] = *record.files;
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

std::optional<Record> read(std::string_view text) {
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object() || parsed.value("format", nlohmann::json()) != 1) return std::nullopt;
  const auto cargo = parsed.find("cargo");
  const auto environment = parsed.find("environment");
  if (cargo == parsed.end() || !cargo->is_string() || environment == parsed.end() ||
      !environment->is_object())
    return std::nullopt;
  Record out{cargo->get<std::string>(), texts_in(*environment), std::nullopt};
  if (const auto files = parsed.find("files"); files != parsed.end() && files->is_object())
    out.files = texts_in(*files);
  return out;
}

std::vector<std::string> differences(const Record& cooked, const Record& now) {
  std::vector<std::string> out;
  if (cooked.cargo != now.cargo)
    out.push_back(fmt::format("cook used {}, but this is {}", cooked.cargo, now.cargo));
  add_differences(
      cooked.environment, now.environment,
      {" is set now but was not set during cook", " has a different value than during cook",
       " was set during cook but is not set now"},
      out);
  if (!cooked.files || !now.files) return out;
  add_differences(*cooked.files, *now.files,
                  {" is read now but did not exist during cook; it is above the directories that "
                   "the recipe covers",
                   " has changed since cook", " was read during cook but no longer exists"},
                  out);
  return out;
}

}  // namespace larder::record
