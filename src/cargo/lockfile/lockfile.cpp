#include "larder/cargo/lockfile/lockfile.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <tuple>

#include "larder/cargo/toml/toml.hpp"
#include "lockfile_entries.hpp"

namespace larder::cargo {

namespace {

const std::string lock_error = "lock-parse";
constexpr int newest_version = 4;

ReferenceEncoding encoding_of(int version) {
  return version < 4 ? ReferenceEncoding::Plain : ReferenceEncoding::Percent;
}

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

/// The package that an entry of `dependencies` means. Nothing if it is missing or ambiguous, as
/// after a bad merge: cargo ignores both (cargo: core/resolver/encode.rs).
std::optional<LockId> find_dependency(const Lockfile& lock, std::string_view text) {
  const auto wanted = split_dependency(text);
  const auto named = lock.by_name.find(wanted.name);
  if (named == lock.by_name.end()) return std::nullopt;
  if (named->second.size() == 1 && wanted.version.empty() && wanted.source.empty())
    return named->second[0];
  const auto source = SourceId::parse(wanted.source, encoding_of(lock.version));
  if (!wanted.source.empty() && !source) return std::nullopt;
  std::vector<LockId> fitting;
  for (const auto index : named->second) {
    const auto& package = lock.packages[index];
    if (!wanted.version.empty() && package.version.str() != wanted.version) continue;
    // `dependencies` has sources without their commits.
    if (source && (package.is_local() || !lock.is_same_source(*package.source, *source))) continue;
    fitting.push_back(index);
  }
  const auto other_version = [&](LockId index) {
    return lock.packages[index].version != lock.packages[fitting[0]].version;
  };
  if (std::any_of(fitting.begin(), fitting.end(), other_version)) return std::nullopt;
  // A local package has no source that could distinguish it.
  const auto is_local = [&](LockId index) { return lock.packages[index].is_local(); };
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
      const auto source = package.source ? package.source->text() : "";
      if (seen.emplace(package.version.str(), source).second) continue;
      Location location;
      location.file = lock.file;
      location.line = package.line;
      throw Error(lock_error, fmt::format("package `{}` is specified twice", name))
          .at(std::move(location))
          .hint("remove one of the entries, or run `cargo generate-lockfile`");
    }
  }
}

std::optional<SourceId> read_source(const TomlCursor& table, int lock_version) {
  const auto value = table.find("source");
  if (!value) return std::nullopt;
  auto source = SourceId::parse(value->as_string(), encoding_of(lock_version));
  if (!source) throw value->error(fmt::format("`{}` is not a source", value->as_string()));
  return source;
}

LockedPackage read_package(const TomlCursor& table, int lock_version) {
  LockedPackage package;
  const auto name = table.find("name");
  const auto version = table.find("version");
  if (!name || !version) throw table.error("a `[[package]]` must have `name` and `version`");
  package.name = name->as_string();
  const auto parsed = parse_version(version->as_string());
  if (!parsed) throw version->error(fmt::format("`{}` is not a version", version->as_string()));
  package.version = *parsed;
  package.source = read_source(table, lock_version);
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
  // Files from before 2018 have the root package in a table of its own.
  if (const auto old_root = root.find("root")) tables.push_back(*old_root);
  return tables;
}

int format_version(const Lockfile& lock, const std::set<LockId>& kept, UnusedPatches unused) {
  const auto any_git = [&](auto&& condition) {
    const auto is_one = [&](const auto& entry) {
      return entry.source && entry.source->is_git() && condition(*entry.source);
    };
    return std::any_of(kept.begin(), kept.end(),
                       [&](LockId index) { return is_one(lock.packages[index]); }) ||
           (unused == UnusedPatches::Kept &&
            std::any_of(lock.unused_patches.begin(), lock.unused_patches.end(), is_one));
  };
  // Versions 1 and 2 write the branch `master` like no branch. Version 4 percent-encodes
  // references.
  if (lock.version < 3 && any_git([](const SourceId&) { return true; })) return lock.version;
  // Older versions do not encode references, so cargo may misread one and look the branch up again.
  // It must then do the same with the skeleton, so only a file of version 4 is encoded.
  const bool encoded = lock.version >= 4 &&
                       any_git([](const SourceId& source) { return !source.is_plain_enough(); });
  return encoded ? 4 : 3;
}

/// How an entry of `dependencies` names a package, ordered as in cargo (cargo-util-schemas:
/// `TomlLockfilePackageId`).
struct WrittenId {
  std::string name;
  std::string version;
  std::optional<SourceId> source;

