#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "project.hpp"

// Where packages lie, which of them are workspace roots, and how a root lists its members.

namespace larder::test {

std::string joined(const std::string& parent, const std::string& child) {
  if (parent.empty() || child.empty()) return parent + child;
  return parent + "/" + child;
}

std::string way(const std::string& from, const std::string& to) {
  return path::relative("/" + to, "/" + from);
}

std::string package_table(const PackageSketch& package) {
  return package.manifest.has("project") ? "project" : "package";
}

namespace {

std::string odd_directory(Random& random) {
  return random.pick({"with space",
                      "hash#tag",
                      "per%41cent",
                      "q?mark",
                      "\xc3\xbcml\xc3\xa4ut",
                      ".hidden",
                      "plus+x",
                      "semi;x",
                      "quote's",
                      "curly{x}",
                      "tilde~",
                      "at@x",
                      "equals=x",
                      "caret^x",
                      "back\\slash",
                      "double\"x",
                      "comma,x",
                      "colon:x",
                      "a&b",
                      "close]",
                      "\xe6\x97\xa5\xe6\x9c\xac",
                      "star",
                      "dot.s",
                      "UPPER"});
}

std::string plain_directory(Random& random) {
  return random.pick({"app", "core", "lib-a", "tools", "x", "inner", "cli_2", "z9"});
}

class Layout {
 public:
  Layout(Project& project, Random& random) : project_(project), random_(random) {}

  void make() {
    top_ = random_.chance(30) ? odd_directory(random_) : "";
    if (random_.chance(25)) top_ = joined(top_, "work");
    switch (random_.below(9)) {
      case 8:
        make_below_a_pointer();
        break;
      case 0:
        add_package(top_);
        break;
      case 1:
        make_below_a_parent();
        break;
      case 2:
        make_nested();
        break;
      default:
        make_workspace(top_, random_.chance(55));
    }
    choose_start();
    choose_cargo_home();
    note_backslashes();
  }

 private:
  std::size_t add_package(const std::string& directory) {
    PackageSketch package;
    package.directory = directory;
    package.name = fmt::format("{}{}{}", random_.pick({"p", "my-pkg", "under_score", "A", "kit"}),
                               random_.pick({"-", "_", ""}), project_.packages.size());
    package.manifest.set(random_.chance(3) ? "project" : "package", "name",
                         toml_quoted(package.name));
    project_.packages.push_back(std::move(package));
    return project_.packages.size() - 1;
  }

  std::size_t add_root(const std::string& directory, bool has_package) {
    std::size_t index = project_.packages.size();
    if (has_package) {
      index = add_package(directory);
    } else {
      project_.packages.emplace_back();
      project_.packages[index].directory = directory;
    }
    auto& root = project_.packages[index];
    root.is_root = true;
    root.root = index;
    root.manifest.table("workspace");
    return index;
  }

  /// A manifest above the workspace: of a package that is no root, or of a root that excludes it.
  void make_below_a_parent() {
    const auto inner = joined(top_, random_.chance(50) ? "inside" : "deep/inside");
    if (random_.chance(50)) {
      add_package(top_);
    } else {
      const auto outer = add_root(top_, random_.chance(50));
      auto& table = project_.packages[outer].manifest.table("workspace");
      table.entries.emplace_back("exclude", array_of({way(top_, inner)}));
    }
    if (random_.chance(50)) {
      add_package(inner);
    } else {
      make_workspace(inner, random_.chance(50));
    }
  }

  /// A manifest above that is in a workspace beside it, which the one below belongs to as well.
  void make_below_a_pointer() {
    const auto root = joined(top_, "root");
    const auto outer = joined(top_, "outer");
    make_workspace(root, random_.chance(50));
    auto members = entries_;
    for (const auto& directory : {outer, joined(outer, "inner")}) {
      const auto index = add_package(directory);
      project_.packages[index].root = root_;
      if (directory == outer || random_.chance(30)) {
        project_.packages[index].manifest.set(package_table(project_.packages[index]), "workspace",
                                              toml_quoted(way(directory, root)));
      }
      if (random_.chance(90)) members.push_back(way(root, directory));
    }
    project_.packages[root_].manifest.set("workspace", "members", array_of(members));
  }

