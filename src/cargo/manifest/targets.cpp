#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/manifest/names.hpp"
#include "larder/cargo/toml/whitespace.hpp"
#include "manifest_checks.hpp"
#include "package_tables.hpp"

// Target inference and merging (cargo: util/toml/targets.rs).

namespace larder::cargo {

namespace {

/// What distinguishes the kinds of target of which a package may have several.
struct Kind {
  TargetKind kind;
  std::string_view section;
  std::string_view directory;
  std::string_view auto_key;
  bool doc;
  bool test;
  bool bench;
};
constexpr Kind bins{TargetKind::Bin, "bin", "src/bin", "autobins", true, true, true};
constexpr Kind examples{
    TargetKind::Example, "example", "examples", "autoexamples", false, false, false};
constexpr Kind tests{TargetKind::Test, "test", "tests", "autotests", false, true, false};
constexpr Kind benches{TargetKind::Bench, "bench", "benches", "autobenches", false, false, true};

/// A target that is inferred from a file. The path is relative to the package.
struct Inferred {
  std::string name;
  std::string path;
};

class TargetReader {
 public:
  TargetReader(const SourceTree& tree, const TomlCursor& manifest, Package& package)
      : tree_(tree),
        manifest_(manifest),
        table_(manifest.find_any({"package", "project"}).value()),
        package_(package) {}

  void read() {
    read_lib();
    for (const auto& kind : {bins, examples, tests, benches}) read_kind(kind);
    read_build_scripts();
  }

 private:
  std::string absolute(std::string_view relative) const {
    if (relative.starts_with('/')) return std::string(relative);
    return package_.directory + "/" + (relative == "." ? "" : std::string(relative));
  }
  bool exists(std::string_view relative) const {
    return tree_.kind(path::join(package_.directory, relative)) != FileKind::Absent;
  }

  // --- the library ---

  void read_lib() {
    const auto section = manifest_.find("lib");
    const bool discovers = table_.bool_at("autolib").value_or(true);
    if (!section && !(discovers && exists("src/lib.rs"))) return;
    Target lib;
    lib.kind = TargetKind::Lib;
    lib.edition = package_.edition;
    lib.doc = lib.test = lib.doctest = lib.bench = true;
    lib.crate_types = {"lib"};
    lib.name = crate_name(package_.name);
    lib.path = absolute("src/lib.rs");
    if (section) read_lib_section(*section, lib);
    const auto documented = [](const std::string& type) {
      return type == "lib" || type == "rlib" || type == "proc-macro";
    };
    lib.doctest =
        lib.doctest && std::any_of(lib.crate_types.begin(), lib.crate_types.end(), documented);
    package_.targets.push_back(std::move(lib));
  }

  void read_lib_section(const TomlCursor& section, Target& lib) const {
    if (const auto name = section.find("name")) {
      lib.name = name->as_string();
      check_name(*name, "library");
      if (lib.name.find('-') != std::string::npos) {
        throw name->error(fmt::format("library name `{}` may not contain a hyphen", lib.name));
      }
    }
    check_spellings(section);
    lib.path = absolute(lib_path(section, lib.name));
    read_flags(section, lib);
    read_edition(section, lib);
    if (const auto types = section.find_any({"crate-type", "crate_type"})) {
      lib.crate_types = types->as_strings();
      check_crate_types(*types, lib);
    } else if (lib.proc_macro) {
      lib.crate_types = {"proc-macro"};
    }
  }

  std::string lib_path(const TomlCursor& section, const std::string& name) const {
    if (const auto file = section.string_at("path")) return path::normalize(*file);
    if (exists("src/lib.rs")) return "src/lib.rs";
    auto old = fmt::format("src/{}.rs", name);
    if (package_.edition == "2015" && exists(old)) return old;
    throw section.error(fmt::format("can't find library `{}`", name))
        .hint("rename its file to src/lib.rs or set lib.path");
  }

