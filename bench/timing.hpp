#pragma once

#include <string>
#include <vector>

namespace larder::bench {

/// One run of a command, with its output discarded.
struct Run {
  double milliseconds = 0;
  /// Peak resident memory.
  double mebibytes = 0;
  bool succeeded = false;
};

Run run_once(const std::vector<std::string>& command, const std::string& directory);

double median(std::vector<double> values);

/// Runs several commands in one directory, one after the other in each round, so that a busy moment
/// of the machine affects all of them. Returns the medians of each command. `succeeded` is false
/// for one that fails. The first round does not count.
std::vector<Run> measure(const std::vector<std::vector<std::string>>& commands,
                         const std::string& directory, int rounds);

}  // namespace larder::bench
