// Generates workspaces and cargo commands, and checks the reduction of each against cargo:
//
//   larder_generated_exactness [COUNT [FIRST_SEED [CONSTRUCT…]]]
//
// Most of the workspaces have the constructs that are named: `origins` (git repositories and a
// second registry), `patches` ([patch] and [replace]), `surroundings` (config files and variables).
//
// A failure is printed with its seed, and its directory is kept. Why workspaces or commands were
// left out is counted and printed at the end.

#include <array>
#include <filesystem>
#include <memory>

#include "changes.hpp"
#include "files.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/skeleton_files.hpp"
#include "repositories.hpp"
#include "seeds.hpp"
#include "sparse_registry.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

struct Construct {
  const char* name;
  void (*add)(WorkspaceSketch&, Random&);
};
constexpr std::array constructs{Construct{"origins", add_origins},
                                Construct{"patches", add_patches},
                                Construct{"surroundings", add_surroundings}};

class ExactnessCheck : public SeedCheck {
 public:
  ExactnessCheck(Cargo cargo, std::set<std::string> on)
      : cargo_(std::move(cargo)), on_(std::move(on)) {}

  SeedFindings check(std::uint64_t seed, const std::string& directory) override {
    Random random(seed);
    auto workspace = generate_workspace(random);
    workspace.base = directory;
    // Choices of its own: without origins, a seed is what it always was.
    Random more(seed + other_choices);
    for (const auto& construct : constructs) {
      const bool is_on = more.chance(70);
      Random own(more.next());
      if (is_on && on_.contains(construct.name)) construct.add(workspace, own);
    }
    serve_other(workspace, directory, random);
    write_repositories(cargo_, workspace);
    write_files(source_files(workspace, directory, random), directory);
    write_files(workspace_files(workspace, random, false), directory + "/w");
    date_patched(workspace, directory + "/w");
    findings_.failures.clear();
    check_workspace(workspace, directory, seed, random);
    if (findings_.failures.empty()) fs::remove_all(cooked_place(directory));
    return {findings_.failures, ""};
  }

  std::string summary(std::size_t workspaces, std::size_t failed) const override {
    std::string out;
    for (const auto& [what, count] : findings_.counts) out += fmt::format("{:8} {}\n", count, what);
    return out + fmt::format("{} workspaces, {} commands; {} workspaces failed", workspaces,
                             commands_, failed);
  }

 private:
  static constexpr std::size_t commands_each = 5;
  static constexpr std::uint64_t other_choices = 1'000'000'007;

  void check_workspace(WorkspaceSketch& workspace, const std::string& directory, std::uint64_t seed,
                       Random& random) {
    const auto cargo = cargo_.with(workspace.variables);
    const auto locked = cargo.run({"generate-lockfile"}, directory + "/w");
    if (!locked.accepted)
      return findings_.count("workspaces that cargo refuses, " + reason(locked.errors));
    move_repositories_on(cargo, workspace);
    std::vector<PreparedCommand> prepared;
    for (std::size_t i = 0; i < commands_each; ++i) {
      const bool stubbed = seed % 10 == 0;
      auto one = check_command(cargo, directory, workspace, generate_command(workspace, random),
                               stubbed, findings_);
      ++commands_;
      if (one) prepared.push_back(std::move(*one));
    }
    // Another lock file of these would have other commits.
    for (const auto& repository : workspace.repositories) {
      if (repository.moves_on) return;
    }
    auto changes = possible_changes(workspace, prepared, random);
    // What a failure leaves behind should be the workspace that it is about.
    for (const auto& change : changes) {
      if (findings_.failures.empty())
        check_change(cargo, directory, change, prepared, random, findings_);
    }
  }

  /// They all answer to the end: cargo keeps what it got from an address, so none may be used for
  /// two of them.
  void serve_other(WorkspaceSketch& workspace, const std::string& directory, Random& random) {
    if (!workspace.other_is_sparse) return;
    auto& registry =
        *registries_.emplace_back(std::make_unique<SparseRegistry>(directory + "/registry"));
    workspace.other_index = registry.index();
    for (const auto& [name, files] : other_packages(workspace, random)) registry.publish(files);
  }

  /// As `build` does it, so that cargo takes what a build script of theirs was run on for the same.
  static void date_patched(const WorkspaceSketch& workspace, const std::string& root) {
    for (const auto& patch : workspace.patches) {
      if (patch.to) continue;
      for (const auto& entry :
           fs::recursive_directory_iterator(path::join(root, patch.directory))) {
        const auto file = entry.path().string();
        if (entry.is_regular_file()) cook::set_as_written(file, DiskTree().is_executable(file));
      }
    }
  }

  Cargo cargo_;
  Findings findings_;
  std::set<std::string> on_;
  std::vector<std::unique_ptr<SparseRegistry>> registries_;
  std::size_t commands_ = 0;
};

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  using namespace larder::test;
  constexpr std::uint64_t usual_count = 30;
  return run_seeds(argc, argv, usual_count, "larder-exactness",
                   [](const std::string& directory, const auto& constructs) {
                     auto cargo = Cargo::find(directory);
                     const std::set<std::string> on(constructs.begin(), constructs.end());
                     return cargo ? std::make_unique<ExactnessCheck>(std::move(*cargo), on)
                                  : nullptr;
                   });
}
