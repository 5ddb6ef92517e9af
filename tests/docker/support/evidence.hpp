#pragma once

#include <string>

#include "workspace.hpp"

namespace larder::test {

constexpr const char* cook_step = "cargo larder cook";
constexpr const char* build_step = "cargo larder build";

/// A step of a log as a message: the instruction and all that was said.
std::string part(const Step& step);
std::string listed(const std::set<std::string>& names);

/// Builds; ends the test case, with the log, when that fails.
BuildLog require_built(const Build& build);

/// `dockerfile` with more stages behind it, in a file without a .dockerignore.
std::string with_stages(const std::string& dockerfile, const Workspace& workspace,
                        const std::string& name, const std::string& stages);

/// Every path in an image, and whether a text is anywhere in its files.
struct Contents {
  std::string paths;
  bool has_text = false;
};
Contents contents(const std::string& image, const std::string& text);

}  // namespace larder::test
