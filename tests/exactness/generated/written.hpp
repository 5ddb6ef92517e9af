#pragma once

#include <map>
#include <string>

#include "sketch.hpp"

namespace larder::test {

/// The files of a repository at a commit with packages of this patch version.
std::map<std::string, std::string> repository_files(const WorkspaceSketch& workspace,
                                                    std::size_t repository,
                                                    std::size_t patch_version);

}  // namespace larder::test
