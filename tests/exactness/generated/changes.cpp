#include "changes.hpp"

#include <algorithm>
#include <filesystem>

#include "files.hpp"
#include "larder/base/path.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

bool names(const CommandSketch& command, const std::string& package) {
  return std::any_of(command.words.begin(), command.words.end(), [&](const std::string& word) {
    return word == package || word.starts_with(package + "/") || word.starts_with(package + "-");
  });
}

class Changes {
 public:
  Changes(const WorkspaceSketch& workspace, const std::vector<PreparedCommand>& prepared,
          Random& random)
      : workspace_(workspace), prepared_(prepared), random_(random) {}

  std::vector<Change> run() {
    rename();
    move();
    reorder();
    split(true);
    split(false);
    add_request();
    return std::move(out_);
  }

 private:
  using Commands = std::vector<std::size_t>;

  template <typename Fits>
  Commands commands_where(Fits fits) const {
    Commands out;
    for (std::size_t i = 0; i < prepared_.size(); ++i) {
      if (fits(prepared_[i])) out.push_back(i);
    }
    return out;
  }
  Commands all_commands() const {
    return commands_where([](const auto&) { return true; });
  }
  Commands commands_without(const std::string& package) const {
    return commands_where(
        [&](const PreparedCommand& command) { return !names(command.sketch, package); });
  }

  void add(const std::string& name, WorkspaceSketch workspace, Commands commands,
           bool keeps_recipe = true) {
    if (!commands.empty())
      out_.push_back({name, std::move(workspace), std::move(commands), keeps_recipe, false});
  }

  void rename() {
    const auto index = random_.below(workspace_.packages.size());
    const auto old = workspace_.packages[index].name;
    const auto commands = commands_without(old);
    auto changed = workspace_;
    changed.packages[index].name = "zither";
    for (auto& package : changed.packages) {
      for (auto& dependency : package.dependencies) {
        // Dependents go on using the old name.
        if (dependency.is_local && dependency.package == old) dependency.package = "zither";
      }
    }
    add("renaming " + old, std::move(changed), commands);
  }

  void move() {
    auto changed = workspace_;
    std::map<std::string, std::string> moved;
    for (std::size_t i = 0; i < changed.packages.size(); ++i) {
      if (changed.root == i) continue;
      auto& directory = changed.packages[i].directory;
      const auto parent = directory.starts_with("..") ? "../elsewhere/" : "moved/here/";
      moved[directory] = parent + path::file_name(directory);
      directory = moved[directory];
    }
    for (auto& member : changed.default_members) {
      if (moved.contains(member)) member = moved[member];
    }
    add("moving all packages", std::move(changed),
        commands_where(
            [](const PreparedCommand& command) { return command.sketch.directory.empty(); }));
  }

  void reorder() {
    add("another order", workspace_, all_commands());
    if (!out_.empty() && out_.back().name == "another order") out_.back().shuffled = true;
  }

  /// An ordinary library that is nothing else: what it needs may as well be needed by another
  /// library below or beside it.
  std::optional<std::size_t> plain_library() const {
    const auto& packages = workspace_.packages;
    const auto start = random_.below(packages.size());
    for (std::size_t i = 0; i < packages.size(); ++i) {
      const auto index = (start + i) % packages.size();
      const auto& package = packages[index];
      if (package.has_lib && !package.is_proc_macro && package.crate_types.empty() &&
          package.targets.empty() && workspace_.root != index && package.is_member)
        return index;
    }
    return std::nullopt;
  }

  static bool is_named_by_feature(const PackageSketch& package, const std::string& key) {
    for (const auto& [name, values] : package.features) {
      for (const auto& value : values) {
        if (value == key || value == "dep:" + key || value.starts_with(key + "/") ||
            value.starts_with(key + "?/"))
          return true;
      }
    }
    return false;
  }

  /// Takes from a library the requests that it makes whatever features it has.
  static std::vector<DependencySketch> take_requests(PackageSketch& package) {
    std::vector<DependencySketch> taken;
    for (const auto& dependency : package.dependencies) {
      if (dependency.table == "dependencies" && !dependency.optional &&
          !is_named_by_feature(package, dependency.key))
        taken.push_back(dependency);
    }
    std::erase_if(package.dependencies, [&](const DependencySketch& dependency) {
      return std::any_of(taken.begin(), taken.end(), [&](const DependencySketch& other) {
        return other.key == dependency.key && other.table == dependency.table &&
               other.platform == dependency.platform;
      });
    });
    return taken;
  }

  /// Whether somebody's features decide about the dependency on a package.
  static bool is_switched(const WorkspaceSketch& workspace, const std::string& name) {
    for (const auto& package : workspace.packages) {
      for (const auto& dependency : package.dependencies) {
        if (dependency.is_local && dependency.package == name && dependency.optional) return true;
      }
    }
    return false;
  }

