#include "exactness.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/skeleton_files.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

std::string line_of(const CommandSketch& command) {
  return fmt::format("`cargo {}`{}", fmt::join(command.words, " "),
                     command.directory.empty() ? "" : " in " + command.directory);
}

constexpr std::size_t most = 6;

/// What is in one set alone, as lines.
void add_missing_in(const std::set<std::string>& other, const std::set<std::string>& all,
                    const char* what, std::vector<std::string>& out) {
  std::size_t found = 0;
  for (const auto& item : all) {
    if (!other.contains(item) && ++found <= most) out.push_back(fmt::format("{}: {}", what, item));
  }
  if (found > most) out.push_back(fmt::format("{}: {} more", what, found - most));
}

/// What the skeleton lacks of what is `wanted`, and what it has beyond what is `possible`.
std::vector<std::string> differences(const ExternalUnits& real,
                                     const std::set<std::string>& skeleton) {
  std::vector<std::string> out;
  add_missing_in(skeleton, real.wanted, "missing", out);
  add_missing_in(real.possible, skeleton, "extra", out);
  return out;
}

/// Beside the workspace. The recipe of a command that is given above the workspace has the config
/// that lies there, which must not be read twice.
std::string skeleton_place(const std::string& directory, const CommandSketch& command) {
  return command.directory == ".." ? cooked_place(directory) + "/w" : directory + "/skeleton";
}

class CommandCheck {
 public:
  CommandCheck(const Cargo& cargo, const std::string& directory, const WorkspaceSketch& workspace,
               const CommandSketch& command, Findings& findings)
      : cargo_(cargo),
        workspace_(workspace),
        real_(path::join(directory + "/w", command.directory)),
        base_(directory),
        skeleton_(skeleton_place(directory, command)),
        command_(command),
        findings_(findings) {}

  std::optional<PreparedCommand> run(bool stubbed) {
    const auto real = cargo_.unit_graph(command_.words, real_);
    if (!real.accepted) {
      findings_.count("refused by cargo, " + reason(real.errors));
      return std::nullopt;
    }
    auto recipe = derive_recipe(cargo_, base_, command_, findings_);
    if (!recipe) return std::nullopt;
    use(*recipe);
    const bool merged = prepared_->unmerged_reason.empty();
    if (merged) check_reduced_again();  // before cargo touches the lock file
    compare(real.output, stubbed);
    check_added_target();
    // A crate for each local package shows how many there are, and in which order.
    if (!merged) {
      findings_.count("unmerged: " + prepared_->unmerged_reason);
      return std::nullopt;
    }
    check_unmerged(real.output, stubbed);
    return PreparedCommand{command_, std::move(*recipe), built_local_packages(real.output)};
  }

 private:
  /// The recipe is looked at from here on, and its skeleton is written.
  void use(const recipe::Recipe& recipe) {
    prepared_ = &recipe.commands.at(0);
    sources_ = recipe.sources_of(recipe::SourceKind::Package);
    write_skeleton();
  }

  void compare(const std::string& real, bool stubbed) {
    compare_graphs(real);
    const auto& assumed = prepared_->assumptions;
    if (stubbed || assumed.lto || assumed.panic_abort) compare_fingerprints();
  }

  /// The form that some constructs need stands for every command.
  void check_unmerged(const std::string& real, bool stubbed) {
    const auto recipe = derive_recipe(cargo_, base_, command_, findings_, true);
    if (!recipe) return;
    findings_.count("skeletons that need not be unmerged");
    form_ = ", unmerged";
    use(*recipe);
    compare(real, stubbed);
    form_.clear();
  }

  void fail(const std::string& property, const std::vector<std::string>& details) {
    findings_.fail(fmt::format("{}{}: {}\n      {}", line_of(command_), form_, property,
                               fmt::join(details, "\n      ")));
  }

