// Generates workspaces and asks `cargo metadata --no-deps` and `cargo-larder metadata` about each:
// both must say the same, or both reject it.
//
//   larder_generated [COUNT [FIRST_SEED]]
//
// A difference is printed with its seed, and its directory is kept. With LARDER_OLD_CARGO, an older
// cargo is asked as well, about what it can know.

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "old_cargo.hpp"
#include "programs.hpp"

namespace larder::test {

namespace {

namespace fs = std::filesystem;

class Run {
 public:
  Run(std::string cargo, std::string directory)
      : cargo_(std::move(cargo)), directory_(std::move(directory)), old_(find_old_cargo()) {}

  void check(std::uint64_t seed) {
    const auto project = generate(seed);
    const auto directory = fmt::format("{}/{}", directory_, seed);
    write_project(project, directory);
    const auto theirs =
        ask(cargo_, {"metadata", "--no-deps", "--format-version", "1"}, project, directory);
    const auto ours = ask(LARDER_PROGRAM, {"metadata"}, project, directory);
    ++count_;
    accepted_ += theirs.accepted ? 1 : 0;
    auto found = compare(theirs, ours);
    if (old_ && found.empty()) found = compare_with_old(*old_, project, directory, ours);
    if (found.empty()) {
      fs::remove_all(directory);
    } else {
      report(seed, project, directory, found);
    }
  }

  int finish() const {
    fmt::print("{} workspaces, {} accepted by cargo; {} differ\n", count_, accepted_, differing_);
    if (differing_ == 0) fs::remove_all(directory_);
    return differing_ == 0 ? 0 : 1;
  }

 private:
  static std::vector<std::string> compare(const Answer& theirs, const Answer& ours) {
    if (theirs.accepted != ours.accepted) {
      return {theirs.accepted ? "rejected by us: " + ours.errors
                              : "accepted by us; cargo: " + theirs.errors};
    }
    if (!ours.accepted && ours.errors.find("error[") == std::string::npos)
      return {"rejected by us without an error: " + ours.errors};
    return theirs.accepted ? differences("", theirs.metadata, ours.metadata)
                           : std::vector<std::string>{};
  }

  void report(std::uint64_t seed, const Project& project, const std::string& directory,
              const std::vector<std::string>& found) {
    ++differing_;
    fmt::print("seed {}{}{} (in {}, run in `{}` {})\n", seed,
               project.flaw.empty() ? "" : ", flaw: ", project.flaw, directory,
               project.start_directory, project.manifest_path);
    for (const auto& line : found) fmt::print("  {}\n", line);
    std::fflush(stdout);
  }

  std::string cargo_;
  std::string directory_;
  std::optional<std::string> old_;
  std::size_t count_ = 0;
  std::size_t accepted_ = 0;
  std::size_t differing_ = 0;
};

int skip() {
  constexpr int skipped = 77;
  const char* ci = std::getenv("CI");
  const bool must_run = ci != nullptr && *ci != '\0';
  fmt::print("{}: cargo is not installed, so nothing was compared\n",
             must_run ? "FAILED" : "SKIPPED");
  return must_run ? 1 : skipped;
}

int run(std::uint64_t count, std::uint64_t first) {
  const auto cargo = find_cargo();
  if (!cargo) return skip();
  const auto directory = fs::temp_directory_path() / fmt::format("larder-generated-{}", ::getpid());
  Run run(*cargo, directory.string());
  for (auto seed = first; seed < first + count; ++seed) run.check(seed);
  return run.finish();
}

}  // namespace

}  // namespace larder::test

int main(int argc, char** argv) {
  const auto number = [&](int index, std::uint64_t otherwise) {
    return argc > index ? std::strtoull(argv[index], nullptr, 10) : otherwise;
  };
  constexpr std::uint64_t usual_count = 300;
  try {
    return larder::test::run(number(1, usual_count), number(2, 1));
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
