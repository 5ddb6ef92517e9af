// Times short commands that take turns, in one directory and with their output discarded.
//
//   larder_time ROUNDS DIRECTORY COMMAND [-- -- COMMAND]...
//
// `-- --` ends a command, because a single `--` may be part of it. The commands run one after the
// other in each round. The first round does not count. Prints a line for each command: median,
// least and most, in milliseconds.

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "timing.hpp"

namespace larder::bench {

namespace {

std::vector<std::vector<std::string>> split(const std::vector<std::string>& words) {
  std::vector<std::vector<std::string>> commands(1);
  for (const auto& word : words) {
    if (word == "--" && !commands.back().empty() && commands.back().back() == "--") {
      commands.back().pop_back();
      commands.emplace_back();
    } else {
      commands.back().push_back(word);
    }
  }
  return commands;
}

}  // namespace

}  // namespace larder::bench

int main(int argc, char** argv) {
  using namespace larder::bench;
  const std::vector<std::string> words(argv + 1, argv + argc);
  constexpr std::size_t fixed = 2;
  if (words.size() <= fixed) {
    fmt::print(stderr, "usage: larder_time ROUNDS DIRECTORY COMMAND [-- -- COMMAND]...\n");
    return 2;
  }
  const auto commands = split({words.begin() + fixed, words.end()});
  std::vector<std::vector<double>> times(commands.size());
  for (int round = 0; round <= std::atoi(words[0].c_str()); ++round) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const auto run = run_once(commands[i], words[1]);
      if (!run.succeeded) {
        fmt::print(stderr, "failed in {}: {}\n", words[1], fmt::join(commands[i], " "));
        return 1;
      }
      if (round > 0) times[i].push_back(run.milliseconds);
    }
  }
  for (const auto& of_command : times) {
    const auto [least, most] = std::minmax_element(of_command.begin(), of_command.end());
    fmt::print("{:.3f} {:.3f} {:.3f}\n", median(of_command), *least, *most);
  }
}
