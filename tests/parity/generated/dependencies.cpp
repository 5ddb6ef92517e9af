#include <fmt/format.h>

#include <algorithm>

#include "project.hpp"

// Dependency tables of packages, and [workspace.dependencies].

namespace larder::test {

std::string crate_name(Random& random) {
  return random.pick({"serde", "log-2", "rand_core", "libc", "A1", "x", "tokio", "quote"});
}

std::string version_requirement(Project& project, Random& random) {
  (void)project;
  return random.pick({"1",
                      "1.2",
                      "1.2.3",
                      "^1.2.3",
                      "~1",
                      "~1.2",
                      "=1.2.3",
                      ">=1, <2",
                      "*",
                      "1.*",
                      "1.2.*",
                      ">1.0.0-alpha",
                      "1.0.0-rc.1+meta",
                      " 1 ",
                      ">= 1.0,<2.0",
                      "<=2.5",
                      "0.0",
                      "=0.1",
                      "1.x",
                      "1.X.*",
                      "<3, >1, =2",
                      "^0",
                      "> 1",
                      "1.2.3-a.1.b"});
}

namespace {

std::string git_url(Random& random) {
  return random.pick({"https://github.com/a/b",
                      "https://github.com/a/b.git",
                      "HTTPS://GitHub.com/A/B/",
                      "ssh://git@host.xz:22/x",
                      "git://h/x?y=z#frag",
                      "file:///tmp/x y",
                      "https://h:443/p",
                      "https://h:8443/p",
                      "https://h/a/../b/./c",
                      "https://h/%7Ea/%2e%2e/b",
                      "https://h/\xc3\xa9",
                      "https://user:pw@h/x",
                      "https://h//a//b",
                      "file://localhost/x",
                      "https://h",
                      "https://h?q=a b#f g",
                      "https://h/a;b='c'|d",
                      "https://h\\\\a\\\\b",
                      "file:///a/b/../c/",
                      "git:opaque/x",
                      "ssh://git@Host.XZ/~u/p.git",
                      "https://127.1/x",
                      "https://@h/x",
                      "http://h:80/",
                      "  https://h/trim  ",
                      "file:/one/slash",
                      "https:h/none",
                      "https://h/a\tb"});
}

Entries git_source(Random& random) {
  Entries out{{"git", toml_quoted(git_url(random))}};
  for (auto& c : out[0].second) c = c == '\t' ? ' ' : c;
  switch (random.below(6)) {
    case 0:
      out.emplace_back("branch",
                       toml_quoted(random.pick({"main", "feature/x y", "a#b&c", "\xc3\xa4", ""})));
      break;
    case 1:
      out.emplace_back("tag", toml_quoted(random.pick({"v1", "v1+2 3%", "refs/tags/x"})));
      break;
    case 2:
      out.emplace_back("rev", toml_quoted(random.pick({"abc123", "refs/pull/1/head", "x=y?"})));
      break;
    default:
      break;
  }
  return out;
}

Entries registry_source(Project& project, Random& random) {
  switch (random.below(4)) {
    case 0:
      project.require(70);
      return {{"registry", "\"crates-io\""}};
    case 1:
      project.require(80);
      return {{"registry-index",
               toml_quoted(random.pick({"https://h/index", "sparse+https://h/index/",
                                        "https://github.com/rust-lang/crates.io-index",
                                        "https://H/Index.git"}))}};
    default: {
      const auto name = random.pick({"mine", "other-one", "UP_per"});
      project.registries.insert(name);
      return {{"registry", toml_quoted(name)}};
    }
  }
}

bool is_optional_allowed(const std::string& kind) {
  return !kind.starts_with("dev");
}

class Dependencies {
 public:
  Dependencies(Project& project, PackageSketch& package, Random& random)
      : project_(project), package_(package), random_(random) {}