  static void check_crate_types(const TomlCursor& types, const Target& lib) {
    const auto has = [&](std::string_view type) {
      return std::find(lib.crate_types.begin(), lib.crate_types.end(), type) !=
             lib.crate_types.end();
    };
    if (has("dylib") && has("cdylib")) {
      throw types.error(
          fmt::format("library `{}` cannot be both a `dylib` and a `cdylib`", lib.name));
    }
    if (has("proc-macro") && lib.crate_types.size() > 1)
      throw types.error("the crate type `proc-macro` cannot be mixed with others");
  }

  // --- what explicit sections have in common ---

  static void check_name(const TomlCursor& name, std::string_view what) {
    if (trimmed(name.as_string()).empty())
      throw name.error(fmt::format("the name of a {} target cannot be empty", what));
  }

  void check_spellings(const TomlCursor& section) const {
    check_spelling(section, "proc_macro", "proc-macro", package_.edition);
    check_spelling(section, "crate_type", "crate-type", package_.edition);
  }

  static bool names_proc_macro(const TomlCursor& section) {
    if (const auto key = section.find_any({"proc-macro", "proc_macro"})) return key->as_bool();
    const auto types = section.find_any({"crate-type", "crate_type"});
    if (!types) return false;
    const auto listed = types->as_strings();
    return std::find(listed.begin(), listed.end(), "proc-macro") != listed.end();
  }

  void read_flags(const TomlCursor& section, Target& target) const {
    target.doc = section.bool_at("doc").value_or(target.doc);
    target.test = section.bool_at("test").value_or(target.test);
    target.bench = section.bool_at("bench").value_or(target.bench);
    target.harness = section.bool_at("harness").value_or(true);
    if (target.kind == TargetKind::Lib)
      target.doctest = section.bool_at("doctest").value_or(target.doctest);
    target.proc_macro = names_proc_macro(section);
    if (target.kind != TargetKind::Lib) {
      target.has_required_features = section.find("required-features").has_value();
      target.required_features = section.strings_at("required-features");
    }
  }

  static void read_edition(const TomlCursor& section, Target& target) {
    if (const auto edition = section.find("edition")) {
      static const std::set<std::string> known{"2015", "2018", "2021", "2024", "future"};
      if (!known.contains(edition->as_string()))
        throw edition->error(fmt::format("`{}` is not a known edition", edition->as_string()));
      target.edition = edition->as_string();
    }
  }

  // --- bins, examples, tests and benches ---

  std::vector<Inferred> infer(const Kind& kind) const {
    std::vector<Inferred> found;
    if (kind.kind == TargetKind::Bin && exists("src/main.rs"))
      found.push_back({package_.name, "src/main.rs"});
    for (const auto& entry : tree_.list(path::join(package_.directory, kind.directory))) {
      if (entry.name.starts_with('.')) continue;
      // Cargo does not follow links to directories here.
      auto below = fmt::format("{}/{}", kind.directory, entry.name);
      if (entry.kind == FileKind::Directory && !entry.is_link) {
        if (exists(below + "/main.rs")) found.push_back({entry.name, below + "/main.rs"});
      } else if (entry.name.ends_with(".rs")) {
        found.push_back({path::stem(entry.name), std::move(below)});
      }
    }
    return found;
  }

  void read_kind(const Kind& kind) {
    const auto section = manifest_.find(kind.section);
    const bool discovers = table_.bool_at(kind.auto_key).value_or(true);
    if (!section && !discovers) return;
    const auto inferred = infer(kind);
    std::vector<Target> found;
    std::set<std::string> names;
    std::set<std::vector<std::string>> paths;
    bool all_have_paths = true;
    if (section) {
      for (const auto& table : section->as_array()) {
        auto target = read_explicit(kind, table);
        names.insert(target.name);
        const auto path = table.string_at("path");
        if (path) paths.insert(plain_components(*path));
        all_have_paths = all_have_paths && path;
        if (!find_path(kind, table, inferred, target)) continue;
        const auto is_same = [&](const Target& other) { return other.name == target.name; };
        if (std::any_of(found.begin(), found.end(), is_same))
          throw duplicate(kind, table, target.name);
        read_edition(table, target);
        found.push_back(std::move(target));
      }
    }
    if (discovers && (!section || is_automatic(kind))) {
      for (const auto& candidate : inferred) {
        if (names.contains(candidate.name) || paths.contains(plain_components(candidate.path)))
          continue;
        auto target = blank(kind, candidate.name);
        target.path = absolute(candidate.path);
        found.push_back(std::move(target));
      }
    }
    // Cargo keeps the order of the manifest if there is nothing to infer.
    const bool complete = !discovers && all_have_paths;
    add(kind, std::move(found), !complete);
  }

