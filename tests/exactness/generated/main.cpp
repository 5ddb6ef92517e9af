// Generates workspaces and cargo commands, and checks the reduction of each against cargo:
//
//   larder_generated_exactness [COUNT [FIRST_SEED [CONSTRUCT…]]]
//
// Most of the workspaces have the constructs that are named: `origins` (git repositories and a
// second registry), `patches` ([patch] and [replace]), `surroundings` (config files and variables).
//
// A failure is printed with its seed, and its directory is kept. Why workspaces or commands were
// left out is counted and printed at the end.

#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>

#include "changes.hpp"
#include "files.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "repositories.hpp"
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

class Run {
 public:
  Run(const Cargo& cargo, std::string directory, std::set<std::string> on)
      : cargo_(cargo), directory_(std::move(directory)), on_(std::move(on)) {}

  void check(std::uint64_t seed) {
    Random random(seed);
    const auto directory = fmt::format("{}/{}", directory_, seed);
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
    ++workspaces_;
    findings_.failures.clear();
    check_workspace(workspace, directory, seed, random);
    if (findings_.failures.empty()) {
      fs::remove_all(directory);
      fs::remove_all(cooked_place(directory));
    } else {
      report(seed, directory);
    }
  }

  int finish() const {
    for (const auto& [what, count] : findings_.counts) fmt::print("{:8} {}\n", count, what);
    fmt::print("{} workspaces, {} commands; {} workspaces failed\n", workspaces_, commands_,
               failed_);
    if (failed_ == 0) fs::remove_all(directory_);
    return failed_ == 0 ? 0 : 1;
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
    auto& registry = *registries_.emplace_back(
        std::make_unique<testing::SparseRegistry>(directory + "/registry"));
    workspace.other_index = registry.index();
    for (const auto& [name, files] : other_packages(workspace, random)) registry.publish(files);
  }

  /// As `build` does it, so that cargo takes what a build script of theirs was run on for the same.
  static void date_patched(const WorkspaceSketch& workspace, const std::string& root) {
    constexpr std::int64_t date_in_skeleton = 123456789'000'000'000;
    for (const auto& patch : workspace.patches) {
      if (patch.to) continue;
      for (const auto& entry : fs::recursive_directory_iterator(path::join(root, patch.directory)))
        set_modified(entry.path().string(), date_in_skeleton);
    }
  }

  void report(std::uint64_t seed, const std::string& directory) {
    ++failed_;
    fmt::print("seed {} (in {})\n", seed, directory);
    for (const auto& failure : findings_.failures) fmt::print("  {}\n", failure);
    std::fflush(stdout);
  }

  const Cargo& cargo_;
  std::string directory_;
  Findings findings_;
  std::set<std::string> on_;
  std::vector<std::unique_ptr<testing::SparseRegistry>> registries_;
  std::size_t workspaces_ = 0;
  std::size_t commands_ = 0;
  std::size_t failed_ = 0;
};

int skip() {
  constexpr int skipped = 77;
  const char* ci = std::getenv("CI");
  const bool must_run = ci != nullptr && *ci != '\0';
  fmt::print("{}: cargo is not installed, so nothing was compared\n",
             must_run ? "FAILED" : "SKIPPED");
  return must_run ? 1 : skipped;
}

int run(std::uint64_t count, std::uint64_t first, const std::set<std::string>& on) {
  const auto directory =
      (fs::temp_directory_path() / fmt::format("larder-exactness-{}", ::getpid())).string();
  fs::create_directories(directory);
  const auto cargo = Cargo::find(directory);
  if (!cargo) return skip();
  Run run(*cargo, directory, on);
  for (auto seed = first; seed < first + count; ++seed) run.check(seed);
  return run.finish();
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  const auto number = [&](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  constexpr std::uint64_t usual_count = 30;
  try {
    const auto named = argc > 3 ? argv + 3 : argv + argc;
    return larder::test::run(number(1, usual_count), number(2, 1), {named, argv + argc});
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
