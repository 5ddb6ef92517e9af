// Generates workspaces and asks `cargo metadata --no-deps` and `cargo-larder metadata` about each:
// both must say the same, or both reject it.
//
//   larder_generated [COUNT [FIRST_SEED]]
//
// A difference is printed with its seed, and its directory is kept. With LARDER_OLD_CARGO, an older
// cargo is asked as well, about what it can know.

#include <fmt/format.h>

#include "old_cargo.hpp"
#include "programs.hpp"
#include "seeds.hpp"

namespace larder::test {

namespace {

std::vector<std::string> compare(const Answer& theirs, const Answer& ours) {
  if (theirs.accepted != ours.accepted) {
    return {theirs.accepted ? "rejected by us: " + ours.errors
                            : "accepted by us; cargo: " + theirs.errors};
  }
  if (!ours.accepted && ours.errors.find("error[") == std::string::npos)
    return {"rejected by us without an error: " + ours.errors};
  return theirs.accepted ? differences("", theirs.metadata, ours.metadata)
                         : std::vector<std::string>{};
}

class MetadataCheck : public SeedCheck {
 public:
  explicit MetadataCheck(std::string cargo) : cargo_(std::move(cargo)), old_(find_old_cargo()) {}

  SeedFindings check(std::uint64_t seed, const std::string& directory) override {
    const auto project = generate(seed);
    write_project(project, directory);
    const auto theirs =
        ask(cargo_, {"metadata", "--no-deps", "--format-version", "1"}, project, directory);
    const auto ours = ask(LARDER_PROGRAM, {"metadata"}, project, directory);
    accepted_ += theirs.accepted ? 1 : 0;
    auto found = compare(theirs, ours);
    if (old_ && found.empty()) found = compare_with_old(*old_, project, directory, ours);
    return {found, fmt::format("{}{}, run in `{}` {}", project.flaw.empty() ? "" : ", flaw: ",
                               project.flaw, project.start_directory, project.manifest_path)};
  }

  std::string summary(std::size_t workspaces, std::size_t failed) const override {
    return fmt::format("{} workspaces, {} accepted by cargo; {} differ", workspaces, accepted_,
                       failed);
  }

 private:
  std::string cargo_;
  std::optional<std::string> old_;
  std::size_t accepted_ = 0;
};

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  using namespace larder::test;
  constexpr std::uint64_t usual_count = 300;
  return run_seeds(argc, argv, usual_count, "larder-generated",
                   [](const auto&, const auto&) -> std::unique_ptr<SeedCheck> {
                     auto cargo = find_cargo();
                     return cargo ? std::make_unique<MetadataCheck>(std::move(*cargo)) : nullptr;
                   });
}
