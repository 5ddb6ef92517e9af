#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "project.hpp"

// Source files, and the sections and keys that say what they are.

namespace larder::test {

namespace {

struct Kind {
  std::string section;
  std::string directory;
  std::string automatic;
};

class Targets {
 public:
  Targets(Project& project, PackageSketch& package, Random& random)
      : project_(project),
        package_(package),
        manifest_(package.manifest),
        table_(package_table(package)),
        random_(random) {}

  void add() {
    add_lib();
    add_kind({"bin", "src/bin", "autobins"});
    if (random_.chance(40)) add_kind({"example", "examples", "autoexamples"});
    if (random_.chance(40)) add_kind({"test", "tests", "autotests"});
    if (random_.chance(40)) add_kind({"bench", "benches", "autobenches"});
    if (!has_lib_ && package_.binaries.empty()) touch("src/lib.rs");
    if (!has_lib_ && package_.binaries.empty()) manifest_.erase(table_, "autolib");
    add_build_script();
    if (!package_.binaries.empty() && random_.chance(10))
      manifest_.set(table_, "default-run", toml_quoted(random_.pick(package_.binaries)));
  }

 private:
  void touch(const std::string& file) { project_.files[joined(package_.directory, file)] = ""; }
  void link(const std::string& file, const std::string& to) {
    project_.links[joined(package_.directory, file)] = to;
  }
  std::string flag() { return random_.chance(50) ? "true" : "false"; }
  bool is_old() const { return package_.edition == "2015"; }

  // --- the library ---

  void add_lib() {
    if (random_.chance(25)) return;
    has_lib_ = true;
    const bool with_file = random_.chance(85);
    if (with_file) touch("src/lib.rs");
    if (random_.chance(5) && with_file) {
      project_.require(83);
      manifest_.set(table_, "autolib", flag());
      has_lib_ = manifest_.table(table_).entries.back().second == "true";
    }
    if (with_file && random_.chance(60)) return;
    has_lib_ = true;
    auto& lib = manifest_.table("lib").entries;
    if (random_.chance(30))
      lib.emplace_back("name", toml_quoted(random_.pick({"named", "other_lib", "L"})));
    add_lib_path(lib, with_file);
    add_crate_types(lib);
    for (const auto* key : {"test", "doctest", "bench", "doc", "harness"}) {
      if (random_.chance(15)) lib.emplace_back(key, flag());
    }
    add_rare_keys(lib);
  }

  void add_lib_path(Entries& lib, bool with_file) {
    if (with_file && random_.chance(50)) return;
    if (is_old() && lib.size() == 1 && random_.chance(50)) {
      touch("src/" + lib[0].second.substr(1, lib[0].second.size() - 2) + ".rs");
      return;
    }
    const auto file = random_.pick({"src/lib.rs", "lib.rs", "./src/lib.rs", "src/../src/other.rs",
                                    "src/with space.rs", "../shared/lib.rs", "src"});
    if (random_.chance(50)) touch("src/other.rs");
    lib.emplace_back("path", toml_quoted(file));
  }

  void add_crate_types(Entries& lib) {
    const bool dashes = package_.edition == "2024" || random_.chance(80);
    switch (random_.below(8)) {
      case 0:
        lib.emplace_back(dashes ? "proc-macro" : "proc_macro", flag());
        break;
      case 1:
        project_.require(66);
        lib.emplace_back(dashes ? "crate-type" : "crate_type",
                         random_.pick({R"(["cdylib", "rlib"])", "[\"staticlib\"]", "[\"dylib\"]",
                                       "[]", "[\"proc-macro\"]", "[\"rlib\"]", R"(["lib", "lib"])",
                                       "[\"bin\"]", "[\"odd\"]"}));
        break;
      default:
        break;
    }
  }

  void add_rare_keys(Entries& section) {
    if (random_.chance(8))
      section.emplace_back("edition", toml_quoted(random_.pick({"2015", "2018", "2021"})));
    if (random_.chance(8))
      section.emplace_back("required-features", random_.pick({"[]", "[\"x\"]", R"(["a/b", "x"])"}));
    if (random_.chance(5)) section.emplace_back("unknown-key", any_value(random_, 1));
  }

  // --- bins, examples, tests, benches ---

  std::string target_name() {
    return random_.pick({"alpha", "beta", "my-tool", "under_score", "gamma", "main", "lib",
                         "with.dot", "sp ace", "\xc3\xa4", "UPPER", "test", "bench"});
  }

  /// A file that stands for a target of this name.
  void add_file(const Kind& kind, const std::string& name) {
    if (random_.chance(25)) {
      touch(fmt::format("{}/{}/main.rs", kind.directory, name));
    } else if (random_.chance(8)) {
      link(fmt::format("{}/{}.rs", kind.directory, name),
           random_.pick({"../lib.rs", "nowhere.rs"}));
    } else {
      touch(fmt::format("{}/{}.rs", kind.directory, name));
    }
  }

