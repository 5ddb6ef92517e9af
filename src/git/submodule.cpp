#include <sstream>

#include "handle.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/toml/whitespace.hpp"

namespace larder::git {

namespace {

/// `"a \"b\""` → `a "b"`; unquoted text is unchanged.
std::string unquoted(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') continue;
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out += text[i];
  }
  return out;
}

/// The name in `[submodule "NAME"]`; nothing for any other section header.
std::optional<std::string> section_name(const std::string& line) {
  constexpr std::string_view start = "[submodule";
  const auto open = line.find('"');
  const auto close = line.rfind('"');
  if (!line.starts_with(start) || open == std::string::npos || close == open) return std::nullopt;
  return unquoted(line.substr(open, close - open + 1));
}

std::shared_ptr<const Repository::Handle> open(const std::string& directory) {
  git_repository* found = nullptr;
  constexpr unsigned flags = GIT_REPOSITORY_OPEN_NO_SEARCH | GIT_REPOSITORY_OPEN_CROSS_FS;
  if (git_repository_open_ext(&found, directory.c_str(), flags, nullptr) != 0) return nullptr;
  return std::make_shared<Repository::Handle>(Owned<git_repository>(found));
}

}  // namespace

std::string submodule_name(const std::string& text, const std::string& path) {
  std::istringstream lines(text);
  std::string name;
  for (std::string raw; std::getline(lines, raw);) {
    const std::string line(cargo::trimmed(raw));
    if (line.starts_with('[')) {
      name = section_name(line).value_or("");
      continue;
    }
    const auto equals = line.find('=');
    if (name.empty() || equals == std::string::npos ||
        cargo::trimmed(std::string_view(line).substr(0, equals)) != "path")
      continue;
    if (unquoted(std::string(cargo::trimmed(std::string_view(line).substr(equals + 1)))) == path)
      return name;
  }
  return "";
}

std::shared_ptr<const Repository::Handle> open_submodule(const Repository::Handle& parent,
                                                         const std::string& name,
                                                         const std::string& path) {
  // A name with ".." could lead to any repository on this machine.
  if (path::stays_inside(name)) {
    if (auto found = open(path::join(parent.common_directory(), "modules/" + name))) return found;
  }
  // The submodule may have its repository in the working tree, as before git 1.7.8.
  if (parent.work_directory().empty() || !path::stays_inside(path)) return nullptr;
  return open(path::join(parent.work_directory(), path));
}

}  // namespace larder::git
