#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "subject.hpp"

// `.dockerignore` and what the context brings.

namespace larder::lint {

namespace {

/// The source of a copy as a path in the context; "." for all of it.
std::string in_context(const std::string& source) {
  const auto plain = path::normalize("/" + source);
  return plain == "/" ? "." : plain.substr(1);
}

/// Where the workspace is in the context, for a copy that brings all of it.
std::optional<std::string> workspace_in(const Subject& subject, const CopyStep& copy) {
  if (!copy.is_from_context()) return std::nullopt;
  for (const auto& source : copy.sources) {
    const auto directory = in_context(source);
    const auto manifest = directory == "." ? "Cargo.toml" : directory + "/Cargo.toml";
    if (directory == "." ||
        subject.around.tree.is_file(path::join(subject.around.context, manifest)))
      return directory == "." ? "" : directory + "/";
  }
  return std::nullopt;
}

std::string ignore_name(const Subject& subject) {
  return subject.around.ignore_file.empty() ? ".dockerignore" : subject.around.ignore_file;
}

void check_target_left_in(const Subject& subject, std::size_t copy, const std::string& below,
                          Findings& findings) {
  const auto target = below + "target";
  if (subject.around.ignored.excludes(target + "/release")) return;
  const bool is_there =
      subject.around.tree.is_directory(path::join(subject.around.context, target));
  findings.add("target-in-context", is_there ? Severity::Error : Severity::Warning,
               subject.at(copy),
               fmt::format("{} is not in {}: a target directory of the host is copied over the "
                           "cooked one, and cargo takes its files for fresh",
                           target, ignore_name(subject)),
               fmt::format("add `{}` to {}", target, ignore_name(subject)));
}

void check_ignored(const Subject& subject, std::size_t copy, const std::string& file,
                   Findings& findings) {
  if (!subject.around.ignored.excludes(file)) return;
  findings.add("file-ignored", Severity::Error, subject.at(copy),
               fmt::format("{} excludes {} (line {})", ignore_name(subject), file,
                           subject.around.ignored.deciding_line(file)),
               fmt::format("remove it from {}, or add `!{}`", ignore_name(subject), file));
}

/// A recipe of the host replaces the one that was cooked.
void check_recipe_left_in(const Subject& subject, std::size_t copy, const std::string& below,
                          Findings& findings) {
  const auto recipe = below + "recipe.json";
  if (subject.around.ignored.excludes(recipe) ||
      !subject.around.tree.is_file(path::join(subject.around.context, recipe)))
    return;
  const bool planned =
      std::any_of(subject.model.steps.begin(), subject.model.steps.end(), [](const Step& step) {
        return step.call() != nullptr && step.call()->action == Action::Prepare;
      });
  if (!planned) return;
  findings.add("recipe-in-context", Severity::Warning, subject.at(copy),
               fmt::format("{} is in the build context and is copied over the planner's", recipe),
               fmt::format("add `{}` to {}", recipe, ignore_name(subject)));
}

/// Of the workspace in the context's root.
void check_lock_exists(const Subject& subject, std::size_t prepare, Findings& findings) {
  if (!subject.around.workspace || subject.around.lock) return;
  findings.add("lock-missing",
               subject.call(prepare).tool == Tool::Larder ? Severity::Error : Severity::Warning,
               subject.at(prepare),
               "there is no Cargo.lock in the build context: the versions of the dependencies "
               "change over time",
               "run `cargo generate-lockfile` and commit Cargo.lock");
}

}  // namespace

void check_context(const Subject& subject, Findings& findings) {
  bool target = false;
  bool recipe = false;
  for (const auto& pair : subject.pairs) {
    for (const auto index : subject.model.before(pair.build_stage, pair.build)) {
      const auto* copy = subject.model.steps[index].copy();
      const auto below = copy == nullptr ? std::nullopt : workspace_in(subject, *copy);
      if (!below) continue;
      // Copied before cook, it is what cook finds, too; a build elsewhere is not concerned.
      const bool into_build = path::is_within(subject.call(pair.build).target_directory(),
                                              path::normalize(copy->destination));
      if (!target && into_build) check_target_left_in(subject, index, *below, findings);
      if (!recipe) check_recipe_left_in(subject, index, *below, findings);
      target = target || into_build;
      recipe = true;
    }
  }
  for (std::size_t index = 0; index < subject.model.steps.size(); ++index) {
    const auto* call = subject.model.steps[index].call();
    if (call != nullptr && call->action == Action::Prepare)
      check_lock_exists(subject, index, findings);
  }
  std::size_t checked = 0;
  for (std::size_t index = 0; index < subject.model.steps.size() && checked == 0; ++index) {
    const auto* copy = subject.model.steps[index].copy();
    const auto below =
        copy == nullptr || subject.cooks().empty() ? std::nullopt : workspace_in(subject, *copy);
    if (!below) continue;
    ++checked;
    check_ignored(subject, index, *below + "Cargo.lock", findings);
    check_ignored(subject, index, *below + "Cargo.toml", findings);
  }
}

}  // namespace larder::lint
