#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "larder/lint/build_model.hpp"
#include "larder/lint/lint.hpp"
#include "larder/native/system_packages.hpp"

namespace larder::lint {

/// A build and the cook whose layer it uses.
struct Pair {
  /// Positions in `BuildModel::steps`.
  std::optional<std::size_t> prepare;
  std::size_t cook = 0;
  std::size_t build = 0;
  std::size_t cook_stage = 0;
  std::size_t build_stage = 0;
  /// Whether the target directory is copied from another stage.
  bool is_copied = false;
  /// What was cooked. Nothing when the manifest or another file says it.
  std::optional<cargo::CommandLine> cooked = std::nullopt;
};

/// What the rules look at.
struct Subject {
  const dockerfile::Dockerfile& file;
  const BuildModel& model;
  const Surroundings& around;
  std::vector<Pair> pairs;
  /// Whether every `ARG` stands for itself.
  bool is_symbolic = false;

  const CargoCall& call(std::size_t step) const { return *model.steps[step].call(); }
  Position at(std::size_t step) const { return model.steps[step].at; }
  /// The steps that cook, each with the stage that has it.
  std::vector<std::size_t> cooks() const;
  /// The `prepare` that makes a cook's recipe.
  std::optional<std::size_t> prepare_of(std::size_t cook) const;
  /// The instruction that has this place.
  const dockerfile::Instruction* instruction_at(Position at) const;
};

Subject subject_of(const dockerfile::Dockerfile& file, const BuildModel& model,
                   const Surroundings& around, bool is_symbolic);

/// How the external units of a build relate to those of a cook.
enum class Relation {
  /// All of them are cooked.
  Covered,
  /// Some are not.
  Differs,
  /// What the cook has on top may switch on features of them.
  MayDiffer,
  /// Could not be worked out.
  Unknown,
};
/// A command and the directory of the image that it runs in.
struct LocatedLine {
  const cargo::CommandLine& line;
  std::string directory;
};
/// The directory of `cooked` is the workspace's root in the image.
Relation relation_of(const Surroundings& around, const LocatedLine& cooked,
                     const LocatedLine& built);

/// The needs of what a command compiles, or of the whole lock file where that cannot be worked out.
native::Needs needs_of_command(const Surroundings& around, const cargo::CommandLine& line);

/// Why the workspace refuses a command: it has no such package, target or feature.
std::optional<std::string> unknown_name(const Surroundings& around, const cargo::CommandLine& line);

/// Collects findings of one file.
class Findings {
 public:
  explicit Findings(std::string file) : file_(std::move(file)) {}
  void add(std::string_view rule, Severity severity, Position at, std::string message,
           std::string fix);
  std::vector<Finding>& list() { return list_; }

 private:
  std::string file_;
  std::vector<Finding> list_;
};

// The rules, a file for each subject.
void check_commands(const Subject& subject, Findings& findings);
void check_flags(const Subject& subject, Findings& findings);
void check_environment(const Subject& subject, Findings& findings);
void check_places(const Subject& subject, Findings& findings);
void check_layers(const Subject& subject, Findings& findings);
void check_recipes(const Subject& subject, Findings& findings);
void check_mounts(const Subject& subject, Findings& findings);
void check_context(const Subject& subject, Findings& findings);
void check_images(const Subject& subject, Findings& findings);
void check_packages(const Subject& subject, Findings& findings);
void check_chef(const Subject& subject, Findings& findings);

}  // namespace larder::lint
