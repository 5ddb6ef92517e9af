#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/cargo/manifest.hpp"

// Target inference and merging (cargo: util/toml/targets.rs).

namespace larder::cargo {

namespace {

/// What distinguishes the kinds that may occur several times in a package.
struct Kind {
  TargetKind kind;
  std::string_view section;
  std::string_view directory;
  std::string_view auto_key;
  bool test;
  bool bench;
};
constexpr Kind bins{TargetKind::Bin, "bin", "src/bin", "autobins", true, true};
constexpr Kind examples{TargetKind::Example, "example", "examples", "autoexamples", false, false};
constexpr Kind tests{TargetKind::Test, "test", "tests", "autotests", true, false};
constexpr Kind benches{TargetKind::Bench, "bench", "benches", "autobenches", false, true};

struct Inferred {
  std::string name;
  std::string path;
};

class TargetReader {
 public:
  TargetReader(const SourceTree& tree, const TomlCursor& manifest, const Package& package)
      : tree_(tree), manifest_(manifest), package_(package) {}

  std::vector<Target> read() {
    read_lib();
    for (const auto& kind : {bins, examples, tests, benches}) read_kind(kind);
    read_build_script();
    return std::move(targets_);
  }

 private:
  std::string absolute(std::string_view relative) const {
    return path::join(package_.directory, relative);
  }

  std::optional<TomlCursor> package_table() const {
    return manifest_.find_any({"package", "project"});
  }

  void read_lib() {
    const auto section = manifest_.find("lib");
    const bool discovered =
        package_table()->bool_at("autolib").value_or(true) && tree_.is_file(absolute("src/lib.rs"));
    if (!section && !discovered) return;
    Target lib;
    lib.kind = TargetKind::Lib;
    lib.edition = package_.edition;
    lib.test = lib.doctest = lib.bench = true;
    lib.crate_types = {"lib"};
    lib.name = package_.name;
    std::replace(lib.name.begin(), lib.name.end(), '-', '_');
    lib.path = absolute("src/lib.rs");
    if (section) read_lib_section(*section, lib);
    const auto& types = lib.crate_types;
    const auto has = [&](std::string_view type) {
      return std::find(types.begin(), types.end(), type) != types.end();
    };
    lib.doctest = lib.doctest && (has("lib") || has("rlib") || has("proc-macro"));
    targets_.push_back(std::move(lib));
  }

  void read_lib_section(const TomlCursor& section, Target& lib) const {
    const auto name = section.find("name");
    if (name) {
      lib.name = name->as_string();
      if (lib.name.find('-') != std::string::npos) {
        throw name->error(fmt::format("library name `{}` may not contain a hyphen", lib.name));
      }
    }
    if (const auto file = section.string_at("path")) {
      lib.path = absolute(*file);
    } else if (!tree_.is_file(lib.path)) {
      const auto old = absolute("src/" + lib.name + ".rs");
      if (package_.edition != "2015" || !tree_.is_file(old)) {
        throw section.error(fmt::format("can't find library `{}`", lib.name))
            .hint("rename its file to src/lib.rs or set lib.path");
      }
      lib.path = old;
    }
    read_flags(section, lib);
    if (const auto types = section.find_any({"crate-type", "crate_type"}))
      lib.crate_types = types->as_strings();
    const auto macro = section.find_any({"proc-macro", "proc_macro"});
    if (macro && macro->as_bool()) lib.crate_types = {"proc-macro"};
    lib.doctest = section.bool_at("doctest").value_or(true);
    if (const auto& types = lib.crate_types; types.empty()) lib.crate_types = {"lib"};
  }

  static void read_flags(const TomlCursor& section, Target& target) {
    target.test = section.bool_at("test").value_or(target.test);
    target.bench = section.bool_at("bench").value_or(target.bench);
    target.harness = section.bool_at("harness").value_or(true);
    target.required_features = section.strings_at("required-features");
    if (const auto edition = section.string_at("edition")) target.edition = *edition;
  }

  std::vector<Inferred> infer(const Kind& kind) const {
    std::vector<Inferred> found;
    if (kind.kind == TargetKind::Bin && tree_.is_file(absolute("src/main.rs"))) {
      found.push_back({package_.name, absolute("src/main.rs")});
    }
    const auto directory = absolute(kind.directory);
    for (const auto& entry : tree_.list(directory)) {
      if (entry.name.starts_with('.')) continue;
      const auto below = path::join(directory, entry.name);
      if (entry.kind == FileKind::File && entry.name.ends_with(".rs")) {
        found.push_back({path::stem(entry.name), below});
      } else if (entry.kind == FileKind::Directory && tree_.is_file(below + "/main.rs")) {
        found.push_back({entry.name, below + "/main.rs"});
      }
    }
    return found;
  }

