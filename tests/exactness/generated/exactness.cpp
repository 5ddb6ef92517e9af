#include "exactness.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "larder/base/path.hpp"
#include "larder/base/text_file.hpp"
#include "larder/cook/skeleton_files.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

std::string line_of(const CommandSketch& command) {
  return fmt::format("`cargo {}`{}", fmt::join(command.words, " "),
                     command.directory.empty() ? "" : " in " + command.directory);
}

/// What only one of two sets has, as lines.
template <typename Set>
std::vector<std::string> only_in_one(const Set& real, const Set& skeleton) {
  std::vector<std::string> out;
  constexpr std::size_t most = 6;
  const auto add = [&](const Set& a, const Set& b, const char* what) {
    std::size_t shown = 0;
    for (const auto& item : a) {
      if (!b.contains(item) && ++shown <= most) out.push_back(fmt::format("{}: {}", what, item));
    }
    if (shown > most) out.push_back(fmt::format("{}: {} more", what, shown - most));
  };
  add(real, skeleton, "missing");
  add(skeleton, real, "extra");
  return out;
}

class CommandCheck {
 public:
  CommandCheck(const Cargo& cargo, const std::string& directory, const WorkspaceSketch& workspace,
               const CommandSketch& command, Findings& findings)
      : cargo_(cargo),
        workspace_(workspace),
        real_(path::join(directory + "/w", command.directory)),
        base_(directory),
        skeleton_(directory + "/skeleton"),
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
    prepared_ = &recipe->commands.at(0);
    sources_ = recipe->sources_of(recipe::SourceKind::Package);
    write_skeleton();
    const bool merged = prepared_->fallback_reason.empty();
    if (merged) check_reduced_again();  // before cargo touches the lock file
    compare_graphs(real.output);
    check_added_target();
    const auto& assumed = prepared_->assumptions;
    if (stubbed || assumed.lto || assumed.panic_abort) compare_fingerprints();
    // A crate for each local package shows how many there are, and in which order.
    if (!merged) {
      findings_.count("fallback: " + prepared_->fallback_reason);
      return std::nullopt;
    }
    return PreparedCommand{command_, std::move(*recipe), built_local_packages(real.output)};
  }

 private:
  void fail(const std::string& property, const std::vector<std::string>& details) {
    findings_.fail(fmt::format("{}: {}\n      {}", line_of(command_), property,
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
    const auto found = only_in_one(external_units(real), external_units(skeleton.output));
    if (!found.empty()) fail("other external units in the skeleton", found);
  }

  /// Fingerprints of external packages; nothing when cargo refuses.
  std::optional<std::set<std::string>> fingerprints(const Words& arguments,
                                                    const std::string& directory) {
    std::map<std::string, std::string> all;
    const auto answer = cargo_.stubbed(arguments, directory, all);
    errors_ = answer.errors;
    if (!answer.accepted) return std::nullopt;
    std::set<std::string> out;
    for (const auto& [path, text] : all) {
      const auto name = path::file_name(path::parent(path));
      if (is_external(name.substr(0, name.rfind('-')))) out.insert(path + " " + text);
    }
    return out;
  }

  /// A local package with the name of an external one cannot be told from it.
  bool is_external(const std::string& package) const {
    const auto has_name = [&](const PackageSketch& other) { return other.name == package; };
    return std::any_of(workspace_.pool.begin(), workspace_.pool.end(), has_name) &&
           std::none_of(workspace_.packages.begin(), workspace_.packages.end(), has_name);
  }

  void compare_fingerprints() {
    const auto real = fingerprints(command_.words, real_);
    // A crate type that the target does not have is no matter of the unit graph.
    if (!real) return findings_.count("commands that cargo refuses when it compiles");
    findings_.count("fingerprints compared");
    const auto skeleton = fingerprints(prepared_->cook_line.arguments(), skeleton_);
    if (!skeleton) return fail("cargo refuses to compile the skeleton", {errors_});
    const auto found = only_in_one(*real, *skeleton);
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

  void compare_skeletons(const std::string& property, const recipe::Recipe& other) {
    const auto found = only_in_one(cook::skeleton_files(prepared_->skeleton),
                                   cook::skeleton_files(other.commands.at(0).skeleton));
    if (!found.empty()) fail(property, found);
  }

  static std::vector<std::string> only_in_one(const std::map<std::string, std::string>& real,
                                              const std::map<std::string, std::string>& skeleton) {
    std::set<std::string> a;
    std::set<std::string> b;
    for (const auto& [path, text] : real) a.insert(path + ":\n" + text);
    for (const auto& [path, text] : skeleton) b.insert(path + ":\n" + text);
    return test::only_in_one(a, b);
  }
  static std::vector<std::string> only_in_one(const std::set<std::string>& real,
                                              const std::set<std::string>& skeleton) {
    return test::only_in_one(real, skeleton);
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
};

}  // namespace

std::string reason(const std::string& text) {
  const auto message = text.substr(std::min(text.find("error"), text.size()));
  static const std::regex names("`[^`]*`|\\([^)]*\\)|'[^']*'|: [^ ]*/?[^ ]*$");
  return std::regex_replace(message.substr(0, message.find('\n')), names, "…");
}

std::optional<recipe::Recipe> derive_recipe(const Cargo& cargo, const std::string& directory,
                                            const CommandSketch& command, Findings& findings) {
  recipe::DeriveRequest request;
  request.directory = path::join(directory + "/w", command.directory);
  if (command.directory == "..") request.manifest_path = "w/Cargo.toml";
  request.commands = {{"", command.words}};
  request.environment = cargo.environment();
  try {
    return recipe::derive(DiskTree(), request);
  } catch (const Error& error) {
    if (error.id() == "unsupported" || error.id() == "command-unsupported") {
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
