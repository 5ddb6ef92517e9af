#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace larder::test {

/// One step of a build, as `--progress=plain` shows it.
struct Step {
  /// Stage and position, as "builder 2/4".
  std::string position;
  /// The instruction: "RUN …", "COPY …".
  std::string instruction;
  bool cached = false;
  bool failed = false;
  /// What its program wrote, without BuildKit's number and time.
  std::vector<std::string> lines;

  bool says(std::string_view text) const;
  /// The first line that contains the text; empty for none.
  std::string line_with(std::string_view text) const;
  /// External crates that cargo compiled or checked, as "itoa 1.0.14": not those with a path.
  std::set<std::string> compiled_external() const;
  std::set<std::string> compiled_local() const;
  /// Crates that cargo downloaded.
  std::set<std::string> downloaded() const;
  /// A number of sccache's statistics, by its label; -1 where there is none.
  int sccache(std::string_view label) const;
};

class BuildLog {
 public:
  BuildLog() = default;
  explicit BuildLog(std::string_view text);
  /// From what Podman and Buildah print, whose steps may belong to different stages by turns.
  static BuildLog of_podman(std::string_view text);

  const std::vector<Step>& steps() const { return steps_; }
  /// The only step whose instruction contains the text; throws where there is none, or another.
  const Step& step(std::string_view text) const;
  const std::string& text() const { return text_; }

 private:
  std::string text_;
  std::vector<Step> steps_;
};

}  // namespace larder::test
