#include "seeds.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>

namespace larder::test {

namespace {

namespace fs = std::filesystem;

int skip() {
  constexpr int skipped = 77;
  const char* ci = std::getenv("CI");
  const bool must_run = ci != nullptr && *ci != '\0';
  fmt::print("{}: cargo is not installed, so nothing was compared\n",
             must_run ? "FAILED" : "SKIPPED");
  return must_run ? 1 : skipped;
}

void report(std::uint64_t seed, const std::string& directory, const SeedFindings& findings) {
  fmt::print("seed {}{} (in {})\n", seed, findings.about, directory);
  for (const auto& failure : findings.failures) fmt::print("  {}\n", failure);
  std::fflush(stdout);
}

int run(SeedCheck& check, std::uint64_t first, std::uint64_t count, const std::string& directory) {
  std::size_t failed = 0;
  for (auto seed = first; seed < first + count; ++seed) {
    const auto place = fmt::format("{}/{}", directory, seed);
    const auto findings = check.check(seed, place);
    if (findings.failures.empty()) {
      fs::remove_all(place);
    } else {
      ++failed;
      report(seed, place, findings);
    }
  }
  fmt::print("{}\n", check.summary(count, failed));
  if (failed == 0) fs::remove_all(directory);
  return failed == 0 ? 0 : 1;
}

}  // namespace

int run_seeds(int argc, char** argv, std::uint64_t usual_count, const std::string& name,
              const MakeSeedCheck& make) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto number = [&](std::size_t index, std::uint64_t usual) {
    return arguments.size() > index ? std::stoull(arguments[index]) : usual;
  };
  try {
    const auto count = number(0, usual_count);
    const auto first = number(1, 1);
    const auto words = arguments.size() > 2
                           ? std::vector<std::string>(arguments.begin() + 2, arguments.end())
                           : std::vector<std::string>{};
    const auto directory =
        (fs::temp_directory_path() / fmt::format("{}-{}", name, ::getpid())).string();
    fs::create_directories(directory);
    const auto check = make(directory, words);
    if (check) return run(*check, first, count, directory);
    fs::remove_all(directory);
    return skip();
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}

}  // namespace larder::test