  void add_clutter(const Kind& kind) {
    switch (random_.below(8)) {
      case 0:
        touch(kind.directory + "/.dotted.rs");
        break;
      case 1:
        touch(kind.directory + "/notes.txt");
        break;
      case 2:
        touch(kind.directory + "/module/mod.rs");
        break;
      case 3:
        touch("elsewhere/main.rs");
        link(kind.directory + "/linked", random_.pick({"../../elsewhere", "../elsewhere"}));
        break;
      case 4:
        project_.require(70);
        project_.directories.insert(
            joined(package_.directory, kind.directory + random_.pick({"/empty", "/dir.rs"})));
        break;
      case 5:
        touch(kind.directory + random_.pick({"/.rs", "/x.RS", "/rs", "/two.dots.rs"}));
        break;
      default:
        break;
    }
  }

  void add_kind(const Kind& kind) {
    std::set<std::string> found;
    std::set<std::string> names;
    const bool is_bin = kind.section == "bin";
    if (is_bin && random_.chance(has_lib_ ? 30 : 70)) {
      touch("src/main.rs");
      found.insert(package_.name);
    }
    for (auto count = random_.below(is_bin ? 2 : 3); count > 0; --count) {
      const auto name = target_name();
      if (!names.insert(name).second) continue;
      add_file(kind, name);
      found.insert(name);
    }
    if (random_.chance(30)) add_clutter(kind);
    if (random_.chance(12)) manifest_.set(table_, kind.automatic, flag());
    const bool discovers = !manifest_.has(table_, kind.automatic) ||
                           manifest_.table(table_).entries.back().second == "true";
    if (random_.chance(30)) {
      names.clear();
      for (auto count = random_.below(3) + 1; count > 0; --count) add_section(kind, found, names);
    }
    if (is_bin && discovers && !manifest_.has("bin"))
      package_.binaries.assign(found.begin(), found.end());
    if (is_bin && manifest_.has("bin")) package_.binaries.assign(names.begin(), names.end());
  }

  void add_section(const Kind& kind, const std::set<std::string>& found,
                   std::set<std::string>& names) {
    const bool known = !found.empty() && random_.chance(60);
    const auto name =
        known ? random_.pick(std::vector<std::string>(found.begin(), found.end())) : target_name();
    if (!names.insert(name).second) return;
    Entries entries;
    if (random_.chance(90) || known) entries.emplace_back("name", toml_quoted(name));
    if (entries.empty()) entries.emplace_back("name", spelled(random_, name));
    const bool needs_path = !known && !(is_old() && kind.section == "bench" && name == "bench");
    if (needs_path || random_.chance(40))
      entries.emplace_back("path", toml_quoted(section_path(kind, name)));
    for (const auto* key : {"test", "doctest", "bench", "doc", "harness"}) {
      if (random_.chance(12)) entries.emplace_back(key, flag());
    }
    if (kind.section == "example" && random_.chance(25))
      entries.emplace_back("crate-type", random_.pick({"[\"staticlib\"]", "[\"bin\"]", "[]",
                                                       R"(["cdylib", "bin"])", "[\"lib\"]"}));
    add_rare_keys(entries);
    manifest_.add_item(kind.section).entries = std::move(entries);
  }

  std::string section_path(const Kind& kind, const std::string& name) {
    if (random_.chance(40)) {
      touch(fmt::format("{}/{}.rs", kind.directory, name));
      return fmt::format("{}{}/{}.rs", random_.pick({"", "./", ""}), kind.directory, name);
    }
    return random_.pick({"src/main.rs", "src/missing.rs", "./a/../b/c.rs", "../outside.rs",
                         "src//twice.rs", "code/\xc3\xa4.rs", "src/bin/", "noext"});
  }

  // --- build script ---

  void add_build_script() {
    bool has_script = random_.chance(15);
    if (has_script) touch("build.rs");
    if (random_.chance(3)) project_.directories.insert(joined(package_.directory, "build.rs"));
    switch (random_.below(12)) {
      case 0:
        manifest_.set(table_, "build", "true");
        has_script = true;
        break;
      case 1:
        manifest_.set(table_, "build", "false");
        has_script = false;
        break;
      case 2:
        manifest_.set(table_, "build",
                      random_.pick({"\"src/build.rs\"", "\"./tools/../b.rs\"", "\"../b.rs\"",
                                    "\"with.dots.rs\"", "\"noext\"", "\"build.rs\"", "\".rs\""}));
        has_script = true;
        break;
      default:
        break;
    }
    if (has_script && random_.chance(30))
      manifest_.set(table_, "links", toml_quoted(random_.pick({"z", "odd name", "git2"})));
  }

  Project& project_;
  PackageSketch& package_;
  ManifestText& manifest_;
  std::string table_;
  Random& random_;
  bool has_lib_ = false;
};

}  // namespace

void add_targets(Project& project, PackageSketch& package, Random& random) {
  Targets(project, package, random).add();
}

}  // namespace larder::test
