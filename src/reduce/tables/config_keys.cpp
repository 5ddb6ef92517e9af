#include "larder/reduce/tables/config_keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

namespace larder::reduce {

using cargo::find_table;
using cargo::table_at;
using cargo::TomlTable;

namespace {

using Names = std::set<std::string_view>;

/// `paths` is missing here, because it has already been refused.
const Names reaching_keys{"build",
                          "env",
                          "host",
                          "http",
                          "net",
                          "patch",
                          "profile",
                          "registries",
                          "registry",
                          "resolver",
                          "source",
                          "target",
                          "target-applies-to-host",
                          "unstable"};

/// These keys are about other commands or cargo's output, or have been dealt with elsewhere:
/// aliases are expanded, `include` is read, manifests with a path base are refused, and only
/// cargo's own credential providers are kept.
const Names harmless_keys{
    "alias", "cache",   "cargo-new", "credential-alias", "doc",     "future-incompat-report",
    "gc",    "include", "install",   "path-bases",       "publish", "term"};

const Names harmless_build_keys{"artifact-dir", "dep-info-basedir", "jobs",    "out-dir",
                                "rustdoc",      "rustdocflags",     "warnings"};
const Names reaching_build_keys{"analysis",
                                "build-dir",
                                "incremental",
                                "pipelining",
                                "rustc",
                                "rustc-wrapper",
                                "rustc-workspace-wrapper",
                                "rustflags",
                                "sbom",
                                "target",
                                "target-dir"};

/// The lock file decides versions. Its path is handled elsewhere.
const Names harmless_resolver_keys{"cooldown-minutes", "incompatible-rust-versions",
                                   "lockfile-path"};
const Names reaching_resolver_keys{"feature-unification"};

/// Harmless for external units. In `[host]`, `runner` is not, because it runs build scripts.
const Names harmless_target_keys{"runner", "rustdocflags"};
const Names harmless_host_keys{"rustdocflags"};

const Names profile_keys{
    "build-override", "codegen-backend",    "codegen-units", "debug",     "debug-assertions",
    "dir-name",       "hint-mostly-unused", "incremental",   "inherits",  "lto",
    "opt-level",      "overflow-checks",    "package",       "panic",     "rpath",
    "rustflags",      "split-debuginfo",    "strip",         "trim-paths"};
const Names source_keys{"branch",   "directory",    "git", "local-registry",
                        "registry", "replace-with", "rev", "tag"};

void drop(TomlTable* table, const Names& names) {
  if (table == nullptr) return;
  std::erase_if(*table, [&](const auto& entry) { return names.contains(entry.first); });
}

class UnknownKeys {
 public:
  void look(const TomlTable& table, const std::string& before, const Names& known) {
    for (const auto& [key, value] : table) {
      if (!known.contains(key)) found_.push_back(before + cargo::toml_key(key));
    }
  }

  void look_in_each(const TomlTable& tables, const std::string& before, const Names& known) {
    for (const auto& [name, value] : tables) {
      if (value.table() != nullptr)
        look(*value.table(), before + cargo::toml_key(name) + ".", known);
    }
  }

  std::vector<std::string> sorted() && {
    std::sort(found_.begin(), found_.end());
    return std::move(found_);
  }

 private:
  std::vector<std::string> found_;
};

Error other_unification(const std::string& what, const std::string& remedy) {
  return Error(
             "unsupported",
             what +
                 " is not supported yet: it changes which features dependencies are compiled with")
      .hint(remedy + ", or remove -Zfeature-unification; without that, cargo ignores the setting");
}

/// Whether cargo reads `resolver.feature-unification`, if it accepts unstable flags at all.
bool unifies_as_configured(const std::vector<std::string>& unstable, const cargo::Config& config,
                           const cargo::Config& stated, const Environment& environment) {
  const std::string flag = "feature-unification";
  const auto is_it = [&](const std::string& given) {
    return given.substr(0, given.find('=')) == flag;
  };
  if (std::any_of(unstable.begin(), unstable.end(), is_it)) return true;
  const std::vector<std::string> key{"unstable", flag};
  if (const auto value = stated.find(key)) return value->as_bool();
  if (const auto variable = environment.get("CARGO_UNSTABLE_FEATURE_UNIFICATION"))
    return *variable != "false";
  const auto value = config.find(key);
  return value && value->as_bool();
}

}  // namespace

void keep_reaching_keys(TomlTable& config) {
  drop(&config, harmless_keys);
  drop(find_table(config, "build"), harmless_build_keys);
  drop(find_table(config, "resolver"), harmless_resolver_keys);
  if (auto* targets = find_table(config, "target")) {
    for (auto& [name, target] : *targets) drop(target.table(), harmless_target_keys);
  }
  if (auto* host = find_table(config, "host")) {
    drop(host, harmless_host_keys);
    for (auto& [name, target] : *host) drop(target.table(), harmless_host_keys);
  }
}

std::vector<std::string> unknown_config_keys(const TomlTable& config) {
  // No key of `[target.…]` or `[host]` is unknown: any other key is the name of a native library.
  UnknownKeys out;
  out.look(config, "", reaching_keys);
  out.look(table_at(config, "build"), "build.", reaching_build_keys);
  out.look(table_at(config, "resolver"), "resolver.", reaching_resolver_keys);
  out.look_in_each(table_at(config, "profile"), "profile.", profile_keys);
  out.look_in_each(table_at(config, "source"), "source.", source_keys);
  return std::move(out).sorted();
}

void refuse_feature_unification(const std::vector<std::string>& unstable,
                                const cargo::Config& config, const cargo::Config& stated,
                                const Environment& environment) {
  if (!unifies_as_configured(unstable, config, stated, environment)) return;
  const std::string variable = "CARGO_RESOLVER_FEATURE_UNIFICATION";
  const std::vector<std::string> key{"resolver", "feature-unification"};
  auto value = stated.find(key);
  if (const auto given = environment.get(variable); given && !value) {
    if (*given == "selected") return;
    throw other_unification(fmt::format("`{}={}` in the environment", variable, *given),
                            "unset it, or set it to `selected`");
  }
  if (!value) value = config.find(key);
  if (!value || value->as_string() == "selected") return;
  throw other_unification(
      fmt::format("`resolver.feature-unification = \"{}\"`", value->as_string()),
      "remove it, or set it to \"selected\"")
      .at(value->location());
}

}  // namespace larder::reduce
