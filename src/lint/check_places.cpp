#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "subject.hpp"

// Directories, users and images of cook and build, and the files of the workspace that decide about
// the toolchain.

namespace larder::lint {

namespace {

std::string line_of(const Subject& subject, std::size_t step) {
  return fmt::format("line {}", subject.at(step).line);
}

/// The target directory of a build whose cooked one was copied: at the copy's destination.
bool is_copied_to(const Subject& subject, const Pair& pair) {
  const auto& build = subject.call(pair.build);
  for (const auto index : subject.model.before(pair.build_stage, pair.build)) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr || !copy->stage) continue;
    for (const auto& source : copy->sources) {
      const auto place = path::join("/", source);
      const auto& cooked = subject.call(pair.cook).target_directory();
      if (!path::is_within(cooked, place)) continue;
      // A directory's contents are copied, so the destination stands for the source.
      const auto moved = path::join(copy->destination, path::relative(cooked, place));
      if (path::normalize(moved) == build.target_directory()) return true;
    }
  }
  return false;
}

void check_target_directory(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  // `cargo larder cook` looks for the workspace that the recipe is of.
  const bool is_found = pair.is_copied ? is_copied_to(subject, pair)
                                       : cook.target_directory() == build.target_directory();
  if (is_found) return;
  // In a member's directory, cargo compiles into the target directory of the workspace.
  const bool is_elsewhere = !pair.is_copied && build.directory != cook.directory;
  const bool is_below = is_elsewhere && path::is_within(build.directory, cook.directory) &&
                        build.target_directory() == build.directory + "/target";
  const bool is_above = is_elsewhere && path::is_within(cook.directory, build.directory) &&
                        cook.target_directory() == cook.directory + "/target";
  if (is_below || is_above) return;
  findings.add(
      "target-directory-differs", Severity::Error, subject.at(pair.build),
      fmt::format("this compiles into {}, but cook ({}) into {}: nothing of it is used",
                  build.target_directory(), line_of(subject, pair.cook), cook.target_directory()),
      "cook and build in the same WORKDIR, with the same target directory");
}

void check_cargo_home(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  if (cook.cargo_home() == build.cargo_home()) return;
  findings.add("cargo-home-differs", Severity::Error, subject.at(pair.build),
               fmt::format("CARGO_HOME is {} here and {} for cook ({}): every crate is downloaded "
                           "to another place and compiled again",
                           build.cargo_home(), cook.cargo_home(), line_of(subject, pair.cook)),
               "set it in a stage that both start from");
}

void check_user(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  const auto name = [](const CargoCall& call) { return call.user.empty() ? "root" : call.user; };
  if (name(cook) == name(build) || pair.is_copied) return;
  findings.add("user-differs", Severity::Error, subject.at(pair.build),
               fmt::format("{} builds here, but {} cooked ({}): the target directory and "
                           "CARGO_HOME belong to another user",
                           name(build), name(cook), line_of(subject, pair.cook)),
               "put USER above cook");
}

void check_base(const Subject& subject, const Pair& pair, Findings& findings) {
  if (!pair.is_copied) return;
  const auto& cook = subject.model.stages[pair.cook_stage].image;
  const auto& build = subject.model.stages[pair.build_stage].image;
  if (cook == build) return;
  findings.add("base-differs", Severity::Warning, subject.model.stages[pair.build_stage].at,
               fmt::format("cook runs in `{}` and the build in `{}`: if their compilers differ, "
                           "everything is compiled again",
                           cook, build),
               "let both start from one stage");
}

/// Whether a copy brings a file of the context's root.
bool brings(const CopyStep& copy, std::string_view name) {
  return std::any_of(copy.sources.begin(), copy.sources.end(), [&](const std::string& source) {
    const auto plain = path::normalize("/" + source);
    return plain == "/" || path::file_name(plain) == name ||
           (source.ends_with('*') &&
            name.starts_with(path::file_name(plain).substr(0, path::file_name(plain).size() - 1)));
  });
}

bool has_seen(const Subject& subject, std::size_t stage, std::size_t step, std::string_view name) {
  for (const auto index : subject.model.before(stage, step)) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy != nullptr && brings(*copy, name)) return true;
  }
  // A bind mount of the context.
  return std::any_of(subject.call(step).mounts.begin(), subject.call(step).mounts.end(),
                     [&](const Mount& mount) {
                       return mount.type == "bind" && mount.from.empty() &&
                              (path::normalize("/" + mount.source) == "/" ||
                               path::file_name(mount.source) == name);
                     });
}

/// The file that the workspace's root has.
std::optional<std::string> root_file(const Subject& subject,
                                     std::initializer_list<const char*> names) {
  for (const std::string name : names) {
    if (subject.around.workspace && !subject.around.ignored.excludes(name) &&
        subject.around.tree.is_file(path::join(subject.around.context, name)))
      return name;
  }
  return std::nullopt;
}

/// A step after which the file is gone.
bool is_removed(const Subject& subject, std::size_t stage, std::size_t step,
                const std::string& name) {
  for (const auto index : subject.model.before(stage, step)) {
    const auto* program = std::get_if<ProgramStep>(&subject.model.steps[index].what);
    if (program == nullptr || program->words[0] != "rm") continue;
    for (const auto& word : program->words) {
      if (path::file_name(word) == name) return true;
    }
  }
  return false;
}

/// The toolchain or config file has to be there for cook as it is for the build: in the recipe, or
/// copied before cook.
void check_root_file(const Subject& subject, const Pair& pair, const std::string& name,
                     std::string_view top, std::string_view rule, Findings& findings) {
  const bool built_with = has_seen(subject, pair.build_stage, pair.build, top) &&
                          !is_removed(subject, pair.build_stage, pair.build, name);
  if (!built_with || has_seen(subject, pair.cook_stage, pair.cook, top)) return;
  const auto& cook = subject.call(pair.cook);
  const bool planned =
      pair.prepare &&
      has_seen(subject, subject.model.steps[*pair.prepare].stage, *pair.prepare, top) &&
      !is_removed(subject, subject.model.steps[*pair.prepare].stage, *pair.prepare, name);
  // No prepare: the recipe comes from elsewhere and may have it.
  if (!pair.prepare || (planned && (cook.tool == Tool::Larder || rule == "config-unseen"))) return;
  // cargo-chef's recipe has the toolchain file, but rustup chose a toolchain before cook wrote it.
  const auto severity = planned ? Severity::Warning : Severity::Error;
  findings.add(rule, severity, subject.at(pair.cook),
               fmt::format("cook does not use {}, but the build does (line {}): dependencies are "
                           "compiled again",
                           name, subject.at(pair.build).line),
               planned ? fmt::format("COPY {} . above cook", name)
                       : fmt::format("copy {} in the planner, above prepare", name));
}

}  // namespace

void check_places(const Subject& subject, Findings& findings) {
  const auto toolchain = root_file(subject, {"rust-toolchain", "rust-toolchain.toml"});
  const auto config = root_file(subject, {".cargo/config", ".cargo/config.toml"});
  for (const auto& pair : subject.pairs) {
    check_target_directory(subject, pair, findings);
    check_cargo_home(subject, pair, findings);
    check_user(subject, pair, findings);
    check_base(subject, pair, findings);
    if (toolchain)
      check_root_file(subject, pair, *toolchain, *toolchain, "toolchain-file-unseen", findings);
    if (config) check_root_file(subject, pair, *config, ".cargo", "config-unseen", findings);
  }
}

}  // namespace larder::lint
