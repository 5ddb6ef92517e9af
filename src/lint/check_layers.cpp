#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "larder/base/path.hpp"
#include "larder/dockerfile/stages.hpp"
#include "subject.hpp"

// What makes the cook layer run again.

namespace larder::lint {

namespace {

enum class Brought { Nothing, Manifests, SomeSources, AllSources };

/// What a source of a `COPY` is for cargo.
Brought meaning_of(const std::string& source) {
  const auto plain = path::normalize("/" + source);
  const auto name = path::file_name(plain);
  if (plain == "/" || name == "*") return Brought::AllSources;
  if (name == "src" || name == "crates") return Brought::AllSources;
  if (name == "Cargo.toml" || name == "Cargo.lock" || name == "Cargo.*") return Brought::Manifests;
  if (name.ends_with(".rs")) return Brought::SomeSources;
  return Brought::Nothing;
}

/// The directory that is copied has the manifest that the cook would have: a package of its own.
bool is_package(const Subject& subject, const std::string& source) {
  return subject.around.workspace &&
         subject.around.tree.is_file(path::join(subject.around.context, source + "/Cargo.toml"));
}

Brought brought_by(const Subject& subject, const CopyStep& copy) {
  auto out = Brought::Nothing;
  for (const auto& source : copy.sources) {
    auto meaning = meaning_of(source);
    if (meaning == Brought::Nothing && is_package(subject, source)) meaning = Brought::SomeSources;
    out = std::max(out, meaning);
  }
  return out;
}

/// A patched package's or a vendored crate's files are needed at cook, so only the workspace's own
/// sources count.
void check_copies(const Subject& subject, std::size_t cook, Findings& findings) {
  const auto stage = subject.model.steps[cook].stage;
  for (const auto index : subject.model.before(stage, cook)) {
    const auto* copy = subject.model.steps[index].copy();
    if (copy == nullptr || !copy->is_from_context()) continue;
    const auto brought = brought_by(subject, *copy);
    if (brought == Brought::AllSources) {
      findings.add(
          "sources-before-cook", Severity::Error, subject.at(index),
          fmt::format("the sources are copied before cook (line {}), so every edit runs it "
                      "again",
                      subject.at(cook).line),
          "run prepare in a stage of its own, and copy the sources below cook");
      return;
    }
    if (brought == Brought::SomeSources) {
      findings.add(
          "sources-before-cook", Severity::Warning, subject.at(index),
          fmt::format("this is copied before cook (line {}): an edit of it runs cook again",
                      subject.at(cook).line),
          "copy it below cook, unless dependencies need it");
    }
    if (brought == Brought::Manifests && subject.prepare_of(cook)) {
      findings.add("manifests-before-cook", Severity::Note, subject.at(index),
                   fmt::format("manifests are copied before cook (line {}): a new version number "
                               "runs it again, which the recipe would not",
                               subject.at(cook).line),
                   "copy them below cook; the recipe has what cook needs");
    }
  }
}

/// A bind mount of the context at cook is part of its cache key as well.
void check_bound_context(const Subject& subject, std::size_t cook, Findings& findings) {
  for (const auto& mount : subject.call(cook).mounts) {
    if (mount.type != "bind" || !mount.from.empty() || path::normalize("/" + mount.source) != "/")
      continue;
    findings.add("sources-before-cook", Severity::Error, mount.at,
                 "cook has the whole context as a mount, so every edit runs it again",
                 "mount the recipe alone");
  }
}

/// Names of arguments that are usually given another value in each build.
bool changes_often(const std::string& name) {
  constexpr std::array<std::string_view, 19> parts{
      "COMMIT",    "REVISION",     "GIT_SHA",           "GIT_HASH",    "GIT_REF",
      "GITSHA",    "VCS_REF",      "BUILD_DATE",        "BUILDDATE",   "BUILD_TIME",
      "TIMESTAMP", "BUILD_NUMBER", "BUILD_ID",          "CACHEBUST",   "CACHE_BUST",
      "RUN_ID",    "PIPELINE_ID",  "SOURCE_DATE_EPOCH", "GIT_DESCRIBE"};
  constexpr std::array<std::string_view, 4> whole{"SHA", "DATE", "REV", "GIT_TAG"};
  const auto upper = [&] {
    std::string out = name;
    for (auto& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    return out;
  }();
  return std::any_of(
             parts.begin(), parts.end(),
             [&](std::string_view part) { return upper.find(part) != std::string::npos; }) ||
         std::find(whole.begin(), whole.end(), upper) != whole.end();
}

void check_arguments(const Subject& subject, std::size_t cook, Findings& findings) {
  const auto stage = subject.model.steps[cook].stage;
  for (const auto index : subject.model.before(stage, cook)) {
    const auto* argument = std::get_if<ArgumentStep>(&subject.model.steps[index].what);
    if (argument == nullptr || !changes_often(argument->name)) continue;
    findings.add("changing-argument", Severity::Warning, subject.at(index),
                 fmt::format("{} stands above cook (line {}): cook runs again in every build that "
                             "gives it another value",
                             argument->name, subject.at(cook).line),
                 "declare it below cook");
  }
}

/// Several cooks of one stage repeat what stands above the first one.
void check_cooks(const Subject& subject, Findings& findings) {
  std::set<Position> seen;
  for (const auto cook : subject.cooks()) {
    Findings found("");
    check_copies(subject, cook, found);
    check_bound_context(subject, cook, found);
    check_arguments(subject, cook, found);
    for (auto& finding : found.list()) {
      if (seen.insert(finding.at).second)
        findings.add(finding.rule, finding.severity, finding.at, finding.message, finding.fix);
    }
  }
}

/// The names of `$NAME` and `${NAME…}` in a text, and where each stands.
std::vector<std::pair<std::string, std::size_t>> variables_in(std::string_view text) {
  std::vector<std::pair<std::string, std::size_t>> out;
  const auto is_name = [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (auto at = text.find('$'); at != std::string_view::npos; at = text.find('$', at + 1)) {
    if (at > 0 && text[at - 1] == '\\') continue;
    auto start = at + 1;
    if (start < text.size() && text[start] == '{') ++start;
    auto end = start;
    while (end < text.size() && is_name(text[end])) ++end;
    if (end > start) out.emplace_back(text.substr(start, end - start), at);
  }
  return out;
}

/// An ARG above the first FROM has no value in a stage that does not repeat it.
void check_undeclared(const Subject& subject, Findings& findings) {
  const auto stages = dockerfile::stages_of(subject.file);
  std::set<std::string> global;
  for (const auto& argument : stages.arguments) global.insert(argument.name);
  std::set<Position> seen;
  for (std::size_t step = 0; step < subject.model.steps.size(); ++step) {
    const auto* call = subject.model.steps[step].call();
    const auto* instruction = subject.instruction_at(subject.at(step));
    if (call == nullptr || instruction == nullptr || instruction->list) continue;
    for (const auto& [name, offset] : variables_in(instruction->arguments.str())) {
      const auto at = instruction->arguments.position(offset);
      if (!global.contains(name) || call->environment.contains(name) || !seen.insert(at).second)
        continue;
      findings.add("argument-undeclared", Severity::Error, at,
                   fmt::format("{} is empty here: an ARG above the first FROM has no value in a "
                               "stage that does not declare it",
                               name),
                   fmt::format("ARG {} in this stage", name));
    }
  }
}

}  // namespace

void check_layers(const Subject& subject, Findings& findings) {
  check_cooks(subject, findings);
  check_undeclared(subject, findings);
}

}  // namespace larder::lint