  /// A workspace in an excluded directory of another.
  void make_nested() {
    make_workspace(top_, random_.chance(50), "vendor");
    make_workspace(joined(top_, "vendor"), random_.chance(50));
  }

  // --- members ---

  void make_workspace(const std::string& directory, bool has_package,
                      const std::string& excluded = "") {
    root_ = add_root(directory, has_package);
    entries_.clear();
    excludes_.clear();
    members_.clear();
    if (!excluded.empty()) excludes_.push_back(excluded);
    const auto groups = random_.below(has_package ? 3 : 2) + (has_package ? 0 : 1);
    for (std::size_t group = 0; group < groups; ++group) add_group();
    if (random_.chance(20)) add_excluded();
    if (random_.chance(15)) add_outside();
    if (random_.chance(10)) entries_.emplace_back(random_.pick({".", "./"}));
    auto& root = project_.packages[root_].manifest;
    if (!entries_.empty() || random_.chance(20))
      root.set("workspace", "members", array_of(entries_));
    if (!excludes_.empty() || random_.chance(10))
      root.set("workspace", "exclude", array_of(excludes_));
    if (random_.chance(25)) add_default_members();
    if (random_.chance(40))
      root.set("workspace", "resolver", toml_quoted(random_.pick({"1", "2"})));
  }

  bool is_taken(const std::string& directory) const {
    return std::any_of(
        project_.packages.begin(), project_.packages.end(),
        [&](const PackageSketch& package) { return package.directory == directory; });
  }

  std::optional<std::string> add_member(const std::string& directory) {
    const auto base = project_.packages[root_].directory;
    if (is_taken(joined(base, directory))) return std::nullopt;
    const auto index = add_package(joined(base, directory));
    project_.packages[index].root = root_;
    if (random_.chance(8)) {
      project_.packages[index].manifest.set(
          package_table(project_.packages[index]), "workspace",
          toml_quoted(way(project_.packages[index].directory, base) +
                      random_.pick({"", "/", "/."})));
    }
    members_.push_back(directory);
    return directory;
  }

  /// Some directories below one, and how they are listed.
  void add_group() {
    const auto parent = random_.chance(70)
                            ? random_.pick({"crates", "crates/deep", "libs", "packages", "crates",
                                            "libs", "target/package"})
                            : "";
    std::vector<std::string> made;
    const auto count = random_.below(3) + 1;
    for (std::size_t i = 0; i < count; ++i) {
      const auto name = random_.chance(20) ? odd_directory(random_) : plain_directory(random_);
      if (const auto member = add_member(joined(parent, name))) made.push_back(*member);
    }
    list_group(parent, made);
  }

  void list_group(const std::string& parent, const std::vector<std::string>& made) {
    const bool globs = !parent.empty() && random_.chance(60);
    if (!globs || made.empty()) {
      for (const auto& directory : made) entries_.push_back(literal(directory));
      return;
    }
    // Links to directories and files in the way of a glob.
    const auto base = joined(project_.packages[root_].directory, parent);
    if (random_.chance(30)) project_.files[base + "/README.md"] = "";
    if (random_.chance(10) && parent.find('/') == std::string::npos) {
      project_.links[base + "/a-link"] =
          way(base, joined(project_.packages[root_].directory, made[0]));
    }
    entries_.push_back(glob(parent, made));
    if (random_.chance(15)) entries_.push_back(literal(made[0]));
  }

  std::string literal(const std::string& directory) {
    switch (random_.below(10)) {
      case 0:
        return "./" + directory;
      case 1:
        return directory + "/";
      case 2:
        return directory + "/../" + path::file_name(directory);
      case 3:
        return directory + "//.";
      default:
        return directory;
    }
  }