  void write_skeleton() const {
    fs::remove_all(skeleton_);
    cook::write_skeleton(prepared_->skeleton, skeleton_);
    cook::write_sources(sources_, skeleton_);
    if (prepared_->skeleton.config_file)
      write_file_atomically(skeleton_ + "/.cargo/config.toml", *prepared_->skeleton.config_file);
  }

  void compare_graphs(const std::string& real) {
    findings_.count("unit graphs compared");
    const auto skeleton = cargo_.unit_graph(prepared_->cook_line.arguments(), skeleton_);
    if (!skeleton.accepted) {
      fail("cargo refuses the skeleton", {skeleton.errors});
      return;
    }
    const auto found = differences(external_units(real), external_units(skeleton.output).possible);
    if (!found.empty()) fail("other external units in the skeleton", found);
  }

  /// Fingerprints of external packages; nothing when cargo refuses. What an external package
  /// needs of a patched one is in its own fingerprint.
  std::optional<ExternalUnits> fingerprints(const Words& arguments, const std::string& directory) {
    std::map<std::string, std::string> all;
    const auto answer = cargo_.stubbed(arguments, directory, all);
    errors_ = answer.errors;
    if (!answer.accepted) return std::nullopt;
    ExternalUnits out;
    for (const auto& [path, text] : all) {
      const auto name = path::file_name(path::parent(path));
      const auto package = name.substr(0, name.rfind('-'));
      if (!is_external(package)) continue;
      out.possible.insert(path + " " + text);
      if (!is_patched(package)) out.wanted.insert(path + " " + text);
    }
    return out;
  }

  /// A local package with the name of an external one cannot be told from it.
  bool is_external(const std::string& package) const {
    const auto has_name = [&](const PackageSketch& other) { return other.name == package; };
    return std::any_of(workspace_.pool.begin(), workspace_.pool.end(), has_name) &&
           std::none_of(workspace_.packages.begin(), workspace_.packages.end(), has_name);
  }

  /// Whether some package of this name lies in the workspace.
  bool is_patched(const std::string& package) const {
    return std::any_of(workspace_.patches.begin(), workspace_.patches.end(),
                       [&](const PatchSketch& patch) {
                         return !patch.to && workspace_.pool[patch.package].name == package;
                       });
  }

  void compare_fingerprints() {
    const auto real = fingerprints(command_.words, real_);
    // A crate type that the target does not have is no matter of the unit graph.
    if (!real) return findings_.count("commands that cargo refuses when it compiles");
    findings_.count("fingerprints compared");
    const auto skeleton = fingerprints(prepared_->cook_line.arguments(), skeleton_);
    if (!skeleton) return fail("cargo refuses to compile the skeleton", {errors_});
    const auto found = differences(*real, skeleton->possible);
    if (!found.empty()) fail("other fingerprints from the skeleton", found);
  }

  void check_reduced_again() {
    findings_.count("skeletons reduced again");
    recipe::DeriveRequest request;
    request.directory = skeleton_;
    request.commands = {{"", prepared_->cook_line.arguments()}};
    request.environment = cargo_.environment();
    try {
      const auto again = recipe::derive(DiskTree(), request);
      compare_skeletons("reduced again, the skeleton is another one", again);
      if (again.commands.at(0).cook_line.arguments() != prepared_->cook_line.arguments())
        fail("reduced again, the arguments differ", again.commands.at(0).cook_line.arguments());
    } catch (const Error& error) {
      fail("the skeleton cannot be reduced", {error.render()});
    }
  }

  void check_added_target() {
    if (prepared_->assumptions.targets != 0) return;
    for (const auto* target : {"x86_64-unknown-linux-gnu", "aarch64-apple-darwin"}) {
      findings_.count("skeletons with an added --target");
      auto command = command_;
      command.words.insert(command.words.end(), {"--target", target});
      const auto recipe = derive_recipe(cargo_, base_, command, findings_);
      if (recipe)
        compare_skeletons(fmt::format("another skeleton with --target {}", target), *recipe);
    }
  }