  /// Whether files become targets even if there are explicit sections.
  bool is_automatic(const Kind& kind) const {
    return table_.bool_at(kind.auto_key).value_or(package_.edition != "2015");
  }

  /// The components of a path as Rust compares them: "." is skipped, ".." is a name.
  std::vector<std::string> plain_components(const std::string& path) const {
    auto parts = path::components(absolute(path));
    std::erase(parts, ".");
    return parts;
  }

  static Error duplicate(const Kind& kind, const TomlCursor& at, const std::string& name) {
    return at.error(fmt::format("found duplicate {} name `{}`", kind.section, name))
        .hint("rename one of the files, or name each in its own section");
  }

  void add(const Kind& kind, std::vector<Target> found, bool sorted) {
    std::set<std::string> names;
    for (const auto& target : found) {
      if (!names.insert(target.name).second) throw duplicate(kind, table_, target.name);
    }
    if (sorted) {
      std::sort(found.begin(), found.end(),
                [](const Target& a, const Target& b) { return a.name < b.name; });
    }
    std::move(found.begin(), found.end(), std::back_inserter(package_.targets));
  }

  Target blank(const Kind& kind, const std::string& name) const {
    check_artifact_name(kind, name);
    Target target;
    target.kind = kind.kind;
    target.name = name;
    target.crate_types = {"bin"};
    target.doc = kind.doc;
    target.test = kind.test;
    target.bench = kind.bench;
    target.edition = package_.edition;
    return target;
  }

  /// Refuses the names of the directories that cargo makes beside the binaries.
  void check_artifact_name(const Kind& kind, const std::string& name) const {
    static const std::set<std::string> taken{"deps", "examples", "build", "incremental"};
    if (kind.kind != TargetKind::Bin || !taken.contains(name)) return;
    throw Error(
        manifest_error_id,
        fmt::format("a binary cannot be named `{}`: cargo has a directory of that name", name))
        .in_file(package_.manifest_path)
        .hint("rename it, or give it another name in a [[bin]] section");
  }

  Target read_explicit(const Kind& kind, const TomlCursor& table) {
    const auto name = table.find("name");
    if (!name) throw table.error(fmt::format("a [[{}]] must have a `name`", kind.section));
    check_name(*name, kind.section);
    auto target = blank(kind, name->as_string());
    const auto types = table.find_any({"crate-type", "crate_type"});
    if (kind.kind == TargetKind::Bin) {
      check_bin(table, types, target);
    } else {
      check_spellings(table);
    }
    read_flags(table, target);
    if (kind.kind == TargetKind::Example && types) read_example_types(*types, target);
    if (const auto file = table.string_at("path")) target.path = absolute(path::normalize(*file));
    return target;
  }

  void check_bin(const TomlCursor& table, const std::optional<TomlCursor>& types,
                 const Target& target) {
    const auto macro = table.find_any({"proc-macro", "proc_macro"});
    const bool has_types = types && !types->as_array().empty();
    if (has_types)
      package_.build_errors.push_back(
          types->error(fmt::format("binary `{}` cannot have crate types", target.name)));
    if (names_proc_macro(table)) {
      package_.build_errors.push_back(
          (macro ? *macro : *types)
              .error(fmt::format("binary `{}` cannot be a procedural macro", target.name)));
    }
    if (!names_proc_macro(table))
      check_spelling(table, "proc_macro", "proc-macro", package_.edition);
    if (types && !has_types) check_spelling(table, "crate_type", "crate-type", package_.edition);
  }

  static void read_example_types(const TomlCursor& types, Target& target) {
    auto listed = types.as_strings();
    const bool executable = std::all_of(listed.begin(), listed.end(),
                                        [](const std::string& type) { return type == "bin"; });
    if (!executable) target.crate_types = std::move(listed);
  }

