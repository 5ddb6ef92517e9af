#include "cases.hpp"

#include <map>
#include <optional>
#include <set>

namespace larder::test {

namespace {

/// Evaluates other conditions than the host; its standard library is not needed.
constexpr const char* foreign_platform = "x86_64-pc-windows-gnu";

/// Run with the stub in rustc's place too.
bool is_run_twice(const std::string& command) {
  static const std::set<std::string> commands{"build", "test --no-run --workspace",
                                              "check --all-targets"};
  return commands.contains(command);
}

std::string first_binary(const cargo::Workspace& workspace) {
  for (const auto member : workspace.member_ids()) {
    for (const auto& target : workspace.packages[member].targets) {
      if (target.kind == cargo::TargetKind::Bin && target.required_features.empty())
        return target.name;
    }
  }
  return "";
}

std::map<std::string, std::string> placeholders(const cargo::Workspace& workspace,
                                                const std::string& host) {
  const auto members = workspace.member_count;
  std::map<std::string, std::string> out{{"{host}", host}, {"{foreign}", foreign_platform}};
  const auto name = [&](std::size_t member) {
    return workspace.packages[cargo::LocalId(member)].name;
  };
  if (members > 0) out["{first}"] = name(0);
  if (members > 1) out["{last}"] = name(members - 1);
  if (members > 2) out["{middle}"] = name(members / 2);
  if (const auto binary = first_binary(workspace); !binary.empty()) out["{bin}"] = binary;
  return out;
}

std::optional<std::string> fill(std::string command,
                                const std::map<std::string, std::string>& values) {
  for (const auto& [placeholder, value] : values) {
    if (const auto at = command.find(placeholder); at != std::string::npos)
      command.replace(at, placeholder.size(), value);
  }
  if (command.find('{') != std::string::npos) return std::nullopt;
  return command;
}

}  // namespace

const std::vector<std::string>& default_commands() {
  static const std::vector<std::string> commands{
      "build",
      "build --release",
      "check --all-targets",
      "clippy --workspace --all-features",
      "test --no-run --workspace",
      "bench --no-run",
      "build --no-default-features",
      "build --release -p {first}",
      "test --no-run -p {middle}",
      "check -p {last}",
      "build --bin {bin}",
      "build --target {host}",
      "build --target {foreign}",
  };
  return commands;
}

std::vector<Case> cases_of(const cargo::Workspace& workspace,
                           const std::vector<std::string>& commands, const std::string& host) {
  const auto values = placeholders(workspace, host);
  std::vector<Case> out;
  for (const auto& command : commands) {
    const auto filled = fill(command, values);
    if (!filled) continue;
    out.push_back({*filled, StubAs::Wrapper});
    if (is_run_twice(command)) out.push_back({*filled, StubAs::Rustc});
  }
  return out;
}

}  // namespace larder::test
