#include <fmt/format.h>

#include "line_difference.hpp"
#include "subject.hpp"

// Flags and toolchain of cook and build.

namespace larder::lint {

namespace {

std::string shown(const std::string& flags) {
  return flags.empty() ? "no such flag" : fmt::format("`{}`", flags);
}

std::string line_number(const Subject& subject, std::size_t step) {
  return fmt::format("line {}", subject.at(step).line);
}

/// Where the command that was cooked is given.
std::size_t stated_at(const Subject& subject, const Pair& pair) {
  return pair.prepare && subject.call(*pair.prepare).line ? *pair.prepare : pair.cook;
}

std::string same_flags(const Subject& subject, const Pair& pair) {
  if (subject.call(pair.cook).tool == Tool::Larder)
    return "build with `cargo larder build`, which takes the flags from the recipe";
  return "give both the same flags";
}

struct Wording {
  std::string_view rule;
  Severity severity;
  std::string_view lost;
};

Wording wording_of(LineAspect aspect) {
  switch (aspect) {
    case LineAspect::Mode:
      return {"mode-differs", Severity::Error, "`check` leaves nothing that `build` can use"};
    case LineAspect::Profile:
      return {"profile-differs", Severity::Error, "every dependency is compiled again"};
    case LineAspect::Platform:
      return {"target-differs", Severity::Error,
              "every dependency is compiled again, into another directory"};
    case LineAspect::Config:
      return {"config-differs", Severity::Warning, "dependencies may be compiled again"};
    case LineAspect::Features:
      return {"features-differ", Severity::Warning, "what depends on a feature is compiled again"};
    case LineAspect::Selection:
      return {"selection-differs", Severity::Warning, "dependencies are compiled again"};
  }
  return {};
}

/// Whether the difference leaves the external units alone, as the manifests show. For a selection,
/// also where only a feature could tell.
bool is_harmless(const Subject& subject, const Pair& pair, const LineDifference& difference) {
  const bool by_workspace = difference.aspect == LineAspect::Features ||
                            difference.aspect == LineAspect::Selection;
  if (!by_workspace || subject.is_symbolic) return false;
  const auto relation = relation_of(subject.around, *pair.cooked, *subject.call(pair.build).line);
  return relation == Relation::Covered;
}

/// Without the workspace, targets that are left out are no difference: the same packages are
/// selected.
bool only_leaves_out_targets(const Pair& pair, const cargo::CommandLine& built) {
  const auto& cooked = *pair.cooked;
  return cooked.packages == built.packages && cooked.workspace == built.workspace &&
         cooked.exclude == built.exclude && !cooked.names_targets() && !built.has_dev_units();
}

void report_difference(const Subject& subject, const Pair& pair, const LineDifference& difference,
                       Findings& findings) {
  const auto& build = subject.call(pair.build);
  if (difference.aspect == LineAspect::Selection && only_leaves_out_targets(pair, *build.line)) return;
  if (is_harmless(subject, pair, difference)) return;
  auto [rule, severity, lost] = wording_of(difference.aspect);
  std::string text(lost);
  if (difference.aspect == LineAspect::Selection || difference.aspect == LineAspect::Features) {
    const auto relation = relation_of(subject.around, *pair.cooked, *build.line);
    if (relation != Relation::Differs) text = "dependencies may be compiled again with other features";
  }
  // Another cook, or another build, may be what this one belongs to.
  if (build.is_conditional || subject.call(pair.cook).is_conditional) severity = Severity::Warning;
  findings.add(rule, severity, subject.at(pair.build),
               fmt::format("{} here, but {} for cook ({}): {}", shown(difference.built),
                           shown(difference.cooked), line_number(subject, stated_at(subject, pair)),
                           text),
               same_flags(subject, pair));
}

void check_lines(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& build = subject.call(pair.build);
  const bool comparable = pair.cooked && build.line && build.tool != Tool::Larder &&
                          build.is_known && subject.call(pair.cook).is_known;
  if (!comparable) return;
  for (const auto& difference : line_differences(*pair.cooked, *build.line))
    report_difference(subject, pair, difference, findings);
}

void check_toolchain(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  if (cook.toolchain == build.toolchain) return;
  const auto name = [](const std::string& toolchain) {
    return toolchain.empty() ? "the default toolchain" : fmt::format("`+{}`", toolchain);
  };
  // The default may be the same one.
  const auto severity = cook.toolchain.empty() || build.toolchain.empty() ? Severity::Warning : Severity::Error;
  findings.add("toolchain-differs", severity, subject.at(pair.build),
               fmt::format("{} builds, but {} cooked ({}): another compiler compiles everything "
                           "again",
                           name(build.toolchain), name(cook.toolchain),
                           line_number(subject, pair.cook)),
               "use the same toolchain for both, best with a rust-toolchain.toml");
}

}  // namespace

void check_commands(const Subject& subject, Findings& findings) {
  for (const auto& pair : subject.pairs) {
    check_lines(subject, pair, findings);
    check_toolchain(subject, pair, findings);
  }
}

}  // namespace larder::lint