  /// Sets the path of an explicit target that has none. A missing binary is an error at once. Other
  /// kinds only fail when cargo compiles.
  bool find_path(const Kind& kind, const TomlCursor& table, const std::vector<Inferred>& inferred,
                 Target& target) {
    if (!target.path.empty()) return true;
    std::vector<std::string> matching;
    for (const auto& candidate : inferred) {
      if (candidate.name == target.name) matching.push_back(candidate.path);
    }
    std::optional<std::string> found;
    if (matching.size() == 1) {
      found = matching[0];
    } else if (package_.edition == "2015") {
      found = path_of_2015(kind, target.name);
    }
    if (found) {
      target.path = absolute(*found);
      return true;
    }
    auto error =
        matching.empty()
            ? no_file(kind, table, target.name)
            : table.error(fmt::format("cannot infer the path of {} `{}`: both `{}` and `{}` exist",
                                      kind.section, target.name, matching[0], matching[1]));
    error.hint(fmt::format("set {}.path to its file", kind.section));
    if (kind.kind == TargetKind::Bin) throw error;
    package_.build_errors.push_back(std::move(error));
    return false;
  }

  static Error no_file(const Kind& kind, const TomlCursor& table, const std::string& name) {
    return table.error(fmt::format("can't find `{}` {} at `{}/{}.rs` or `{}/{}/main.rs`", name,
                                   kind.section, kind.directory, name, kind.directory, name));
  }

  std::optional<std::string> path_of_2015(const Kind& kind, const std::string& name) const {
    std::vector<std::string> candidates;
    if (kind.kind == TargetKind::Bin) {
      if (package_.lib() == nullptr) candidates.push_back("src/" + name + ".rs");
      candidates.insert(candidates.end(), {"src/main.rs", "src/bin/main.rs"});
    } else if (kind.kind == TargetKind::Bench && name == "bench") {
      candidates.emplace_back("src/bench.rs");
    }
    for (auto& candidate : candidates) {
      if (exists(candidate)) return std::move(candidate);
    }
    return std::nullopt;
  }

  // --- build scripts ---

  void read_build_scripts() {
    const auto key = table_.find("build");
    if (!key) {
      if (tree_.is_file(path::join(package_.directory, "build.rs"))) add_build_script("build.rs");
    } else if (const auto* file = key->value().string()) {
      check_script_name(*key, *file);
      add_build_script(*file);
    } else if (key->value().array() != nullptr) {
      // Only a nightly cargo accepts several scripts.
      for (const auto& script : key->as_strings()) add_build_script(script);
    } else if (key->as_bool()) {
      add_build_script("build.rs");
    }
  }

  /// Refuses a path without a file name, on which cargo panics.
  static void check_script_name(const TomlCursor& key, const std::string& file) {
    const auto plain = path::normalize(file);
    if (plain == "." || plain == "/" || path::file_name(plain) == "..")
      throw key.error(fmt::format("`{}` is not the path of a build script", file));
  }

  void add_build_script(const std::string& file) {
    Target script;
    script.kind = TargetKind::BuildScript;
    script.name = "build-script-" + path::stem(file);
    script.path = absolute(path::normalize(file));
    script.crate_types = {"bin"};
    script.edition = package_.edition;
    package_.targets.push_back(std::move(script));
  }

  const SourceTree& tree_;
  const TomlCursor& manifest_;
  const TomlCursor table_;
  Package& package_;
};

}  // namespace

void read_targets(const SourceTree& tree, const TomlCursor& manifest, Package& package) {
  TargetReader(tree, manifest, package).read();
  const bool nothing_but_script =
      std::all_of(package.targets.begin(), package.targets.end(),
                  [](const Target& target) { return target.kind == TargetKind::BuildScript; });
  if (nothing_but_script) {
    throw Error(manifest_error_id, fmt::format("package `{}` has no targets", package.name))
        .in_file(package.manifest_path)
        .hint(
            "src/lib.rs, src/main.rs, a [lib] or a [[bin]] section must be present. If the files "
            "exist, check that they were copied and that .dockerignore does not exclude them");
  }
}

}  // namespace larder::cargo
