#include "timing.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace larder::bench {

namespace {

[[noreturn]] void become(const std::vector<std::string>& command, const std::string& directory) {
  std::vector<char*> words;
  for (const auto& word : command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  const int nothing = ::open("/dev/null", O_RDWR);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(nothing, STDOUT_FILENO);
  ::dup2(nothing, STDERR_FILENO);
  if (::chdir(directory.c_str()) == 0) ::execvp(words[0], words.data());
  ::_exit(127);
}

}  // namespace

Run run_once(const std::vector<std::string>& command, const std::string& directory) {
  const auto start = std::chrono::steady_clock::now();
  const auto child = ::vfork();
  if (child == 0) become(command, directory);
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
  return {time.count(), static_cast<double>(usage.ru_maxrss) / 1024,
          WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

std::vector<Run> measure(const std::vector<std::vector<std::string>>& commands,
                         const std::string& directory, int rounds) {
  std::vector<std::vector<Run>> runs(commands.size());
  for (int round = 0; round <= rounds; ++round) {
    for (std::size_t i = 0; i < commands.size(); ++i) {
      const bool failed = !runs[i].empty() && !runs[i].back().succeeded;
      if (!failed) runs[i].push_back(run_once(commands[i], directory));
    }
  }
  std::vector<Run> out;
  for (const auto& of_command : runs) {
    std::vector<double> times;
    std::vector<double> memory;
    for (std::size_t i = 1; i < of_command.size(); ++i) {
      times.push_back(of_command[i].milliseconds);
      memory.push_back(of_command[i].mebibytes);
    }
    out.push_back({median(times), median(memory), of_command.back().succeeded});
  }
  return out;
}

}  // namespace larder::bench
