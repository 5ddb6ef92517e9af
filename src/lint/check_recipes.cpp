#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "larder/dockerfile/expand.hpp"
#include "subject.hpp"

// Where the recipe and the lock file come from.

namespace larder::lint {

namespace {

/// How the file that cook reads came to its place.
struct Origin {
  enum class Kind { Unknown, Absent, Context, Stage, Here } kind = Kind::Absent;
  std::size_t step = 0;
  std::size_t stage = 0;
  /// In the other stage.
  std::string path = {};
};

Origin of_copy(const CopyStep& copy, std::size_t step, const std::string& wanted) {
  for (const auto& source : copy.sources) {
    const bool has_pattern = source.find_first_of("*?[") != std::string::npos;
    const bool is_it = copy.place_of(source) == wanted;
    // A directory's contents.
    const bool may_hold = path::is_within(wanted, path::normalize(copy.destination)) && !is_it;
    if (is_it && copy.is_from_context()) return {Origin::Kind::Context, step, 0, {}};
    if (is_it && copy.stage)
      return {Origin::Kind::Stage, step, *copy.stage, path::join("/", source)};
    const bool is_whole =
        path::file_name(path::normalize("/" + source)).find('.') == std::string::npos;
    if (may_hold && (has_pattern || (is_whole && !copy.is_from_context())))
      return {Origin::Kind::Unknown, step, 0, {}};
    if (is_it) return {Origin::Kind::Unknown, step, 0, {}};
  }
  return {};
}

/// Some program may have put it there.
bool names_file(const ProgramStep& program, const std::string& file) {
  return std::any_of(program.words.begin(), program.words.end(),
                     [&](const std::string& word) { return path::file_name(word) == file; });
}

Origin of_mount(const CargoCall& cook) {
  for (const auto& mount : cook.mounts) {
    if (mount.type != "bind" || !path::is_within(cook.recipe_path, mount.target)) continue;
    return {Origin::Kind::Unknown, 0, 0, {}};
  }
  return {};
}

Origin origin_of_recipe(const Subject& subject, std::size_t cook) {
  const auto& call = subject.call(cook);
  auto out = of_mount(call);
  for (const auto index : subject.model.before(subject.model.steps[cook].stage, cook)) {
    const auto& step = subject.model.steps[index];
    if (const auto* copy = step.copy()) {
      const auto found = of_copy(*copy, index, call.recipe_path);
      if (found.kind != Origin::Kind::Absent) out = found;
    } else if (const auto* made = step.call()) {
      if (made->action == Action::Prepare && made->recipe_path == call.recipe_path)
        out = {Origin::Kind::Here, index, step.stage, {}};
    } else if (const auto* program = std::get_if<ProgramStep>(&step.what)) {
      if (names_file(*program, path::file_name(call.recipe_path)))
        out = {Origin::Kind::Unknown, index, 0, {}};
    }
  }
  return out;
}

bool has_prepare(const Subject& subject) {
  return std::any_of(subject.model.steps.begin(), subject.model.steps.end(), [](const Step& step) {
    return step.call() != nullptr && step.call()->action == Action::Prepare;
  });
}

/// Whether the whole chain of images is known, so that the recipe cannot be in one of them.
bool starts_from_known_image(const Subject& subject, std::size_t stage) {
  const auto& image = subject.model.stages[stage].image;
  const auto name = path::file_name(image.substr(0, image.find(':')));
  return name == "rust" || name == "cargo-chef";
}

void check_origin(const Subject& subject, std::size_t cook, Findings& findings) {
  const auto origin = origin_of_recipe(subject, cook);
  if (origin.kind == Origin::Kind::Context && has_prepare(subject))
    findings.add("recipe-from-context", Severity::Error, subject.at(origin.step),
                 "the recipe is copied from the build context, not from the stage that makes it",
                 "COPY --from=planner");
  const bool may_be_missing = starts_from_known_image(subject, subject.model.steps[cook].stage);
  if (origin.kind == Origin::Kind::Absent && may_be_missing)
    findings.add("recipe-missing", Severity::Error, subject.at(cook),
                 fmt::format("nothing puts a recipe at {}", subject.call(cook).recipe_path),
                 "copy it from the stage that runs prepare");
  if (origin.kind != Origin::Kind::Stage) return;
  for (const auto index : subject.model.stages[origin.stage].steps) {
    const auto* made = subject.model.steps[index].call();
    if (made != nullptr && made->action == Action::Prepare && made->recipe_path == origin.path)
      return;
    const auto* program = std::get_if<ProgramStep>(&subject.model.steps[index].what);
    if (program != nullptr && names_file(*program, path::file_name(origin.path))) return;
  }
  if (!has_prepare(subject)) return;
  findings.add(
      "recipe-missing", Severity::Error, subject.at(origin.step),
      fmt::format("prepare does not write {} in this stage", origin.path),
      "copy the file that prepare writes: recipe.json in its WORKDIR, or its --recipe-path");
}

/// The build step of a recipe for one command needs the network once more.
void check_offline(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& build = subject.call(pair.build);
  const bool asks = build.line && (build.line->offline || build.line->frozen);
  const bool is_offline = asks || !build.has_network || build.value("CARGO_NET_OFFLINE") == "true";
  if (!is_offline || subject.call(pair.cook).tool != Tool::Larder || !pair.prepare) return;
  const auto& prepare = subject.call(*pair.prepare);
  // A recipe for any command has the whole lock file. A mount may have what is missing.
  const bool has_registry =
      std::any_of(build.mounts.begin(), build.mounts.end(), [&](const Mount& mount) {
        return mount.type == "cache" && path::is_within(mount.target, build.cargo_home());
      });
  if (prepare.whole_lock || !prepare.line || has_registry) return;
  for (const auto index : subject.model.before(pair.cook_stage, pair.cook)) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr) continue;
    for (const auto& source : copy->sources) {
      if (path::file_name(source).find("vendor") != std::string::npos) return;
    }
  }
  findings.add("offline-build", Severity::Error, subject.at(pair.build),
               "this has no network, but cook has only fetched what the command compiles: cargo "
               "also asks for the rest of Cargo.lock",
               "cargo larder prepare --whole-lock");
}

