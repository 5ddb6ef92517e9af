#include "shipped.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "larder/base/error.hpp"
#include "larder/cargo/command/command_line.hpp"

namespace larder::init {

namespace {

struct Candidate {
  const cargo::Package* package = nullptr;
  const cargo::Target* target = nullptr;
};

void add_binaries(const cargo::Package& package, std::vector<Candidate>& out) {
  for (const auto& target : package.targets) {
    if (target.kind == cargo::TargetKind::Bin) out.push_back({&package, &target});
  }
}

std::vector<Candidate> binaries_of(const cargo::Workspace& workspace,
                                   const std::vector<cargo::LocalId>& members) {
  std::vector<Candidate> out;
  std::set<cargo::LocalId> seen;
  for (const auto member : members) {
    if (seen.insert(member).second) add_binaries(workspace.packages[member], out);
  }
  return out;
}

bool uses_wasm(const cargo::Workspace& workspace) {
  return std::any_of(workspace.packages.begin(), workspace.packages.end(),
                     [](const cargo::Package& package) {
                       return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                                          [](const cargo::Dependency& dependency) {
                                            return dependency.package_name == "wasm-bindgen";
                                          });
                     });
}

std::vector<std::string> examples_of(const cargo::Workspace& workspace) {
  std::vector<std::string> out;
  for (const auto& package : workspace.packages) {
    for (const auto& target : package.targets) {
      if (target.kind == cargo::TargetKind::Example) out.push_back(target.name);
    }
  }
  return out;
}

[[noreturn]] void refuse_without_binary(const cargo::Workspace& workspace) {
  Error error("init-no-binary", "the workspace has no program to ship: no member has a binary");
  error.in_file(workspace.root_directory + "/Cargo.toml");
  const auto examples = examples_of(workspace);
  if (uses_wasm(workspace)) {
    error.hint(
        "a WebAssembly module is built by trunk or wasm-pack and served by another program. "
        "`cargo larder prepare -- build --release --target wasm32-unknown-unknown` makes a "
        "recipe for its dependencies");
  } else if (!examples.empty()) {
    error.hint(
        fmt::format("examples are not shipped ({}): move one to src/bin. For tests in CI, see "
                    "`cargo larder deps`",
                    fmt::join(examples, ", ")));
  } else {
    error.hint("for tests of a library in CI, see `cargo larder deps`");
  }
  throw error;
}

Candidate binary_named(const std::vector<Candidate>& all, const std::string& name) {
  const auto found = std::find_if(all.begin(), all.end(), [&](const Candidate& candidate) {
    return candidate.target->name == name;
  });
  if (found != all.end()) return *found;
  std::vector<std::string> names;
  for (const auto& candidate : all) names.push_back(candidate.target->name);
  throw Error("init-no-binary", fmt::format("no member has a binary `{}`", name))
      .hint(fmt::format("there are: {}", fmt::join(names, ", ")));
}

std::vector<Candidate> wanted_binaries(const std::vector<Candidate>& all,
                                       const std::vector<std::string>& wanted, Plan& plan) {
  std::vector<Candidate> out;
  for (const auto& name : wanted) out.push_back(binary_named(all, name));
  plan.decisions.push_back(fmt::format("{}: asked for with --bin", fmt::join(wanted, ", ")));
  return out;
}

/// The binary that `cargo run` would start.
std::optional<Candidate> default_binary(const std::vector<Candidate>& all) {
  for (const auto& candidate : all) {
    if (candidate.package->default_run == candidate.target->name) return candidate;
  }
  return std::nullopt;
}

/// One of several is the default only if they are all of one package.
bool are_of_one_package(const std::vector<Candidate>& all) {
  return std::all_of(all.begin(), all.end(), [&](const Candidate& candidate) {
    return candidate.package == all[0].package;
  });
}

std::vector<Candidate> suggested_binaries(const std::vector<Candidate>& all, Plan& plan) {
  if (all.size() == 1) {
    plan.decisions.push_back(fmt::format("{}: the only binary", all[0].target->name));
    return all;
  }
  const auto only = are_of_one_package(all) ? default_binary(all) : std::nullopt;
  if (only) {
    plan.decisions.push_back(
        fmt::format("{}: default-run of `{}`", only->target->name, only->package->name));
    return {*only};
  }
  std::vector<std::string> names;
  for (const auto& candidate : all) names.push_back(candidate.target->name);
  plan.decisions.push_back(
      fmt::format("{}: an image for each binary, from one cook layer; --bin NAME leaves out others",
                  fmt::join(names, ", ")));
  return all;
}

/// All in one command, so that cargo unites what they ask of a dependency.
std::vector<std::string> command_for(const std::vector<Candidate>& chosen, bool names_packages) {
  std::vector<std::string> out{"build", "--release", "--locked"};
  std::set<std::string> packages;
  std::set<std::string> features;
  for (const auto& candidate : chosen) {
    const auto& name = candidate.package->name;
    if (names_packages && packages.insert(name).second) out.insert(out.end(), {"-p", name});
    for (const auto& feature : candidate.target->required_features)
      features.insert(names_packages ? name + "/" + feature : feature);
  }
  for (const auto& candidate : chosen) out.insert(out.end(), {"--bin", candidate.target->name});
  if (!features.empty())
    out.insert(out.end(), {"--features", fmt::format("{}", fmt::join(features, ","))});
  return out;
}

}  // namespace

void decide_services(const cargo::Workspace& workspace, const std::vector<std::string>& wanted,
                     Plan& plan) {
  const auto members = workspace.member_ids();
  const auto all = binaries_of(workspace, {members.begin(), members.end()});
  if (all.empty()) refuse_without_binary(workspace);
  auto usual = binaries_of(workspace, workspace.default_members);
  if (usual.empty()) usual = all;
  const auto chosen =
      wanted.empty() ? suggested_binaries(usual, plan) : wanted_binaries(all, wanted, plan);
  for (const auto& candidate : chosen)
    plan.services.push_back({candidate.package->name, candidate.target->name});
  plan.command = command_for(chosen, workspace.member_count > 1);
}

}  // namespace larder::init
