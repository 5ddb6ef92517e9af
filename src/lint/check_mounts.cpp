#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"
#include "subject.hpp"

// Cache mounts, which are in no layer.

namespace larder::lint {

namespace {

const Mount* cache_over(const CargoCall& call, const std::string& directory) {
  const auto found = std::find_if(call.mounts.begin(), call.mounts.end(), [&](const Mount& mount) {
    return mount.type == "cache" && path::is_within(directory, mount.target);
  });
  return found == call.mounts.end() ? nullptr : &*found;
}

void check_target(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  const auto* cooked = cache_over(cook, cook.target_directory());
  const auto* built = cache_over(build, build.target_directory());
  if (cooked != nullptr) {
    const bool is_shared = built != nullptr && built->id == cooked->id;
    findings.add(
        "target-mount", is_shared ? Severity::Warning : Severity::Error, cooked->at,
        fmt::format("{} is a cache mount, so the layer of cook is empty{}", cook.target_directory(),
                    is_shared ? ": another machine, or a pruned cache, compiles everything"
                              : ", and the build does not have the mount"),
        "remove this mount from cook and from the build");
  } else if (built != nullptr) {
    findings.add("target-mount", Severity::Error, built->at,
                 fmt::format("this mount covers {}, where cook put what it compiled",
                             build.target_directory()),
                 "remove this mount");
  }
}

/// What cargo downloads to, and what sccache keeps.
std::vector<std::pair<std::string, std::string>> kept_directories(const CargoCall& call) {
  std::vector<std::pair<std::string, std::string>> out{
      {call.cargo_home() + "/registry", "the registry"}, {call.cargo_home() + "/git", "git"}};
  const auto sccache = call.value("SCCACHE_DIR");
  if (!sccache.empty()) out.emplace_back(path::normalize(sccache), "sccache's directory");
  return out;
}

const Mount* cache_of(const CargoCall& call, const std::string& directory) {
  const auto found = std::find_if(call.mounts.begin(), call.mounts.end(), [&](const Mount& mount) {
    return mount.type == "cache" &&
           (path::is_within(mount.target, directory) || path::is_within(directory, mount.target));
  });
  return found == call.mounts.end() ? nullptr : &*found;
}

std::string shown_mount(const Mount* mount) {
  return mount == nullptr             ? "no mount"
         : mount->id == mount->target ? mount->target
                                      : fmt::format("{} with id={}", mount->target, mount->id);
}

void check_kept(const Subject& subject, const Pair& pair, Findings& findings) {
  const auto& cook = subject.call(pair.cook);
  const auto& build = subject.call(pair.build);
  if (pair.is_copied) return;
  for (const auto& [directory, name] : kept_directories(cook)) {
    const auto* cooked = cache_of(cook, directory);
    const auto* built = cache_of(build, directory);
    const bool same =
        (cooked == nullptr) == (built == nullptr) &&
        (cooked == nullptr || (cooked->id == built->id && cooked->target == built->target));
    // A mount that only the build has brings nothing that cook has put into the layer.
    if (same || (cooked == nullptr && build.action != Action::Build)) continue;
    findings.add(
        "mounts-differ", Severity::Warning, built != nullptr ? built->at : subject.at(pair.build),
        fmt::format("{} is on {} for cook (line {}), and on {} here: the crates are "
                    "downloaded again, or the cache is not found",
                    name, shown_mount(cooked), subject.at(pair.cook).line, shown_mount(built)),
        "give both steps the same mounts");
  }
}

/// A mount below another CARGO_HOME than cargo's keeps nothing.
void check_unused(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  for (const auto& mount : call.mounts) {
    const auto name = path::file_name(mount.target);
    const bool looks_kept = mount.type == "cache" &&
                            (name == "registry" || mount.target.ends_with("/registry/cache")) &&
                            mount.target.find("cargo") != std::string::npos;
    if (!looks_kept || path::is_within(mount.target, call.cargo_home())) continue;
    // An image of the user's may have another one.
    const bool is_known = call.environment.contains("CARGO_HOME") ||
                          program_name(subject.model.stages[subject.model.steps[step].stage].image)
                              .starts_with("rust");
    if (!is_known) continue;
    findings.add("mount-unused", Severity::Note, mount.at,
                 fmt::format("cargo does not download to {}: CARGO_HOME is {}", mount.target,
                             call.cargo_home()),
                 fmt::format("target={}/registry", call.cargo_home()));
  }
}

/// BuildKit gives a mount to root, whoever runs the step.
void check_owner(const Subject& subject, std::size_t step, Findings& findings) {
  const auto& call = subject.call(step);
  if (call.user.empty() || call.user == "root" || call.user.starts_with("0")) return;
  const auto* instruction = subject.instruction_at(subject.at(step));
  if (instruction == nullptr) return;
  for (const auto& flag : instruction->flags) {
    const auto text = flag.value.value_or("");
    const bool is_owned =
        text.find("uid=") != std::string::npos || text.find("mode=") != std::string::npos;
    if (flag.name != "mount" || text.find("type=cache") == std::string::npos || is_owned) continue;
    findings.add("mount-owner", Severity::Error, flag.at,
                 fmt::format("{} cannot write to this mount, which belongs to root", call.user),
                 "add uid= and gid= of the user, and an id= of its own");
  }
}

}  // namespace

void check_mounts(const Subject& subject, Findings& findings) {
  for (const auto& pair : subject.pairs) {
    check_target(subject, pair, findings);
    check_kept(subject, pair, findings);
  }
  for (std::size_t step = 0; step < subject.model.steps.size(); ++step) {
    if (subject.model.steps[step].call() == nullptr) continue;
    check_unused(subject, step, findings);
    check_owner(subject, step, findings);
  }
}

}  // namespace larder::lint