  std::string glob(const std::string& parent, const std::vector<std::string>& made) {
    const auto first = path::file_name(made[0]);
    const bool ascii = static_cast<unsigned char>(first[0]) < 0x80;
    switch (random_.below(12)) {
      case 0:
        return "./" + parent + "/*";
      case 1:
        return parent + "/*/";
      case 2:
        return parent.substr(0, 2) + "*/" +
               parent.substr(std::min(parent.find('/'), parent.size())) + "/*";
      case 3:
        return ascii && first[0] != ']' ? parent + "/[" + first[0] + "]*" : parent + "/*";
      case 4:
        return parent + "/[!_]*";
      case 5:
        return parent + "/[a-zA-Z]*";
      case 6:
        return parent + "/?" + first.substr(1);
      case 7:
        return "**/" + first;
      case 8:
        return parent + "/**/" + first;
      case 9:
        return parent + "/../" + parent + "/*";
      default:
        return parent + "/*";
    }
  }

  /// A package that the root leaves out, though it may match or even depend.
  void add_excluded() {
    const auto directory = random_.pick({"crates/out", "libs/out", "out", "packages/nested/out"});
    const auto base = project_.packages[root_].directory;
    if (is_taken(joined(base, directory))) return;
    excludes_.push_back(random_.chance(70)
                            ? directory
                            : random_.pick({"./", ""}) + directory + random_.pick({"/", ""}));
    if (random_.chance(20)) {
      project_.directories.insert(joined(base, directory));
    } else {
      add_package(joined(base, directory));
    }
  }

  /// A member beside the root's directory.
  void add_outside() {
    const auto base = project_.packages[root_].directory;
    if (base.empty()) return;
    const auto directory = joined(path::parent("/" + base).substr(1), "beside");
    if (is_taken(directory)) return;
    const auto index = add_package(directory);
    project_.packages[index].root = root_;
    project_.packages[index].manifest.set(package_table(project_.packages[index]), "workspace",
                                          toml_quoted(way(directory, base)));
    entries_.push_back(way(base, directory));
    members_.push_back(way(base, directory));
  }

  void add_default_members() {
    std::vector<std::string> chosen;
    for (const auto& member : members_) {
      if (random_.chance(50)) chosen.push_back(literal(member));
    }
    if (project_.packages[root_].name.empty() ? random_.chance(5) : random_.chance(40))
      chosen.emplace_back(".");
    if (random_.chance(15) && !entries_.empty()) chosen.push_back(random_.pick(entries_));
    project_.packages[root_].manifest.set("workspace", "default-members", array_of(chosen));
  }

  // --- where the programs run ---

  void choose_start() {
    const auto& package =
        random_.chance(60) ? project_.packages[first_root()] : random_.pick(project_.packages);
    project_.start_directory = package.directory;
    if (random_.chance(15)) {
      project_.start_directory = joined(package.directory, random_.pick({"sub", "src", "a/b"}));
      project_.directories.insert(project_.start_directory);
    }
    if (random_.chance(15)) {
      const auto elsewhere = random_.pick({"elsewhere", "", "else/where"});
      project_.directories.insert(elsewhere);
      project_.start_directory = elsewhere;
      project_.manifest_path = joined(way(elsewhere, package.directory), "Cargo.toml");
    }
  }

  /// The search for a root does not leave the cargo home, nor a directory of packaged crates.
  void choose_cargo_home() {
    if (random_.chance(4)) project_.cargo_home = random_.pick(project_.packages).directory;
    if (random_.chance(3) && !project_.start_directory.empty())
      project_.cargo_home = path::parent("/" + project_.start_directory).substr(1);
  }

  /// Since cargo 1.66 they are escaped in URLs.
  void note_backslashes() {
    for (const auto& package : project_.packages) {
      if (package.directory.find('\\') != std::string::npos) project_.require(66);
    }
  }

  std::size_t first_root() const {
    for (std::size_t i = 0; i < project_.packages.size(); ++i) {
      if (project_.packages[i].is_root) return i;
    }
    return 0;
  }

  Project& project_;
  Random& random_;
  std::string top_;
  std::size_t root_ = 0;
  std::vector<std::string> entries_;
  std::vector<std::string> excludes_;
  /// As seen from the root.
  std::vector<std::string> members_;
};

}  // namespace

void lay_out(Project& project, Random& random) {
  Layout(project, random).make();
}

}  // namespace larder::test