  void add() {
    if (random_.chance(70)) add_table("", "dependencies");
    if (random_.chance(25)) add_table("", spelled_kind("dev-dependencies"));
    if (random_.chance(25)) add_table("", spelled_kind("build-dependencies"));
    if (random_.chance(25)) {
      const auto platform = "target." + platform_key();
      const auto kind = random_.pick({"dependencies", "dev-dependencies", "build-dependencies"});
      add_table(platform + ".", kind == "dependencies" ? kind : spelled_kind(kind));
      if (random_.chance(40) && kind != "dependencies") add_table(platform + ".", "dependencies");
    }
    if (random_.chance(5)) package_.manifest.table("target." + platform_key());
  }

 private:
  std::string spelled_kind(std::string kind) {
    if (package_.edition != "2024" && random_.chance(15))
      std::replace(kind.begin(), kind.end(), '-', '_');
    return kind;
  }

  std::string platform_key() {
    auto key = random_.pick(
        {"cfg(unix)", "cfg( any ( unix , windows ) )", "cfg(target_os = \"linux\")",
         "cfg(not(feature = \"x\"))", "cfg(all())", "cfg(any())", "x86_64-unknown-linux-gnu",
         "my.target", "cfg(any(unix,))", "cfg(all(unix, not(target_env=\"musl\"), any(a, b)))",
         "cfg(a_b = \"\")", "wasm32-unknown-unknown", "cfg(_x)", "cfg(not(not(unix)))",
         "cfg(target_os=\"a b ) c\")"});
    if (random_.chance(6)) {
      project_.require(88);
      key = random_.pick({"cfg(true)", "cfg(not(false))", "cfg(r#true)", "cfg(any(r#async, x))"});
    }
    return key.find('\'') == std::string::npos && random_.chance(60) ? "'" + key + "'"
                                                                     : toml_quoted(key);
  }

  void add_table(const std::string& prefix, const std::string& kind) {
    const auto header = prefix + kind;
    if (package_.manifest.has(header)) return;
    const auto count = random_.below(4);
    if (count == 0) package_.manifest.table(header);
    std::set<std::string> keys;
    for (std::size_t i = 0; i < count; ++i) {
      if (random_.chance(35) && add_inherited(header, kind, keys)) continue;
      add_own(header, kind, keys);
    }
  }

  void put(const std::string& header, const std::string& key, const Entries& entries) {
    const bool has_dotted_inside = entries[0].first == "workspace";
    if (random_.chance(20)) {
      package_.manifest.table(header + "." + key).entries = entries;
    } else if (has_dotted_inside && entries.size() == 1) {
      package_.manifest.set(header, key + ".workspace", "true");
    } else {
      package_.manifest.set(header, key, inline_table(entries));
    }
  }

  bool add_inherited(const std::string& header, const std::string& kind,
                     std::set<std::string>& keys) {
    if (!package_.root) return false;
    const auto& shared = project_.packages[*package_.root].shared.dependencies;
    if (shared.empty()) return false;
    const auto& chosen = random_.pick(shared);
    const Entries source{{"workspace", "true"}};
    const auto [known, inserted] = package_.sources.try_emplace(chosen.key, source);
    if ((!inserted && known->second != source) || !keys.insert(chosen.key).second) return false;
    auto entries = source;
    if (random_.chance(25))
      entries.emplace_back("features", random_.pick({"[\"m\"]", "[]", "[\"f\"]"}));
    const bool may_turn_off = package_.edition != "2024" || !chosen.has_default_features;
    if (random_.chance(20)) {
      // An inherited `false` could not be turned on then.
      project_.require(80);
      add_default_features(entries, may_turn_off);
    }
    if (is_optional_allowed(kind) && random_.chance(25)) entries.emplace_back("optional", "true");
    note(chosen.key, entries);
    put(header, chosen.key, entries);
    return true;
  }

  void add_default_features(Entries& entries, bool may_turn_off) {
    const bool dashes = package_.edition == "2024" || random_.chance(80);
    entries.emplace_back(dashes ? "default-features" : "default_features",
                         may_turn_off && random_.chance(60) ? "false" : "true");
  }

