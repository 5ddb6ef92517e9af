#include "old_cargo.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <tuple>

#include "larder/base/path.hpp"

namespace larder::test {

using nlohmann::json;

namespace {

/// The cargo that is compared with: 1.65, Debian's.
constexpr int old_minor = 65;

/// Ids as they were before they became package id specifications: `name 1.0.0 (path+file:///w)`.
std::map<std::string, std::string> old_ids(const json& metadata) {
  std::map<std::string, std::string> out;
  for (const auto& package : metadata.at("packages")) {
    const auto id = package.at("id").get<std::string>();
    out[id] = fmt::format("{} {} ({})", package.at("name").get<std::string>(),
                          package.at("version").get<std::string>(), id.substr(0, id.find('#')));
  }
  return out;
}

/// Targets without what changed: their order, dots in their paths, hyphens in a library's name.
void level_targets(json& metadata) {
  for (auto& package : metadata["packages"]) {
    auto& targets = package["targets"];
    for (auto& target : targets) {
      target["src_path"] = path::normalize(target["src_path"].get<std::string>());
      auto name = target["name"].get<std::string>();
      const bool is_lib = target["kind"][0] != "bin" && target["crate_types"][0] != "bin";
      if (is_lib) std::replace(name.begin(), name.end(), '-', '_');
      target["name"] = name;
    }
    std::sort(targets.begin(), targets.end(), [](const json& a, const json& b) {
      return std::tie(a["kind"], a["name"]) < std::tie(b["kind"], b["name"]);
    });
  }
}

json as_then(json metadata) {
  const auto ids = old_ids(metadata);
  for (auto& package : metadata["packages"]) package["id"] = ids.at(package.at("id"));
  for (auto& id : metadata["workspace_members"]) id = ids.at(id);
  metadata.erase("workspace_default_members");
  metadata.erase("build_directory");
  return metadata;
}

}  // namespace

std::optional<std::string> find_old_cargo() {
  const char* program = std::getenv("LARDER_OLD_CARGO");
  if (program == nullptr || *program == '\0') return std::nullopt;
  return program;
}

std::vector<std::string> compare_with_old(const std::string& cargo, const Project& project,
                                          const std::string& directory, const Answer& ours) {
  // What it refuses is what was known to be wrong then: only sound projects tell something.
  if (project.needs > old_minor || !project.flaw.empty()) return {};
  const auto theirs =
      ask(cargo, {"metadata", "--no-deps", "--format-version", "1"}, project, directory);
  if (theirs.accepted != ours.accepted)
    return {fmt::format("old cargo: {} by us; {}", ours.accepted ? "accepted" : "rejected",
                        ours.accepted ? theirs.errors : ours.errors)};
  if (!ours.accepted) return {};
  auto then = theirs.metadata;
  auto now = as_then(ours.metadata);
  level_targets(then);
  level_targets(now);
  return differences("old cargo: ", then, now);
}

}  // namespace larder::test