  friend bool operator<(const WrittenId& a, const WrittenId& b) {
    return std::tie(a.name, a.version, a.source) < std::tie(b.name, b.version, b.source);
  }
  std::string text(ReferenceEncoding encoding) const {
    auto out = name;
    if (!version.empty()) out += " " + version;
    if (source) out += " (" + source->text(encoding) + ")";
    return out;
  }
};

void add_line(std::string& out, std::string_view key, std::string_view value) {
  out.append(key).append(" = ");
  add_toml_quoted(out, value);
  out += '\n';
}

/// Writes a lock file with some of the packages of another one.
class Renderer {
 public:
  Renderer(const Lockfile& lock, const std::set<LockId>& kept, UnusedPatches unused)
      : lock_(lock),
        unused_(unused),
        version_(format_version(lock, kept, unused)),
        encoding_(encoding_of(version_)),
        order_(kept.begin(), kept.end()),
        written_(lock.packages.size()) {
    const auto rank = [&](LockId index) {
      const auto& package = lock_.packages[index];
      return std::tie(package.name, package.version, package.source);
    };
    std::sort(order_.begin(), order_.end(), [&](LockId a, LockId b) { return rank(a) < rank(b); });
    for (const auto index : order_) written_[index] = written(index, kept);
  }

  std::string run() const {
    std::string out = version_ >= 3 ? fmt::format("version = {}\n", version_) : "";
    for (const auto index : order_) {
      out += (out.empty() ? "[[package]]\n" : "\n[[package]]\n");
      add_package(out, lock_.packages[index]);
    }
    return unused_ == UnusedPatches::Kept ? out + unused_patches() : out;
  }

 private:
  std::string unused_patches() const {
    std::vector<std::string> entries;
    for (const auto& patch : lock_.unused_patches) {
      if (!patch.source) continue;
      auto& entry = entries.emplace_back("\n[[patch.unused]]\n");
      add_line(entry, "name", patch.name);
      add_line(entry, "version", patch.version.str());
      add_line(entry, "source", patch.source->text(encoding_));
    }
    std::sort(entries.begin(), entries.end());
    return fmt::format("{}", fmt::join(entries, ""));
  }

  /// The shortest of cargo's notations that is unambiguous among the packages that are written.
  WrittenId written(LockId index, const std::set<LockId>& kept) const {
    const auto& package = lock_.packages[index];
    std::size_t same_name = 0;
    std::size_t same_version = 0;
    for (const auto other : lock_.named(package.name)) {
      if (!kept.contains(other)) continue;
      ++same_name;
      if (lock_.packages[other].version == package.version) ++same_version;
    }
    WrittenId out{package.name, "", std::nullopt};
    if (same_name > 1) out.version = package.version.str();
    if (same_version > 1 && package.source) {
      out.source = package.source->without_commit();
      if (version_ < 3) out.source = out.source->with_master_as_default();
    }
    return out;
  }

  void add_package(std::string& out, const LockedPackage& package) const {
    add_line(out, "name", package.name);
    add_line(out, "version", package.version.str());
    if (package.source) add_line(out, "source", package.source->text(encoding_));
    if (package.checksum) add_line(out, "checksum", *package.checksum);
    if (package.replacement && written_[*package.replacement])
      add_line(out, "replace", written_[*package.replacement]->text(encoding_));
    std::vector<const WrittenId*> dependencies;
    for (const auto dependency : package.dependencies) {
      if (const auto& id = written_[dependency]) dependencies.push_back(&*id);
    }
    if (dependencies.empty()) return;
    std::sort(dependencies.begin(), dependencies.end(),
              [](const auto* a, const auto* b) { return *a < *b; });
    out += "dependencies = [\n";
    for (const auto* dependency : dependencies) {
      out += ' ';
      add_toml_quoted(out, dependency->text(encoding_));
      out += ",\n";
    }
    out += "]\n";
  }

  const Lockfile& lock_;
  UnusedPatches unused_;
  int version_;
  ReferenceEncoding encoding_;
  /// The packages that are written, in cargo's order.
  std::vector<LockId> order_;
  /// How other packages name them; nothing for a package that is left out.
  IdVector<LockId, std::optional<WrittenId>> written_;
};

}  // namespace

const std::vector<LockId>& Lockfile::named(const std::string& name) const {
  static const std::vector<LockId> none;
  const auto found = by_name.find(name);
  return found == by_name.end() ? none : found->second;
}

