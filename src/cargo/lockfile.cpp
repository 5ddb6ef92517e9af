#include "larder/cargo/lockfile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>
#include <set>
#include <tuple>

#include "larder/cargo/toml.hpp"
#include "lockfile_entries.hpp"

namespace larder::cargo {

namespace {

const std::string lock_error = "lock-parse";
constexpr int newest_version = 4;

/// "name", "name version" or "name version (source)".
struct DependencyString {
  std::string_view name;
  std::string_view version;
  std::string_view source;
};

DependencyString split_dependency(std::string_view text) {
  DependencyString out;
  const auto space = text.find(' ');
  out.name = text.substr(0, space);
  if (space == std::string_view::npos) return out;
  text.remove_prefix(space + 1);
  const auto second = text.find(' ');
  out.version = text.substr(0, second);
  if (second == std::string_view::npos) return out;
  out.source = text.substr(second + 1);
  if (out.source.starts_with('(') && out.source.ends_with(')')) {
    out.source = out.source.substr(1, out.source.size() - 2);
  }
  return out;
}

/// The package that an entry of `dependencies` means; nothing when it is not there, or when it is
/// ambiguous, as after a bad merge: cargo ignores both (cargo: core/resolver/encode.rs).
std::optional<std::size_t> find_dependency(const Lockfile& lock, std::string_view text) {
  const auto wanted = split_dependency(text);
  const auto named = lock.by_name.find(wanted.name);
  if (named == lock.by_name.end()) return std::nullopt;
  std::vector<std::size_t> fitting;
  for (const auto index : named->second) {
    const auto& package = lock.packages[index];
    if (!wanted.version.empty() && package.version.str() != wanted.version) continue;
    if (!wanted.source.empty() && package.source.value_or("") != wanted.source) continue;
    fitting.push_back(index);
  }
  const auto other_version = [&](std::size_t index) {
    return lock.packages[index].version != lock.packages[fitting[0]].version;
  };
  if (std::any_of(fitting.begin(), fitting.end(), other_version)) return std::nullopt;
  // A local one never has a source to be told by.
  const auto is_local = [&](std::size_t index) { return lock.packages[index].is_local(); };
  const auto local = std::find_if(fitting.begin(), fitting.end(), is_local);
  if (local != fitting.end()) return *local;
  return fitting.size() == 1 ? std::optional(fitting[0]) : std::nullopt;
}

void check_unique(const Lockfile& lock) {
  for (const auto& [name, indices] : lock.by_name) {
    if (indices.size() < 2) continue;
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto index : indices) {
      const auto& package = lock.packages[index];
      if (seen.emplace(package.version.str(), package.source.value_or("")).second) continue;
      Location location;
      location.file = lock.file;
      location.line = package.line;
      throw Error(lock_error, fmt::format("package `{}` is specified twice", name))
          .at(std::move(location))
          .hint("remove one of the entries, or run `cargo generate-lockfile`");
    }
  }
}

LockedPackage read_package(const TomlCursor& table) {
  LockedPackage package;
  const auto name = table.find("name");
  const auto version = table.find("version");
  if (!name || !version) throw table.error("a `[[package]]` must have `name` and `version`");
  package.name = name->as_string();
  const auto parsed = parse_version(version->as_string());
  if (!parsed) throw version->error(fmt::format("`{}` is not a version", version->as_string()));
  package.version = *parsed;
  package.source = table.string_at("source");
  package.checksum = table.string_at("checksum");
  package.line = table.value().position().line;
  return package;
}

/// Version 1: `"checksum name version (source)" = "digest"` under `[metadata]`.
void read_metadata_checksums(const TomlCursor& root, Lockfile& lock) {
  const auto metadata = root.find("metadata");
  if (!metadata) return;
  for (const auto& [key, value] : metadata->entries()) {
    constexpr std::string_view prefix = "checksum ";
    if (!key.starts_with(prefix)) continue;
    const auto package = find_dependency(lock, std::string_view(key).substr(prefix.size()));
    if (package && value.as_string() != "<none>")
      lock.packages[*package].checksum = value.as_string();
  }
}

std::vector<TomlCursor> package_tables(const TomlCursor& root) {
  auto tables = std::vector<TomlCursor>{};
  if (const auto packages = root.find("package")) tables = packages->as_array();
  // Files of before 2018 keep the root package apart.
  if (const auto old_root = root.find("root")) tables.push_back(*old_root);
  return tables;
}

int format_version(const Lockfile& lock, const std::set<std::size_t>& kept) {
  const auto any_git = [&](auto&& condition) {
    return std::any_of(kept.begin(), kept.end(), [&](std::size_t index) {
      const auto& package = lock.packages[index];
      return package.is_git() && condition(*package.source);
    });
  };
  // 1 and 2 write the branch `master` like no branch; 4 percent-encodes references.
  if (lock.version < 3 && any_git([](const std::string&) { return true; })) return lock.version;
  const bool encoded = lock.version >= 4 && any_git([](const std::string& source) {
                         return source.find('%') != std::string::npos;
                       });
  return encoded ? 4 : 3;
}

/// The place of a kind of source in cargo's order (cargo: core/source_id.rs).
std::size_t source_rank(const std::optional<std::string>& source) {
  static constexpr std::array<std::string_view, 5> kinds{"registry+", "sparse+", "local-registry+",
                                                         "directory+", "git+"};
  if (!source) return 0;
  const auto kind = std::find_if(kinds.begin(), kinds.end(), [&](std::string_view prefix) {
    return source->starts_with(prefix);
  });
  return 1 + static_cast<std::size_t>(kind - kinds.begin());
}

/// The shortest of cargo's notations that is unambiguous among all the packages written.
std::string dependency_string(const Lockfile& lock, const std::set<std::size_t>& kept,
                              std::size_t index) {
  const auto& package = lock.packages[index];
  std::size_t same_name = 0;
  std::size_t same_version = 0;
  for (const auto other : lock.named(package.name)) {
    if (!kept.contains(other)) continue;
    ++same_name;
    if (lock.packages[other].version == package.version) ++same_version;
  }
  auto text = package.name;
  if (same_name > 1) text += " " + package.version.str();
  if (same_version > 1 && package.source) text += " (" + *package.source + ")";
  return text;
}

}  // namespace

