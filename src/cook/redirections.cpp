#include "redirections.hpp"

#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cook {

void forget_redirections(Environment& environment) {
  environment.unset(cargo::lockfile_variable);
  // The second is the name that cargo used until 1.81.
  for (const auto* name : {"CARGO_BUILD_ARTIFACT_DIR", "CARGO_BUILD_OUT_DIR"})
    environment.unset(name);
}

std::vector<std::string> own_redirections(const cargo::Config& config,
                                          const std::string& skeleton_directory) {
  std::vector<std::string> out;
  const auto set = [&](const std::string& table, const std::string& key, const char* name) {
    if (!config.find({table, key})) return;
    const auto place = cargo::toml_quote(path::join(skeleton_directory, name));
    out.insert(out.end(), {"--config", table + "." + key + "=" + place});
  };
  set("resolver", "lockfile-path", "Cargo.lock");
  set("build", "artifact-dir", "artifacts");
  set("build", "out-dir", "artifacts");
  return out;
}

}  // namespace larder::cook
