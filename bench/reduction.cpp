// Times the reduction alone, and all of `prepare` (reading, reducing, writing) in memory, for every
// workspace of a corpus that has a lock file.
//
//   larder_reduction ROUNDS CORPUS_DIR [COMMAND]
//
// Prints the slowest ten, with the medians of the rounds.

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include "../tests/parity/corpus.hpp"
#include "larder/base/error.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/lockfile/lockfile_place.hpp"
#include "larder/recipe/recipe.hpp"
#include "timing.hpp"

namespace larder::bench {

namespace {

struct Row {
  std::string workspace;
  std::size_t local = 0;
  std::size_t locked = 0;
  double reduction = 0;
  double whole = 0;
};

template <class Action>
double median_time(int rounds, const Action& action) {
  std::vector<double> times;
  for (int i = 0; i <= rounds; ++i) {
    const auto start = std::chrono::steady_clock::now();
    action();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    if (i > 0) times.push_back(time.count());
  }
  return median(times);
}

Row time_workspace(const test::Repository& repository, const std::string& root,
                   const std::string& words, int rounds) {
  const auto directory = path::join(test::root_directory, root);
  auto workspace = cargo::load_workspace(repository.tree, path::join(directory, "Cargo.toml"), "");
  cargo::load_path_dependencies(repository.tree, workspace);
  const auto lock =
      cargo::read_lockfile(repository.tree, path::join(workspace.root_directory, "Cargo.lock"));
  const auto config = cargo::Config::load(repository.tree, directory, directory, "");
  const auto command = cargo::parse_command_line(cargo::split_command(words));
  const std::optional<cargo::ToolchainFile> toolchain;
  const cargo::Config stated;
  const Environment environment;
  Row row{repository.name + " " + root, workspace.packages.size(), lock.packages.size()};
  row.reduction = median_time(rounds, [&] {
    reduce::reduce({workspace, lock, command, config, toolchain, stated, environment});
  });
  row.whole = median_time(rounds, [&] {
    recipe::write(
        recipe::derive(repository.tree, {directory, "", {{"", cargo::split_command(words)}}}));
  });
  return row;
}

int run(int rounds, const std::string& corpus, const std::string& command) {
  std::vector<Row> rows;
  std::size_t refused = 0;
  for (const auto& repository : test::read_corpus(corpus)) {
    for (const auto& workspace : repository.workspaces) {
      const auto root = workspace.at("root").get<std::string>();
      const auto lock = path::join(path::join(test::root_directory, root), "Cargo.lock");
      if (!repository.tree.is_file(lock)) continue;
      try {
        rows.push_back(time_workspace(repository, root, command, rounds));
      } catch (const Error&) {
        ++refused;
      }
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const Row& a, const Row& b) { return a.reduction > b.reduction; });
  fmt::print("cargo {}, medians of {} rounds, {} workspaces ({} more have no recipe)\n", command,
             rounds, rows.size(), refused);
  fmt::print("{:<40} {:>6} {:>7} {:>10} {:>10}\n", "workspace", "local", "locked", "reduction",
             "in all");
  for (std::size_t i = 0; i < std::min<std::size_t>(10, rows.size()); ++i) {
    fmt::print("{:<40} {:>6} {:>7} {:>7.1f} ms {:>7.1f} ms\n", rows[i].workspace, rows[i].local,
               rows[i].locked, rows[i].reduction, rows[i].whole);
  }
  return rows.empty() ? 1 : 0;
}

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  if (argc < 3 || std::atoi(argv[1]) < 1) {
    fmt::print(stderr, "usage: larder_reduction ROUNDS CORPUS_DIR [COMMAND]\n");
    return 2;
  }
  try {
    return larder::bench::run(std::atoi(argv[1]), argv[2],
                              argc > 3 ? argv[3] : "test --no-run --workspace");
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: {}\n", error.what());
    return 1;
  }
}
