#pragma once

#include <string>
#include <vector>

namespace larder::bench {

/// How a command ran once, its output thrown away.
struct Run {
  double milliseconds = 0;
  /// Peak resident memory.
  double mebibytes = 0;
  bool succeeded = false;
};

Run run_once(const std::vector<std::string>& command, const std::string& directory);

double median(std::vector<double> values);

/// Several commands in one directory, one after the other in each round, so that a busy moment of
/// the machine falls on all of them. The result has the medians of each command; one that fails
/// has `succeeded` false. The first round does not count.
std::vector<Run> measure(const std::vector<std::vector<std::string>>& commands,
                         const std::string& directory, int rounds);

}  // namespace larder::bench