  static DependencySketch plain_dependency(const std::string& package) {
    DependencySketch out;
    out.key = out.package = package;
    out.is_local = true;
    return out;
  }

  /// One library becomes two that are selected alike. `below`: the new one is a dependency of the
  /// old; else whoever depends on the old one depends on both.
  void split(bool below) {
    const auto index = plain_library();
    if (!index) return;
    auto changed = workspace_;
    auto& old = changed.packages[*index];
    PackageSketch part;
    part.name = "zither";
    part.version = "0.1.0";
    part.directory = "zither";
    part.lib_switches = old.lib_switches;
    part.dependencies = take_requests(old);
    if (part.dependencies.empty() || (!below && is_switched(workspace_, old.name))) return;
    const auto name = old.name;
    const bool is_default = std::count(changed.default_members.begin(),
                                       changed.default_members.end(), old.directory) > 0;
    if (is_default) changed.default_members.push_back(part.directory);
    if (below) old.dependencies.push_back(plain_dependency(part.name));
    if (!below) add_beside(changed, name, part.name);
    changed.packages.insert(changed.packages.begin() + static_cast<std::ptrdiff_t>(*index), part);
    if (changed.root) ++*changed.root;  // the last one
    const auto directory = changed.packages[*index + 1].directory;
    const auto commands = commands_where([&](const PreparedCommand& command) {
      const auto& words = command.sketch.words;
      const bool excludes = std::count(words.begin(), words.end(), "--exclude") > 0;
      const bool selects = names(command.sketch, name) || command.sketch.directory == directory;
      return below ? !excludes : !selects;
    });
    add(fmt::format("splitting {}, the new part {}", name, below ? "below" : "beside"),
        std::move(changed), commands);
  }

  static void add_beside(WorkspaceSketch& workspace, const std::string& old,
                         const std::string& part) {
    for (auto& package : workspace.packages) {
      const auto before = package.dependencies;
      for (const auto& dependency : before) {
        if (!dependency.is_local || dependency.package != old) continue;
        auto other = plain_dependency(part);
        other.table = dependency.table;
        other.platform = dependency.platform;
        package.dependencies.push_back(std::move(other));
      }
    }
  }

  void add_request() {
    auto changed = workspace_;
    PackageSketch fresh;
    fresh.name = "yew";
    changed.pool.push_back(fresh);
    const auto index = random_.below(changed.packages.size());
    auto& package = changed.packages[index];
    DependencySketch dependency;
    dependency.key = dependency.package = "yew";
    package.dependencies.push_back(dependency);
    add("a request of " + package.name, std::move(changed),
        commands_where(
            [&](const PreparedCommand& command) { return command.built.contains(package.name); }),
        false);
  }

  const WorkspaceSketch& workspace_;
  const std::vector<PreparedCommand>& prepared_;
  Random& random_;
  std::vector<Change> out_;
};

/// The first line that differs.
std::string difference(const std::string& before, const std::string& after) {
  const auto [a, b] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  const auto line = [](const std::string& text, auto at) {
    const auto offset = static_cast<std::size_t>(at - text.begin());
    const auto start = text.rfind('\n', offset == 0 ? 0 : offset - 1) + 1;
    return text.substr(start, text.find('\n', offset) - start);
  };
  return fmt::format("before: {}\n      after:  {}", line(before, a), line(after, b));
}

}  // namespace

std::vector<Change> possible_changes(const WorkspaceSketch& workspace,
                                     const std::vector<PreparedCommand>& prepared, Random& random) {
  return Changes(workspace, prepared, random).run();
}

void check_change(const Cargo& cargo, const std::string& directory, const Change& change,
                  const std::vector<PreparedCommand>& prepared, Random& random,
                  Findings& findings) {
  for (const auto* part : {"/w", "/beside", "/elsewhere"}) fs::remove_all(directory + part);
  write_files(source_files(change.workspace, directory, random), directory);
  write_files(workspace_files(change.workspace, random, change.shuffled), directory + "/w");
  const auto locked = cargo.run({"generate-lockfile"}, directory + "/w");
  if (!locked.accepted) return findings.count("changed workspaces that cargo refuses");
  for (const auto index : change.commands) {
    const auto& command = prepared[index];
    const auto after = derive_recipe(cargo, directory, command.sketch, findings);
    if (!after) continue;
    findings.count(change.keeps_recipe ? "changes that must not change a recipe"
                                       : "added requests");
    const auto before_text = recipe::write(command.recipe);
    const auto after_text = recipe::write(*after);
    if ((before_text == after_text) == change.keeps_recipe) continue;
    findings.fail(fmt::format("{} {} the recipe of `cargo {}`\n      {}", change.name,
                              change.keeps_recipe ? "changes" : "does not change",
                              fmt::join(command.sketch.words, " "),
                              difference(before_text, after_text)));
  }
}

}  // namespace larder::test
