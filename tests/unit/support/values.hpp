#pragma once

#include <map>
#include <string>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"

// Named, since `Environment({{"A", "1"}})` could also mean a copy.
namespace larder::test {

/// An environment of these variables only.
inline Environment environment_of(std::map<std::string, std::string> variables) {
  return Environment(std::move(variables));
}

/// A tree of these files: path → contents.
inline MemoryTree tree_of(std::map<std::string, std::string> files) {
  return MemoryTree(std::move(files));
}

}  // namespace larder::test
