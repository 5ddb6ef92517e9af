#include <fmt/format.h>

#include <algorithm>

#include "larder/base/error.hpp"
#include "larder/cargo/command/flags.hpp"
#include "subject.hpp"

// Flags that the program refuses, or takes in another way than they look.

namespace larder::lint {

namespace {

using cargo::FlagRole;

/// `--features $FEATURES --release` with an empty variable: the next flag is no value.
bool check_swallowed(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  for (std::size_t i = 0; i < call.words.size(); ++i) {
    const auto* flag = cargo::find_flag(call.words[i]);
    if (flag == nullptr ||
        (flag->value != cargo::FlagValue::Word && flag->value != cargo::FlagValue::Name))
      continue;
    const bool has_value = i + 1 < call.words.size() && !call.words[i + 1].starts_with("--");
    if (has_value) continue;
    findings.add("flag-without-value", Severity::Error, subject.at(step),
                 fmt::format("`{}` has no value", call.words[i]),
                 "give it one; if it is a variable that may be empty, put it in quotes");
    return true;
  }
  return false;
}

void check_refused(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  if (call.refusal.empty() || !call.is_known) return;
  if (call.action == Action::Build && call.tool == Tool::Cargo && call.subcommand == "install")
    return;
  findings.add("command-refused", Severity::Error, subject.at(step), call.refusal,
               "correct the command");
}

/// Whether the workspace that is compiled is another one than that of the context.
bool is_edited(const Subject& subject, std::size_t step) {
  const auto before = subject.model.before(subject.model.steps[step].stage, step);
  return std::any_of(before.begin(), before.end(), [&](std::size_t index) {
    const auto* program = std::get_if<ProgramStep>(&subject.model.steps[index].what);
    if (program == nullptr) return false;
    const auto name = program_name(program->words[0]);
    return name == "sed" || name == "git" || name == "mv" || name == "patch" || name == "perl";
  });
}

/// Names that the workspace does not have: a feature, a package, a target.
void check_names(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  const bool has_command =
      call.line && (call.tool != Tool::Larder || call.action == Action::Prepare);
  if (!has_command || !call.is_known || is_edited(subject, step)) return;
  // Elsewhere, it may be another workspace.
  const bool is_own = call.action != Action::Build && call.tool != Tool::Cargo;
  const bool is_at_root =
      is_own || std::any_of(subject.pairs.begin(), subject.pairs.end(), [&](const Pair& pair) {
        return subject.call(pair.cook).directory == call.directory;
      });
  const auto unknown = is_at_root ? unknown_name(subject.around, *call.line) : std::nullopt;
  if (unknown)
    findings.add("command-refused", Severity::Error, subject.at(step), *unknown,
                 "correct the command");
}

/// `cook` and `build` take these from the recipe.
bool belongs_to_prepare(FlagRole role) {
  return role == FlagRole::Selection || role == FlagRole::Features || role == FlagRole::Profile ||
         role == FlagRole::Config;
}

void check_disagreeing(const Subject& subject, std::size_t step, const cargo::CommandLine& recorded,
                       Findings& findings) {
  const auto& call = subject.call(step);
  if (!call.line) return;
  for (const auto& flag : cargo::known_flags()) {
    if (!belongs_to_prepare(flag.role)) continue;
    const auto given = cargo::words_of(*call.line, flag);
    if (given.empty() || given == cargo::words_of(recorded, flag)) continue;
    findings.add("flag-disagrees", Severity::Error, subject.at(step),
                 fmt::format("`{}` is given here, but the recipe is made for `cargo {}`",
                             cargo::join_command(given), cargo::join_command(recorded.arguments())),
                 "give it to `cargo larder prepare` alone; declare its ARG there");
  }
}

void check_larder_flags(const Subject& subject, Findings& findings) {
  for (const auto step : subject.cooks()) {
    const auto prepare = subject.prepare_of(step);
    const bool is_recorded = subject.call(step).tool == Tool::Larder && prepare &&
                             subject.call(*prepare).line && !subject.call(step).words.empty();
    if (is_recorded) check_disagreeing(subject, step, *subject.call(*prepare).line, findings);
  }
  for (const auto& pair : subject.pairs) {
    if (subject.call(pair.build).tool == Tool::Larder && pair.cooked)
      check_disagreeing(subject, pair.build, *pair.cooked, findings);
  }
}

/// Whether the root manifest states commands.
bool states_commands(const Surroundings& around) {
  if (!around.workspace) return false;
  const auto text = around.tree.read(around.workspace->root_directory + "/Cargo.toml");
  return text && text->find("metadata.larder") != std::string::npos;
}

/// A recipe for any command changes more often than one for a command.
void check_open(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  const bool is_own_prepare =
      call.action == Action::Prepare && call.tool == Tool::Larder && !call.is_named_chef;
  if (!is_own_prepare || !call.is_known || call.states_command || states_commands(subject.around))
    return;
  findings.add("command-missing", Severity::Note, subject.at(step),
               "no cargo command is given: the recipe changes more often than one for a command",
               "`cargo larder prepare -- build --release --locked --bin NAME`");
}

}  // namespace

void check_flags(const Subject& subject, Findings& findings) {
  for (std::size_t step = 0; step < subject.model.steps.size(); ++step) {
    const auto* call = subject.model.steps[step].call();
    if (call == nullptr) continue;
    // Cargo would refuse it for the same reason.
    if (check_swallowed(subject, step, findings)) continue;
    check_refused(subject, step, findings);
    check_names(subject, step, findings);
    check_open(subject, step, findings);
  }
  check_larder_flags(subject, findings);
}

}  // namespace larder::lint