const std::vector<std::size_t>& Lockfile::named(const std::string& name) const {
  static const std::vector<std::size_t> none;
  const auto found = by_name.find(name);
  return found == by_name.end() ? none : found->second;
}

std::set<std::size_t> Lockfile::closure(const std::vector<std::size_t>& roots) const {
  std::set<std::size_t> seen(roots.begin(), roots.end());
  auto pending = roots;
  while (!pending.empty()) {
    const auto index = pending.back();
    pending.pop_back();
    const auto reach = [&](std::size_t other) {
      if (seen.insert(other).second) pending.push_back(other);
    };
    for (const auto dependency : packages[index].dependencies) reach(dependency);
    if (packages[index].replacement) reach(*packages[index].replacement);
  }
  return seen;
}

std::set<std::size_t> Lockfile::dependents(const std::set<std::size_t>& targets) const {
  std::vector<std::vector<std::size_t>> above(packages.size());
  for (std::size_t i = 0; i < packages.size(); ++i) {
    for (const auto dependency : packages[i].dependencies) above[dependency].push_back(i);
  }
  auto seen = targets;
  std::vector<std::size_t> pending(targets.begin(), targets.end());
  while (!pending.empty()) {
    const auto index = pending.back();
    pending.pop_back();
    for (const auto dependent : above[index]) {
      if (seen.insert(dependent).second) pending.push_back(dependent);
    }
  }
  return seen;
}

