#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "larder/cargo/command/command_line.hpp"
#include "larder/dockerfile/dockerfile.hpp"

/// What a Dockerfile does, as far as cargo can see it.
namespace larder::lint {

using dockerfile::Position;

/// A variable's value, and where it was set.
struct Setting {
  std::string value;
  Position at;
};
using Settings = std::map<std::string, Setting, std::less<>>;

struct Mount {
  /// `bind`, `cache`, `secret`, `ssh`, `tmpfs`
  std::string type;
  /// Absolute.
  std::string target;
  /// For a cache: its `id`, or else its target, which BuildKit uses instead.
  std::string id;
  std::string source;
  std::string from;
  Position at;
};

enum class Tool { Cargo, Larder, Chef };
/// `Other` is a command that compiles nothing here, or nothing that can be compared.
enum class Action { Prepare, Cook, Build, Other };

/// One run of cargo, of cargo-larder or of cargo-chef.
struct CargoCall {
  Tool tool = Tool::Cargo;
  Action action = Action::Other;
  /// `build`, `test`, …; for a cook, what it cooks for.
  std::string subcommand;
  /// The words behind `prepare`, `cook` or the subcommand, variables expanded.
  std::vector<std::string> words;
  /// The places of those words. A variable that gives several words has the same place for each.
  std::vector<Position> places;
  /// The flags as a cargo command. For a `prepare` or an open cook, the command that is stated
  /// there. Nothing if there is none, or if cargo would refuse it (`refusal`).
  std::optional<cargo::CommandLine> line;
  std::string refusal = {};
  /// `+nightly`, without the sign.
  std::string toolchain;
  /// Absolute. For `prepare` and `cook`.
  std::string recipe_path;
  bool whole_lock = false;
  /// For `prepare`: whether commands are given, one or several.
  bool states_command = false;
  /// cargo-larder under cargo-chef's name, whose flags it takes.
  bool is_named_chef = false;
  bool no_build = false;
  /// False when a word depends on what only running shows.
  bool is_known = true;
  bool is_conditional = false;
  Settings environment;
  std::string directory;
  std::string user;
  std::vector<Mount> mounts;
  bool has_network = true;

  /// A variable's value; empty when it is not set.
  std::string value(const std::string& name) const;
  /// Where cargo puts what it compiles. Absolute.
  std::string target_directory() const;
  std::string cargo_home() const;
};

struct CopyStep {
  std::vector<std::string> sources;
  /// Absolute. Ends with `/` when it is a directory.
  std::string destination;
  /// The stage that `--from` names.
  std::optional<std::size_t> stage;
  /// The image that `--from` names; empty for a stage or the context.
  std::string image;

  bool is_from_context() const { return !stage && image.empty(); }
  /// Where a source comes to stand.
  std::string place_of(const std::string& source) const;
};

struct ArgumentStep {
  std::string name;
};

/// A command that is no cargo.
struct ProgramStep {
  std::vector<std::string> words;
};

struct Step {
  std::variant<CargoCall, CopyStep, ArgumentStep, ProgramStep> what;
  Position at;
  /// The stage that has the instruction.
  std::size_t stage = 0;

  const CargoCall* call() const { return std::get_if<CargoCall>(&what); }
  const CopyStep* copy() const { return std::get_if<CopyStep>(&what); }
};

struct StageModel {
  std::string name;
  /// The image at the end of its chain of `FROM`.
  std::string image;
  /// Positions in `BuildModel::steps`, those of the stages that it is based on first.
  std::vector<std::size_t> steps;
  std::string directory;
  std::string user;
  Position at;
};

struct BuildModel {
  std::vector<Step> steps;
  std::vector<StageModel> stages;

  /// The stage's steps in front of a step that is one of them.
  std::vector<std::size_t> before(std::size_t stage, std::size_t step) const;
};

/// What an `ARG` stands for.
enum class ArgumentValues {
  /// Its default, as in a build without `--build-arg`.
  Defaults,
  /// `$NAME`, as if each were given another value.
  Symbols,
};

/// Throws `dockerfile-parse`.
BuildModel model_of(const dockerfile::Dockerfile& file, ArgumentValues arguments);

/// The file name of a program, from its path.
std::string program_name(const std::string& word);

}  // namespace larder::lint
