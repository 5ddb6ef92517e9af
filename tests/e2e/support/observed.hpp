#pragma once

#include <map>
#include <string>
#include <vector>

#include "larder/observe/observation.hpp"
#include "programs.hpp"

namespace larder::test {

/// A workspace whose units are observed while a real cargo builds it.
class ObservedWorkspace {
 public:
  /// Relative path → text.
  ObservedWorkspace(std::string directory, const std::map<std::string, std::string>& files);

  /// Builds it anew. The build must succeed.
  std::vector<observe::Observation> build(const Words& arguments = {},
                                          const Environment& environment = environment_of_builds());
  /// What cargo's `cargo::warning=` lines showed in the last build.
  const std::string& messages() const { return messages_; }
  std::string operator/(const std::string& path) const { return directory_ + "/" + path; }

  static Environment environment_of_builds();

 private:
  std::string directory_;
  std::string messages_;
};

/// A package with a build script: `body` is in its `main`. Its library is empty.
std::map<std::string, std::string> package_with_script(const std::string& body);

/// The observation of a package's build script, run or compiled, or of rustc for a crate. Throws
/// when there is none or more than one.
const observe::Observation& script_run(const std::vector<observe::Observation>& all,
                                       const std::string& package);
const observe::Observation& compilation(const std::vector<observe::Observation>& all,
                                        const std::string& crate);

bool has_read(const observe::Observation& observation, observe::ReadKind kind,
              const std::string& path);
bool asks_for(const observe::Observation& observation, const std::string& variable);
bool has_impurity(const observe::Observation& observation, observe::ImpurityKind kind,
                  const std::string& detail = "");

/// All of it as text, for messages.
std::string described(const observe::Observation& observation);

}  // namespace larder::test