  void add_own(const std::string& header, const std::string& kind, std::set<std::string>& keys) {
    const auto key = random_.chance(30) && !package_.dependency_keys.empty()
                         ? random_.pick(package_.dependency_keys)
                         : crate_name(random_);
    const auto known = package_.sources.find(key);
    const auto source = known != package_.sources.end()
                            ? known->second
                            : dependency_source(project_, package_, random_);
    if (!source.empty() && source[0].first == "workspace") return;
    if (!keys.insert(key).second) return;
    package_.sources[key] = source;
    if (source.empty() && random_.chance(40)) {
      note(key, {});
      package_.manifest.set(header, key, spelled(random_, version_requirement(project_, random_)));
      return;
    }
    auto entries = source;
    if (source.empty() || source[0].first.starts_with("registry") || random_.chance(30))
      entries.emplace_back("version", toml_quoted(version_requirement(project_, random_)));
    add_details(entries, kind);
    note(key, entries);
    put(header, key, entries);
  }

  void add_details(Entries& entries, const std::string& kind) {
    if (random_.chance(15)) entries.emplace_back("package", toml_quoted(crate_name(random_)));
    if (random_.chance(25))
      entries.emplace_back(
          "features", random_.pick({"[]", R"(["a", "b-c"])", R"(["a", "a"])", "[\"\xc3\xa4\"]"}));
    if (random_.chance(20)) add_default_features(entries, true);
    if (random_.chance(35) && is_optional_allowed(kind))
      entries.emplace_back("optional", random_.chance(85) ? "true" : "false");
    if (random_.chance(4)) entries.emplace_back("surprise", any_value(random_, 1));
  }

  void note(const std::string& key, const Entries& entries) {
    package_.dependency_keys.push_back(key);
    const bool optional =
        std::find(entries.begin(), entries.end(),
                  std::pair<std::string, std::string>("optional", "true")) != entries.end();
    if (optional) package_.optional_keys.push_back(key);
  }

  Project& project_;
  PackageSketch& package_;
  Random& random_;
};

void add_shared_dependencies(Project& project, PackageSketch& root, Random& random) {
  for (auto count = random.below(4); count > 0; --count) {
    SharedDependency shared{crate_name(random), true};
    const bool taken =
        std::any_of(root.shared.dependencies.begin(), root.shared.dependencies.end(),
                    [&](const SharedDependency& other) { return other.key == shared.key; });
    if (taken) continue;
    auto entries = dependency_source(project, root, random);
    if (entries.empty() || entries[0].first.starts_with("registry") || random.chance(30))
      entries.emplace_back("version", toml_quoted(version_requirement(project, random)));
    if (random.chance(25)) entries.emplace_back("features", random.pick({"[\"f\"]", "[]"}));
    if (random.chance(25)) {
      shared.has_default_features = random.chance(40);
      entries.emplace_back("default-features", shared.has_default_features ? "true" : "false");
    }
    if (random.chance(12)) entries.emplace_back("package", toml_quoted(crate_name(random)));
    const bool simple = entries.size() == 1 && entries[0].first == "version";
    root.manifest.set("workspace.dependencies", shared.key,
                      simple && random.chance(70) ? entries[0].second : inline_table(entries));
    root.shared.dependencies.push_back(shared);
  }
}

}  // namespace

Entries dependency_source(Project& project, const PackageSketch& package, Random& random) {
  if (random.chance(45)) return {};
  if (random.chance(25)) return git_source(random);
  if (random.chance(30)) return registry_source(project, random);
  std::vector<std::string> directories;
  for (const auto& other : project.packages) {
    const bool own_workspace = other.root == package.root && !other.is_root;
    if (!other.name.empty() && (own_workspace || random.chance(3)))
      directories.push_back(other.directory);
  }
  if (directories.empty()) return {};
  return {{"path", toml_quoted(random.pick({"", "./", ""}) +
                               way(package.directory, random.pick(directories)) +
                               random.pick({"", "/", ""}))}};
}

void add_dependencies(Project& project, PackageSketch& package, Random& random) {
  if (package.is_root && random.chance(70)) add_shared_dependencies(project, package, random);
  if (!package.name.empty()) Dependencies(project, package, random).add();
}

}  // namespace larder::test
