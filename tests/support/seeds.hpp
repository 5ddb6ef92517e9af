#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

// Programs that make a workspace from each of many seeds and check it:
//
//   PROGRAM [COUNT [FIRST_SEED [WORD…]]]
//
// A failure is printed with its seed, and its directory is kept.

namespace larder::test {

struct SeedFindings {
  /// A line each; none when the workspace passes.
  std::vector<std::string> failures;
  /// Printed behind the seed of a workspace that fails, such as how it was run. May be empty.
  std::string about;
};

class SeedCheck {
 public:
  SeedCheck() = default;
  virtual ~SeedCheck() = default;
  SeedCheck(const SeedCheck&) = delete;
  SeedCheck& operator=(const SeedCheck&) = delete;

  /// Makes the workspace of a seed in `directory`, which does not exist yet, and checks it.
  virtual SeedFindings check(std::uint64_t seed, const std::string& directory) = 0;
  /// Printed at the end.
  virtual std::string summary(std::size_t workspaces, std::size_t failed) const = 0;
};

/// The check that uses `directory` and the words of the command line; null where there is no cargo.
using MakeSeedCheck = std::function<std::unique_ptr<SeedCheck>(
    const std::string& directory, const std::vector<std::string>& words)>;

/// The whole of such a program. Returns its exit code: 1 when a workspace fails, and 77 (1 where CI
/// is set) when there is no cargo. Its directory is a temporary one called after `name`.
int run_seeds(int argc, char** argv, std::uint64_t usual_count, const std::string& name,
              const MakeSeedCheck& make);

}  // namespace larder::test