  void read_kind(const Kind& kind) {
    const auto inferred = infer(kind);
    const auto section = manifest_.find(kind.section);
    const auto automatic = package_table()->bool_at(kind.auto_key);
    std::vector<Target> found;
    std::set<std::string> names;
    std::set<std::string> paths;
    if (section) {
      for (const auto& table : section->as_array()) {
        found.push_back(read_explicit(kind, table, inferred));
        if (!names.insert(found.back().name).second) {
          throw table.error(
              fmt::format("found duplicate {} name `{}`", kind.section, found.back().name));
        }
        if (table.find("path")) paths.insert(found.back().path);
      }
    }
    const bool discover = automatic.value_or(!section || package_.edition != "2015");
    for (const auto& candidate : discover ? inferred : std::vector<Inferred>{}) {
      if (names.contains(candidate.name) || paths.contains(candidate.path)) continue;
      const auto same = [&](const Inferred& other) { return other.name == candidate.name; };
      if (std::count_if(inferred.begin(), inferred.end(), same) > 1) {
        throw Error(manifest_error_id,
                    fmt::format("found duplicate {} name `{}`", kind.section, candidate.name))
            .in_file(package_.manifest_path)
            .hint("rename one of the files, or name each in its own section");
      }
      auto target = blank(kind, candidate.name);
      target.path = candidate.path;
      found.push_back(std::move(target));
    }
    std::sort(found.begin(), found.end(),
              [](const Target& a, const Target& b) { return a.name < b.name; });
    targets_.insert(targets_.end(), std::make_move_iterator(found.begin()),
                    std::make_move_iterator(found.end()));
  }

  Target blank(const Kind& kind, const std::string& name) const {
    Target target;
    target.kind = kind.kind;
    target.name = name;
    target.crate_types = {"bin"};
    target.test = kind.test;
    target.bench = kind.bench;
    target.edition = package_.edition;
    return target;
  }

  Target read_explicit(const Kind& kind, const TomlCursor& table,
                       const std::vector<Inferred>& inferred) const {
    const auto name = table.find("name");
    if (!name) throw table.error(fmt::format("a [[{}]] must have a `name`", kind.section));
    auto target = blank(kind, name->as_string());
    read_flags(table, target);
    if (kind.kind == TargetKind::Example) {
      if (const auto types = table.find_any({"crate-type", "crate_type"}))
        target.crate_types = types->as_strings();
    }
    const auto file = table.string_at("path");
    target.path = file ? absolute(*file) : inferred_path(kind, table, target.name, inferred);
    return target;
  }

  std::string inferred_path(const Kind& kind, const TomlCursor& table, const std::string& name,
                            const std::vector<Inferred>& inferred) const {
    std::vector<std::string> matching;
    for (const auto& candidate : inferred) {
      if (candidate.name == name) matching.push_back(candidate.path);
    }
    if (matching.size() == 1) return matching[0];
    if (matching.empty() && package_.edition == "2015") {
      if (const auto old = path_of_2015(kind, name)) return *old;
    }
    throw table
        .error(fmt::format("can't find `{}` {} at `{}/{}.rs` or `{}/{}/main.rs`", name,
                           kind.section, kind.directory, name, kind.directory, name))
        .hint(fmt::format("set {}.path to its file", kind.section));
  }

  std::optional<std::string> path_of_2015(const Kind& kind, const std::string& name) const {
    std::vector<std::string> candidates;
    const bool has_lib = !targets_.empty() && targets_[0].kind == TargetKind::Lib;
    if (kind.kind == TargetKind::Bin) {
      if (!has_lib) candidates.push_back("src/" + name + ".rs");
      candidates.insert(candidates.end(), {"src/main.rs", "src/bin/main.rs"});
    } else if (kind.kind == TargetKind::Bench && name == "bench") {
      candidates.emplace_back("src/bench.rs");
    }
    for (const auto& candidate : candidates) {
      if (tree_.is_file(absolute(candidate))) return absolute(candidate);
    }
    return std::nullopt;
  }

  void read_build_script() {
    const auto key = package_table()->find("build");
    std::string file = "build.rs";
    if (key && key->value().string() != nullptr) {
      file = key->as_string();
    } else if (key ? !key->as_bool() : !tree_.is_file(absolute(file))) {
      return;
    }
    Target script;
    script.kind = TargetKind::BuildScript;
    script.name = "build-script-" + path::stem(file);
    script.path = absolute(file);
    script.crate_types = {"bin"};
    script.edition = package_.edition;
    targets_.push_back(std::move(script));
  }

  const SourceTree& tree_;
  const TomlCursor& manifest_;
  const Package& package_;
  std::vector<Target> targets_;
};

}  // namespace

std::vector<Target> read_targets(const SourceTree& tree, const TomlCursor& manifest,
                                 const Package& package) {
  auto targets = TargetReader(tree, manifest, package).read();
  const bool nothing_but_script =
      std::all_of(targets.begin(), targets.end(),
                  [](const Target& target) { return target.kind == TargetKind::BuildScript; });
  if (nothing_but_script) {
    throw Error(manifest_error_id, fmt::format("package `{}` has no targets", package.name))
        .in_file(package.manifest_path)
        .hint(
            "src/lib.rs, src/main.rs, a [lib] or a [[bin]] section must be present; when the files "
            "exist, check "
            "that they were copied and that .dockerignore does not leave them out");
  }
  return targets;
}

}  // namespace larder::cargo