  /// A target that requires a feature of a patched package asks for what is below it by itself,
  /// which is not known to be needless once it is written down.
  bool requires_of_patched() const {
    const auto& manifests = prepared_->skeleton.manifests;
    return !sources_.empty() &&
           std::any_of(manifests.begin(), manifests.end(), [](const auto& manifest) {
             return manifest.contents.find("\nrequired-features = ") != std::string::npos &&
                    manifest.path.find("required") != std::string::npos;
           });
  }

  void compare_skeletons(const std::string& property, const recipe::Recipe& other) {
    const auto files = [](const reduce::Skeleton& skeleton) {
      std::set<std::string> out;
      for (const auto& [path, text] : cook::skeleton_files(skeleton)) {
        std::string table;
        std::istringstream lines(text);
        for (std::string line; std::getline(lines, line);) {
          if (line.starts_with('[') || line.starts_with("name = ")) table = line;
          out.insert(fmt::format("{}: {} {}", path, table, line));
        }
      }
      return out;
    };
    const auto own = files(prepared_->skeleton);
    const auto& again = other.commands.at(0).skeleton;
    if (cook::skeleton_files(prepared_->skeleton) == cook::skeleton_files(again)) return;
    if (requires_of_patched()) return findings_.count("skeletons whose form is not the simplest");
    fail(property, differences({own, own}, files(again)));
  }

  const Cargo& cargo_;
  const WorkspaceSketch& workspace_;
  std::string real_;
  std::string base_;
  std::string skeleton_;
  const CommandSketch& command_;
  Findings& findings_;
  const recipe::Command* prepared_ = nullptr;
  std::vector<recipe::SourceFile> sources_;
  std::string errors_;
  /// Of the skeleton, where it is another one than that of the recipe.
  std::string form_;
};

}  // namespace

std::string cooked_place(const std::string& directory) {
  return directory + "-cooked";
}

std::string reason(const std::string& text) {
  const auto message = text.substr(std::min(text.find("error"), text.size()));
  static const std::regex names("`[^`]*`|\\([^)]*\\)|'[^']*'|: [^ ]*/?[^ ]*$");
  return std::regex_replace(message.substr(0, message.find('\n')), names, "…");
}

std::optional<recipe::Recipe> derive_recipe(const Cargo& cargo, const std::string& directory,
                                            const CommandSketch& command, Findings& findings,
                                            bool unmerged) {
  recipe::DeriveRequest request;
  request.unmerged = unmerged;
  request.directory = path::join(directory + "/w", command.directory);
  if (command.directory == "..") request.manifest_path = "w/Cargo.toml";
  request.commands = {{"", command.words}};
  request.environment = cargo.environment();
  try {
    reduce::ReductionNotes notes;
    auto recipe = recipe::derive(DiskTree(), request, &notes);
    if (notes.inexact.empty()) return recipe;
    for (const auto& [package, why] : notes.inexact)
      findings.count("not exact, and noted: a patched package " + reason("error: " + why));
    return std::nullopt;
  } catch (const Error& error) {
    // Cargo would choose versions for the command alone.
    const bool unlocked = error.id() == "lock-outdated" &&
                          error.message().find("that the command enables") != std::string::npos;
    if (unlocked || error.id() == "unsupported" || error.id() == "command-unsupported") {
      findings.count("refused, " + error.id() + ": " + reason("error: " + error.message()));
    } else {
      findings.fail(line_of(command) + ": cannot be prepared: " + error.render());
    }
    return std::nullopt;
  }
}

std::optional<PreparedCommand> check_command(const Cargo& cargo, const std::string& directory,
                                             const WorkspaceSketch& workspace,
                                             const CommandSketch& command, bool stubbed,
                                             Findings& findings) {
  return CommandCheck(cargo, directory, workspace, command, findings).run(stubbed);
}

}  // namespace larder::test