/// Whether a copied file or directory may be, or hold, the lock file.
bool may_be_lock(const std::string& source) {
  const auto plain = path::normalize("/" + source);
  const auto name = path::file_name(plain);
  const bool is_directory = name.find('.') == std::string::npos && name != "src";
  return plain == "/" || name.find(".lock") != std::string::npos ||
         dockerfile::matches_pattern(name, "Cargo.lock") || is_directory;
}

bool brings_lock(const CopyStep& copy, const std::string& directory) {
  const auto place = path::normalize(copy.destination);
  const bool is_here = path::is_within(place, directory) || path::is_within(directory, place);
  return is_here && std::any_of(copy.sources.begin(), copy.sources.end(), may_be_lock);
}

/// The planner copies manifests one by one, and not the lock file.
void check_lock(const Subject& subject, std::size_t prepare, Findings& findings) {
  const auto& call = subject.call(prepare);
  const auto stage = subject.model.steps[prepare].stage;
  bool copies = false;
  for (const auto index : subject.model.before(stage, prepare)) {
    const auto& step = subject.model.steps[index];
    if (const auto* program = std::get_if<ProgramStep>(&step.what); program != nullptr) {
      if (names_file(*program, "Cargo.lock") || program->words[0] == "git") return;
    }
    const auto* copy = step.copy();
    if (copy == nullptr) continue;
    copies = copies || copy->is_from_context();
    if (brings_lock(*copy, call.directory)) return;
  }
  const bool is_mounted = std::any_of(call.mounts.begin(), call.mounts.end(),
                                      [](const Mount& mount) { return mount.type == "bind"; });
  if (!copies || is_mounted) return;
  findings.add("lock-not-copied", call.tool == Tool::Larder ? Severity::Error : Severity::Warning,
               subject.at(prepare),
               "Cargo.lock is not copied before prepare: the versions of the dependencies change "
               "over time, and with them the recipe",
               "copy Cargo.lock as well, best with COPY . .");
}

/// Whether a copy from the context brings a path of it.
bool covers(const CopyStep& copy, const std::string& path) {
  if (!copy.is_from_context()) return false;
  return std::any_of(copy.sources.begin(), copy.sources.end(), [&](const std::string& source) {
    const auto plain = path::normalize("/" + source);
    return path::is_within("/" + path, plain) || dockerfile::matches_pattern(plain, "/" + path);
  });
}

/// What prepare sees of the context.
class Seen {
 public:
  Seen(const Subject& subject, std::size_t prepare) : subject_(subject) {
    for (const auto index : subject.model.before(subject.model.steps[prepare].stage, prepare)) {
      if (const auto* copy = subject.model.steps[index].copy()) copies_.push_back(copy);
      const bool is_program = std::holds_alternative<ProgramStep>(subject.model.steps[index].what);
      // It may make a stub. A mount may be the context.
      is_complete_ = is_complete_ && !is_program;
    }
    is_complete_ = is_complete_ && subject.call(prepare).mounts.empty();
  }

  bool is_complete() const { return is_complete_; }
  bool has(const std::string& path) const {
    const auto relative = path::relative(path::normalize(path), subject_.around.context);
    return std::any_of(copies_.begin(), copies_.end(),
                       [&](const CopyStep* copy) { return covers(*copy, relative); });
  }

