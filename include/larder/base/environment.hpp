#pragma once

#include <map>
#include <optional>
#include <string>

namespace larder {

/// Environment variables as a value. They are read once, in `cli`, and passed in everywhere else.
class Environment {
 public:
  Environment() = default;
  explicit Environment(std::map<std::string, std::string> variables)
      : variables_(std::move(variables)) {}

  /// The value; nothing when unset or empty, because cargo and rustup treat an empty variable as
  /// unset.
  std::optional<std::string> get(const std::string& name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end() || found->second.empty()) return std::nullopt;
    return found->second;
  }
  void set(const std::string& name, std::string value) { variables_[name] = std::move(value); }
  /// Adds `NAME=VALUE`, as in environ(7). Of two with the same name, the first counts, as for
  /// getenv(3).
  void add_entry(const std::string& entry) {
    const auto equals = entry.find('=', 1);
    if (equals != std::string::npos)
      variables_.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  void unset(const std::string& name) { variables_.erase(name); }
  const std::map<std::string, std::string>& variables() const { return variables_; }

 private:
  std::map<std::string, std::string> variables_;
};

}  // namespace larder
