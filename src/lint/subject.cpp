#include "subject.hpp"

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "line_difference.hpp"

namespace larder::lint {

namespace {

/// The command that a cook compiles for.
std::optional<cargo::CommandLine> cooked_line(const Subject& subject, std::size_t cook) {
  const auto& call = subject.call(cook);
  if (const auto prepare = subject.prepare_of(cook)) {
    if (subject.call(*prepare).line) return subject.call(*prepare).line;
  }
  const bool is_open = call.tool == Tool::Chef || call.is_named_chef || !call.words.empty();
  return is_open ? call.line : std::nullopt;
}

/// Whether a copied file or directory holds `path`, or lies in it.
bool copies_target(const BuildModel& model, const CopyStep& copy, const CargoCall& cook) {
  const auto& from = model.stages[*copy.stage];
  return std::any_of(copy.sources.begin(), copy.sources.end(), [&](const std::string& source) {
    // In COPY --from a relative source is one of the stage's root.
    const auto place = path::join("/", source);
    return path::is_within(cook.target_directory(), place) && !from.steps.empty();
  });
}

void add_pair(const Subject& subject, std::size_t cook, std::size_t stage, Pair base,
              std::vector<Pair>& out) {
  if (subject.call(cook).no_build) return;
  base.cook = cook;
  base.cook_stage = stage;
  base.prepare = subject.prepare_of(cook);
  base.cooked = cooked_line(subject, cook);
  out.push_back(std::move(base));
}

std::vector<Pair> candidates(const Subject& subject, std::size_t stage, std::size_t build) {
  const auto& model = subject.model;
  std::vector<Pair> out;
  Pair base;
  base.build = build;
  base.build_stage = stage;
  for (const auto step : model.before(stage, build)) {
    if (const auto* call = model.steps[step].call();
        call != nullptr && call->action == Action::Cook)
      add_pair(subject, step, stage, base, out);
    const auto* copy = model.steps[step].copy();
    if (copy == nullptr || !copy->stage) continue;
    auto copied = base;
    copied.is_copied = true;
    for (const auto other : model.stages[*copy->stage].steps) {
      const auto* call = model.steps[other].call();
      if (call != nullptr && call->action == Action::Cook && copies_target(model, *copy, *call))
        add_pair(subject, other, *copy->stage, copied, out);
    }
  }
  return out;
}

/// How little a cook fits a build.
std::size_t distance(const Subject& subject, const Pair& pair) {
  const auto& build = subject.call(pair.build);
  if (!pair.cooked || !build.line || build.tool == Tool::Larder) return 0;
  std::size_t out = line_differences(*pair.cooked, *build.line).size() * 2;
  if (subject.call(pair.cook).target_directory() != build.target_directory()) out += 3;
  if (subject.call(pair.cook).directory != build.directory) out += 1;
  return out;
}

std::optional<Pair> best_pair(const Subject& subject, std::size_t stage, std::size_t build) {
  auto all = candidates(subject, stage, build);
  const auto best = std::min_element(all.begin(), all.end(), [&](const Pair& a, const Pair& b) {
    return distance(subject, a) < distance(subject, b);
  });
  return best == all.end() ? std::nullopt : std::optional(*best);
}

}  // namespace

std::vector<std::size_t> Subject::cooks() const {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < model.steps.size(); ++i) {
    const auto* call = model.steps[i].call();
    if (call != nullptr && call->action == Action::Cook) out.push_back(i);
  }
  return out;
}

std::optional<std::size_t> Subject::prepare_of(std::size_t cook) const {
  const auto& wanted = call(cook).recipe_path;
  std::optional<std::size_t> only;
  std::optional<std::size_t> named;
  std::size_t count = 0;
  for (std::size_t i = 0; i < model.steps.size(); ++i) {
    const auto* made = model.steps[i].call();
    if (made == nullptr || made->action != Action::Prepare) continue;
    ++count;
    only = i;
    if (made->recipe_path == wanted) named = i;
  }
  return count == 1 ? only : named;
}

const dockerfile::Instruction* Subject::instruction_at(Position at) const {
  const dockerfile::Instruction* out = nullptr;
  for (const auto& instruction : file.instructions) {
    if (instruction.at <= at) out = &instruction;
  }
  return out;
}

Subject subject_of(const dockerfile::Dockerfile& file, const BuildModel& model,
                   const Surroundings& around, bool is_symbolic) {
  Subject out{file, model, around, {}, is_symbolic};
  for (std::size_t stage = 0; stage < model.stages.size(); ++stage) {
    for (const auto step : model.stages[stage].steps) {
      if (model.steps[step].stage != stage) continue;
      const auto* call = model.steps[step].call();
      if (call == nullptr || call->action != Action::Build) continue;
      if (auto pair = best_pair(out, stage, step)) out.pairs.push_back(std::move(*pair));
    }
  }
  return out;
}

void Findings::add(std::string_view rule, Severity severity, Position at, std::string message,
                   std::string fix) {
  list_.push_back({rule, severity, file_, at, std::move(message), std::move(fix)});
}

}  // namespace larder::lint
