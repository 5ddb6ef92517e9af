#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/native/system_packages.hpp"
#include "subject.hpp"

// Packages of the system that crates of the lock file need.

namespace larder::lint {

namespace {

struct Installed {
  std::set<std::string> packages;
  /// Whether a script may have installed others.
  bool is_complete = true;
};

bool installs_unseen(const std::vector<std::string>& words) {
  return words[0].find('/') != std::string::npos || words[0] == "sh" || words[0] == "bash" ||
         words[0] == "make" || words[0] == "nix" || words[0] == "xargs";
}

Installed installed_in(const Subject& subject, std::size_t stage) {
  Installed out;
  for (const auto index : subject.model.stages[stage].steps) {
    const auto* program = std::get_if<ProgramStep>(&subject.model.steps[index].what);
    if (program == nullptr) continue;
    const auto& words = program->words;
    const auto name = program_name(words[0]);
    const bool is_apt = name == "apt-get" || name == "apt" || name == "aptitude";
    if (is_apt && std::find(words.begin(), words.end(), "install") != words.end()) {
      for (const auto& word : words) out.packages.insert(word.substr(0, word.find_first_of("=:/")));
    } else if (installs_unseen(words) || name == "dpkg") {
      out.is_complete = false;
    }
  }
  return out;
}

/// An official image that has these packages only if they are installed. Nothing is known of
/// others.
bool is_bare(const std::string& image) {
  const auto name = path::file_name(image.substr(0, image.find_first_of(":@")));
  const bool is_known =
      name == "debian" || name == "ubuntu" || name == "rust" || name == "cargo-chef";
  return is_known && image.find("alpine") == std::string::npos;
}

bool has_package(const Installed& installed, const std::string& image, const std::string& package) {
  const auto name = path::file_name(image.substr(0, image.find_first_of(":@")));
  const bool is_full =
      (name == "rust" || name == "cargo-chef") && image.find("slim") == std::string::npos;
  if (installed.packages.contains(package) || (is_full && native::is_in_rust_image(package)))
    return true;
  const auto& has = installed.packages;
  if (std::any_of(has.begin(), has.end(), [&](const std::string& other) {
        return native::is_same_library(package, other);
      }))
    return true;
  if (package == "pkg-config" && has.contains("pkgconf")) return true;
  const bool has_compilers = has.contains("build-essential");
  if ((package == "g++" || package == "make") && has_compilers) return true;
  if (package == "libclang-dev") {
    return std::any_of(has.begin(), has.end(), [](const std::string& installed_name) {
      return installed_name.starts_with("libclang") || installed_name.starts_with("clang") ||
             installed_name.starts_with("llvm");
    });
  }
  return false;
}

/// Without the libraries that crates only link where the stage that compiles them has them.
native::Needs linked_in(const Subject& subject, std::size_t stage, native::Needs needs) {
  const auto& image = subject.model.stages[stage].image;
  const auto installed = installed_in(subject, stage);
  std::erase_if(needs.known, [&](const native::Need& need) {
    return !need.linked_from.empty() && !has_package(installed, image, need.linked_from);
  });
  return needs;
}

void check_stage(const Subject& subject, std::size_t stage, Position at, const native::Needs& needs,
                 bool is_runtime, Findings& findings) {
  const auto& image = subject.model.stages[stage].image;
  const auto installed = installed_in(subject, stage);
  if (!is_bare(image) || !installed.is_complete) return;
  for (const auto& need : needs.known) {
    std::vector<std::string> missing;
    for (const auto& package : is_runtime ? need.runtime : need.build) {
      if (!has_package(installed, image, package)) missing.push_back(package);
    }
    if (missing.empty()) continue;
    findings.add("package-missing", Severity::Warning, at,
                 fmt::format("{} needs {} {}", need.crate, fmt::join(missing, " "),
                             is_runtime ? "where the program runs" : "to compile"),
                 fmt::format("RUN apt-get update && apt-get install -y --no-install-recommends {} "
                             "&& rm -rf /var/lib/apt/lists/*",
                             fmt::join(missing, " ")));
  }
}

/// What the builds in the file compile.
native::Needs needs_of_file(const Subject& subject) {
  native::Needs out;
  std::set<std::string> seen;
  for (const auto& pair : subject.pairs) {
    const auto needs = pair.cooked ? needs_of_command(subject.around, *pair.cooked)
                                   : native::needs_of(*subject.around.lock);
    for (const auto& need : needs.known) {
      if (seen.insert(need.crate).second) out.known.push_back(need);
    }
  }
  return out;
}

bool copies_program_of(const Subject& subject, std::size_t index,
                       const std::set<std::size_t>& builders) {
  const auto* copy = subject.model.steps[index].copy();
  if (copy == nullptr || !copy->stage || builders.contains(subject.model.steps[index].stage))
    return false;
  return std::any_of(copy->sources.begin(), copy->sources.end(), [](const std::string& source) {
    return source.find("/target/") != std::string::npos;
  });
}

}  // namespace

void check_packages(const Subject& subject, Findings& findings) {
  if (!subject.around.lock || !subject.around.workspace) return;
  const auto needs = needs_of_file(subject);
  if (needs.known.empty()) return;
  std::set<std::size_t> builders;
  for (const auto& pair : subject.pairs) builders.insert(pair.cook_stage);
  for (const auto stage : builders)
    check_stage(subject, stage, subject.model.stages[stage].at, needs, false, findings);
  for (std::size_t index = 0; index < subject.model.steps.size(); ++index) {
    if (copies_program_of(subject, index, builders))
      check_stage(subject, subject.model.steps[index].stage, subject.at(index),
                  linked_in(subject, *subject.model.steps[index].copy()->stage, needs), true,
                  findings);
  }
}

}  // namespace larder::lint