namespace {

int read_format(const TomlCursor& root, bool has_packages) {
  const auto version = root.find("version");
  if (!version) return root.find("metadata") || !has_packages ? 1 : 2;
  const auto* number = version->value().integer();
  if (number == nullptr) throw version->error("`version` must be an integer");
  if (*number < 3 || *number > newest_version) {
    throw version->error(fmt::format("lock file version `{}` is not known", *number))
        .hint(fmt::format("versions up to {} are; regenerate the file with a stable cargo",
                          newest_version));
  }
  return static_cast<int>(*number);
}

void read_unused_patches(const TomlCursor& root, Lockfile& lock) {
  const auto patch = root.find("patch");
  const auto unused = patch ? patch->find("unused") : std::nullopt;
  if (!unused) return;
  for (const auto& entry : unused->as_array()) {
    if (const auto name = entry.string_at("name")) lock.unused_patches.push_back(*name);
  }
}

void index_names(Lockfile& lock) {
  lock.by_name.clear();
  for (std::size_t i = 0; i < lock.packages.size(); ++i)
    lock.by_name[lock.packages[i].name].push_back(i);
}

}  // namespace

LockfileEntries read_toml_lockfile(std::string file, std::string text) {
  const auto document = parse_toml(std::move(file), std::move(text), lock_error);
  const TomlCursor root(document, lock_error);
  LockfileEntries out;
  const auto tables = package_tables(root);
  out.lock.version = read_format(root, !tables.empty());
  for (const auto& table : tables) {
    out.lock.packages.push_back(read_package(table));
    out.dependencies.push_back(table.strings_at("dependencies"));
    if (auto replacement = table.string_at("replace"))
      out.replacements.emplace(out.lock.packages.size() - 1, std::move(*replacement));
  }
  index_names(out.lock);
  read_metadata_checksums(root, out.lock);
  read_unused_patches(root, out.lock);
  return out;
}

Lockfile parse_lockfile(std::string file, std::string text) {
  auto regular = read_regular_lockfile(text);
  auto entries = regular ? std::move(*regular) : read_toml_lockfile(file, std::move(text));
  auto& lock = entries.lock;
  lock.file = std::move(file);
  index_names(lock);
  check_unique(lock);
  for (std::size_t i = 0; i < lock.packages.size(); ++i) {
    for (const auto& dependency : entries.dependencies[i]) {
      const auto found = find_dependency(lock, dependency);
      if (found) lock.packages[i].dependencies.push_back(*found);
    }
  }
  for (const auto& [package, replacement] : entries.replacements)
    lock.packages[package].replacement = find_dependency(lock, replacement);
  return std::move(lock);
}

std::string render_lockfile(const Lockfile& lock, const std::set<std::size_t>& kept) {
  const int version = format_version(lock, kept);
  std::string out = version >= 3 ? fmt::format("version = {}\n", version) : "";
  std::vector<std::size_t> order(kept.begin(), kept.end());
  const auto rank = [&](std::size_t index) {
    const auto& package = lock.packages[index];
    return std::make_tuple(std::string_view(package.name), std::cref(package.version),
                           source_rank(package.source), std::cref(package.source));
  };
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return rank(a) < rank(b); });
  for (const auto index : order) {
    const auto& package = lock.packages[index];
    out += (out.empty() ? "[[package]]\n" : "\n[[package]]\n");
    out += fmt::format("name = {}\nversion = {}\n", toml_quote(package.name),
                       toml_quote(package.version.str()));
    if (package.source) out += fmt::format("source = {}\n", toml_quote(*package.source));
    if (package.checksum) out += fmt::format("checksum = {}\n", toml_quote(*package.checksum));
    std::vector<std::string> dependencies;
    for (const auto dependency : package.dependencies) {
      if (kept.contains(dependency))
        dependencies.push_back(dependency_string(lock, kept, dependency));
    }
    if (package.replacement && kept.contains(*package.replacement)) {
      const auto replacement = dependency_string(lock, kept, *package.replacement);
      out += fmt::format("replace = {}\n", toml_quote(replacement));
    }
    if (dependencies.empty()) continue;
    std::sort(dependencies.begin(), dependencies.end());
    out += "dependencies = [\n";
    for (const auto& dependency : dependencies) out += " " + toml_quote(dependency) + ",\n";
    out += "]\n";
  }
  return out;
}

}  // namespace larder::cargo
