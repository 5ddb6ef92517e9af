#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "larder/base/path.hpp"
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

/// Without the workspace, targets that are left out are no difference: the same packages are
/// selected.
bool only_leaves_out_targets(const cargo::CommandLine& cooked, const cargo::CommandLine& built) {
  return cooked.packages == built.packages && cooked.workspace == built.workspace &&
         cooked.exclude == built.exclude && cooked.manifest_path == built.manifest_path &&
         !cooked.names_targets() && !built.has_dev_units();
}

/// The two commands of a pair as cargo sees them, with CARGO_BUILD_TARGET.
struct Compared {
  cargo::CommandLine cooked;
  cargo::CommandLine built;
};

cargo::CommandLine with_platform(cargo::CommandLine line, const CargoCall& call) {
  const auto target = call.value("CARGO_BUILD_TARGET");
  if (line.targets.empty() && !target.empty()) line.targets = {target};
  return line;
}

Relation relation(const Subject& subject, const Pair& pair, const Compared& compared) {
  if (subject.is_symbolic) return Relation::Unknown;
  return relation_of(subject.around, {compared.cooked, subject.call(pair.cook).directory},
                     {compared.built, subject.call(pair.build).directory});
}

/// What is lost by a difference whose effect the manifests show; nothing when it has none.
std::optional<Wording> wording_of_units(const Subject& subject, const Pair& pair,
                                        const Compared& compared,
                                        const LineDifference& difference) {
  auto out = wording_of(difference.aspect);
  const bool is_selection = difference.aspect == LineAspect::Selection;
  switch (relation(subject, pair, compared)) {
    case Relation::Covered:
      return std::nullopt;
    case Relation::Differs:
      return out;
    case Relation::MayDiffer:
      if (is_selection) out.severity = Severity::Note;
      out.lost = "dependencies may be compiled again with other features";
      return out;
    case Relation::Unknown:
      if (is_selection && only_leaves_out_targets(compared.cooked, compared.built) &&
          subject.call(pair.cook).directory == subject.call(pair.build).directory)
        return std::nullopt;
      out.lost = "dependencies may be compiled again with other features";
      return out;
  }
  return out;
}

void report_difference(const Subject& subject, const Pair& pair, const Compared& compared,
                       const LineDifference& difference, Findings& findings) {
  const auto& build = subject.call(pair.build);
  // The other differences were seen with the defaults.
  const bool has_argument = (difference.cooked + difference.built).find('$') != std::string::npos;
  if (subject.is_symbolic && !has_argument) return;
  const bool by_units =
      difference.aspect == LineAspect::Features || difference.aspect == LineAspect::Selection;
  auto wording = by_units ? wording_of_units(subject, pair, compared, difference)
                          : std::optional(wording_of(difference.aspect));
  if (!wording) return;
  // Another cook, or another build, may be what this one belongs to.
  const bool is_sure = !build.is_conditional && !subject.call(pair.cook).is_conditional;
  if (!is_sure) wording->severity = std::min(wording->severity, Severity::Warning);
  findings.add(wording->rule, wording->severity, subject.at(pair.build),
               fmt::format("{} here, but {} for cook ({}): {}", shown(difference.built),
                           shown(difference.cooked), line_number(subject, stated_at(subject, pair)),
                           wording->lost),
               same_flags(subject, pair));
}

/// In another directory, cargo selects that directory's package.
void add_difference_of_directory(const Subject& subject, const Pair& pair, const Compared& compared,
                                 std::vector<LineDifference>& differences) {
  const auto& cook = subject.call(pair.cook).directory;
  const auto& build = subject.call(pair.build).directory;
  const bool is_stated =
      !compared.built.packages.empty() || compared.built.workspace || compared.built.manifest_path;
  const bool is_known = std::any_of(
      differences.begin(), differences.end(),
      [](const LineDifference& difference) { return difference.aspect == LineAspect::Selection; });
  if (cook == build || is_stated || is_known || !path::is_within(build, cook)) return;
  differences.push_back({LineAspect::Selection, "in " + cook, "in " + build});
}

void check_lines(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& build = subject.call(pair.build);
  const auto& cook = subject.call(pair.cook);
  const bool comparable =
      pair.cooked && build.line && build.tool != Tool::Larder && build.is_known && cook.is_known;
  if (!comparable) return;
  const Compared compared{with_platform(*pair.cooked, cook), with_platform(*build.line, build)};
  auto differences = line_differences(compared.cooked, compared.built);
  add_difference_of_directory(subject, pair, compared, differences);
  for (const auto& difference : differences)
    report_difference(subject, pair, compared, difference, findings);
}

void check_toolchain(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  if (cook.toolchain == build.toolchain) return;
  const auto name = [](const std::string& toolchain) {
    return toolchain.empty() ? "the default toolchain" : fmt::format("`+{}`", toolchain);
  };
  // The default may be the same one.
  const auto severity =
      cook.toolchain.empty() || build.toolchain.empty() ? Severity::Warning : Severity::Error;
  findings.add(
      "toolchain-differs", severity, subject.at(pair.build),
      fmt::format("{} builds, but {} cooked ({}): another compiler compiles everything "
                  "again",
                  name(build.toolchain), name(cook.toolchain), line_number(subject, pair.cook)),
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