 private:
  const Subject& subject_;
  std::vector<const CopyStep*> copies_;
  bool is_complete_ = true;
};

/// Cargo infers targets from files, so a package without any of them is an error, and one without
/// its build script another package.
void check_package_files(const Subject& subject, std::size_t prepare, Findings& findings) {
  if (!subject.around.workspace) return;
  const Seen seen(subject, prepare);
  if (!seen.is_complete()) return;
  const std::string fix = "COPY . . in the planner; its layer costs milliseconds";
  for (const auto member : subject.around.workspace->member_ids()) {
    const auto& package = subject.around.workspace->packages[member];
    if (!path::is_within(package.directory, subject.around.context) ||
        !seen.has(package.manifest_path))
      continue;
    const bool has_target = std::any_of(
        package.targets.begin(), package.targets.end(), [&](const cargo::Target& target) {
          return target.kind != cargo::TargetKind::BuildScript && seen.has(target.path);
        });
    const auto* script = package.build_script();
    // Targets that the manifest names are not inferred.
    const auto manifest = subject.around.tree.read(package.manifest_path).value_or("");
    const bool names_one = manifest.find("[[bin]]") != std::string::npos;
    if (!has_target && !names_one) {
      findings.add("planner-incomplete", Severity::Error, subject.at(prepare),
                   fmt::format("no source of `{}` is copied before prepare, so it has no target",
                               package.name),
                   fix);
    } else if (script != nullptr && !seen.has(script->path)) {
      findings.add("planner-incomplete", Severity::Warning, subject.at(prepare),
                   fmt::format("{} is not copied before prepare: its dependencies are not cooked",
                               path::relative(script->path, subject.around.context)),
                   fix);
    } else {
      continue;
    }
    return;
  }
}

/// A recipe that is made below the workspace's root can only be cooked in a checkout.
void check_place_of_prepare(const Subject& subject, std::size_t cook, Findings& findings) {
  const auto prepare = subject.prepare_of(cook);
  if (!prepare || !subject.around.workspace) return;
  const auto& directory = subject.call(*prepare).directory;
  if (subject.call(cook).directory != directory) return;
  for (const auto index : subject.model.before(subject.model.steps[*prepare].stage, *prepare)) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr || !covers(*copy, "Cargo.toml") || !copy->destination.ends_with('/'))
      continue;
    const auto root = path::normalize(copy->destination);
    if (root == directory || !path::is_within(directory, root)) continue;
    const auto member = path::join(subject.around.context, path::relative(directory, root));
    const auto package = subject.around.workspace->package_in(member);
    if (!package || !subject.around.workspace->is_member(*package)) continue;
    findings.add(
        "recipe-misplaced", Severity::Error, subject.at(*prepare),
        fmt::format("prepare runs in {}, a member of the workspace in {}: the recipe cannot be "
                    "cooked without the manifests above",
                    directory, root),
        "run prepare and cook in the workspace's root, with -p or --manifest-path");
    return;
  }
}

/// `COPY src ./` copies what is in `src`.
void check_flattened(const Subject& subject, Findings& findings) {
  for (std::size_t index = 0; index < subject.model.steps.size(); ++index) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr || !copy->is_from_context()) continue;
    for (const auto& source : copy->sources) {
      const auto plain = path::normalize("/" + source);
      const auto below = path::file_name(plain);
      const bool is_sources = below == "src" || below == "crates";
      if (!is_sources || path::file_name(path::normalize(copy->destination)) == below) continue;
      // Into a directory of another name, or of none that cargo knows.
      const bool is_root =
          std::any_of(subject.pairs.begin(), subject.pairs.end(), [&](const Pair& pair) {
            return subject.call(pair.build).directory == path::normalize(copy->destination);
          });
      if (!is_root) continue;
      findings.add(
          "sources-flattened", Severity::Error, subject.at(index),
          fmt::format("COPY puts the contents of {} into {}, not the directory itself: the "
                      "build does not find them",
                      source, path::normalize(copy->destination)),
          fmt::format("COPY {} ./{}", source, below));
    }
  }
}

}  // namespace

void check_recipes(const Subject& subject, Findings& findings) {
  for (const auto cook : subject.cooks()) {
    check_origin(subject, cook, findings);
    check_place_of_prepare(subject, cook, findings);
  }
  check_flattened(subject, findings);
  for (const auto& pair : subject.pairs) check_offline(subject, pair, findings);
  for (std::size_t step = 0; step < subject.model.steps.size(); ++step) {
    const auto* call = subject.model.steps[step].call();
    if (call != nullptr && call->action == Action::Prepare) {
      check_lock(subject, step, findings);
      check_package_files(subject, step, findings);
    }
  }
}

}  // namespace larder::lint
