#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace larder::dockerfile {

/// A `.dockerignore` (moby/patternmatcher): patterns of Go's filepath.Match and `**`, relative to
/// the context. The last pattern that matches a path, or a directory above it, decides.
class IgnoreFile {
 public:
  IgnoreFile() = default;
  explicit IgnoreFile(std::string_view text);

  /// Whether a path, relative to the context, is left out of it.
  bool excludes(std::string_view path) const;
  /// The line of the pattern that decides about a path; 0 when none matches.
  std::uint32_t deciding_line(std::string_view path) const;

 private:
  struct Pattern {
    std::vector<std::string> components;
    bool is_exception = false;
    std::uint32_t line = 0;
  };
  const Pattern* deciding(std::string_view path) const;

  std::vector<Pattern> patterns_;
};

}  // namespace larder::dockerfile