bool Lockfile::is_same_source(const SourceId& source, const SourceId& wanted) const {
  if (version >= 3) return source == wanted;
  return source.with_master_as_default() == wanted.with_master_as_default();
}

namespace {

/// What is reached from `roots` by `visit(id, reach)`, which calls `reach` for each id next to one.
template <typename Visit>
std::set<LockId> reached(std::size_t count, const std::vector<LockId>& roots, Visit visit) {
  IdVector<LockId, char> seen(count);
  std::vector<LockId> pending;
  const auto reach = [&](LockId id) {
    if (seen[id] != 0) return;
    seen[id] = 1;
    pending.push_back(id);
  };
  for (const auto root : roots) reach(root);
  while (!pending.empty()) {
    const auto id = pending.back();
    pending.pop_back();
    visit(id, reach);
  }
  std::set<LockId> out;
  for (const auto id : seen.ids()) {
    if (seen[id] != 0) out.insert(out.end(), id);
  }
  return out;
}

}  // namespace

std::set<LockId> Lockfile::closure(const std::vector<LockId>& roots) const {
  return reached(packages.size(), roots, [&](LockId id, const auto& reach) {
    for (const auto dependency : packages[id].dependencies) reach(dependency);
    if (packages[id].replacement) reach(*packages[id].replacement);
  });
}

std::set<LockId> Lockfile::dependents(const std::set<LockId>& targets) const {
  IdVector<LockId, std::vector<LockId>> above(packages.size());
  for (const auto i : packages.ids()) {
    for (const auto dependency : packages[i].dependencies) above[dependency].push_back(i);
  }
  return reached(packages.size(), {targets.begin(), targets.end()},
                 [&](LockId id, const auto& reach) {
                   for (const auto dependent : above[id]) reach(dependent);
                 });
}

namespace {

int read_format(const TomlCursor& root, bool has_packages) {
  const auto version = root.find("version");
  if (!version) return root.find("metadata") || !has_packages ? 1 : 2;
  const auto* number = version->value().integer();
  if (number == nullptr) throw version->error("`version` must be an integer");
  if (*number < 3 || *number > newest_version) {
    throw version->error(fmt::format("lock file version `{}` is unknown", *number))
        .hint(fmt::format("the newest known version is {}; regenerate the file with a stable cargo",
                          newest_version));
  }
  return static_cast<int>(*number);
}

void read_unused_patches(const TomlCursor& root, Lockfile& lock) {
  const auto patch = root.find("patch");
  const auto unused = patch ? patch->find("unused") : std::nullopt;
  if (!unused) return;
  for (const auto& entry : unused->as_array()) {
    const auto name = entry.string_at("name");
    const auto version = parse_version(entry.string_at("version").value_or(""));
    if (name && version)
      lock.unused_patches.push_back({*name, *version, read_source(entry, lock.version)});
  }
}

void index_names(Lockfile& lock) {
  lock.by_name.clear();
  // Cargo writes the packages in the order of their names.
  for (const auto i : lock.packages.ids()) {
    auto& by_name = lock.by_name;
    by_name.try_emplace(by_name.end(), lock.packages[i].name)->second.push_back(i);
  }
}

}  // namespace

LockfileEntries read_toml_lockfile(std::string file, std::string text) {
  const auto document = parse_toml(std::move(file), std::move(text), lock_error);
  const TomlCursor root(document, lock_error);
  LockfileEntries out;
  const auto tables = package_tables(root);
  out.lock.version = read_format(root, !tables.empty());
  for (const auto& table : tables) {
    const auto package = out.lock.packages.push_back(read_package(table, out.lock.version));
    out.dependencies.push_back(table.strings_at("dependencies"));
    if (auto replacement = table.string_at("replace"))
      out.replacements.emplace(package, std::move(*replacement));
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
  for (const auto i : lock.packages.ids()) {
    for (const auto& dependency : entries.dependencies[i]) {
      const auto found = find_dependency(lock, dependency);
      if (found) lock.packages[i].dependencies.push_back(*found);
    }
  }
  for (const auto& [package, replacement] : entries.replacements)
    lock.packages[package].replacement = find_dependency(lock, replacement);
  return std::move(lock);
}

std::string render_lockfile(const Lockfile& lock, const std::set<LockId>& kept,
                            UnusedPatches unused) {
  return Renderer(lock, kept, unused).run();
}

}  // namespace larder::cargo
