#pragma once

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

namespace larder::test {

/// What a run saw: how often each thing happened, and what should not have.
struct Findings {
  /// Name → how often; printed at the end.
  std::map<std::string, std::size_t> counts;
  /// Of the workspace at hand.
  std::vector<std::string> failures;

  void count(const std::string& what) { ++counts[what]; }
  void fail(std::string what) { failures.push_back(std::move(what)); }
};

}  // namespace larder::test
