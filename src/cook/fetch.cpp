#include "larder/cook/fetch.hpp"

#include "larder/cargo/manifest/manifest_tables.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "larder/reduce/tables/whole_lock.hpp"
#include "skeleton_calls.hpp"

namespace larder::cook {

namespace {

std::string requests_package(const std::vector<reduce::SkeletonManifest>& requests) {
  for (const auto& manifest : requests) {
    if (manifest.path != std::string(reduce::requests_crate) + "/Cargo.toml") continue;
    const auto document = cargo::parse_toml(manifest.path, manifest.contents, "recipe-invalid");
    if (const auto name = cargo::package_name(document)) return *name;
  }
  throw Error("recipe-invalid",
              "the recipe has `whole_lock`, but one of its commands has no requests")
      .hint("make the recipe again with `cargo larder prepare`");
}

}  // namespace

std::vector<std::string> fetch_arguments(const recipe::Command& command,
                                         const cargo::CommandLine& line,
                                         const std::string& manifest) {
  // Without dev edges: dev-dependencies in the requests serve only their features.
  std::vector<std::string> out{"tree",      "--quiet", "--edges",         "normal,build",
                               "--package", "",        "--manifest-path", manifest};
  out[5] = requests_package(command.requests);
  const auto flags = common_flags(line);
  out.insert(out.end(), flags.begin(), flags.end());
  return out;
}

bool is_offline(const cargo::CommandLine& line, const Environment& environment,
                const cargo::Config& config) {
  if (line.offline || line.frozen) return true;
  if (const auto variable = environment.get("CARGO_NET_OFFLINE")) return *variable == "true";
  const auto key = config.find({"net", "offline"});
  return key && key->value().boolean() != nullptr && *key->value().boolean();
}

}  // namespace larder::cook
