#include "larder/report/difference_output.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "change_json.hpp"
#include "larder/base/shortened.hpp"

namespace larder::report {

namespace {

/// As many names as fit on a screen beside the changes.
constexpr std::size_t most_packages = 12;

std::string names(const std::set<std::string>& packages) {
  return fmt::format("{}",
                     fmt::join(shortened({packages.begin(), packages.end()}, most_packages), ", "));
}

std::string change_text(const Change& change) {
  auto out = fmt::format("  {:<15} {} ({} recompiled)\n", name_of(change.kind), change.text,
                         change.recompiled.size());
  for (const auto& cause : change.causes) {
    out += fmt::format("{:18}{}", "", place_of(cause));
    if (!cause.text.empty()) out += "  " + cause.text;
    out += "\n";
  }
  return out;
}

}  // namespace

std::string place_of(const Cause& cause) {
  auto out = cause.file;
  if (cause.line > 0) out += ":" + std::to_string(cause.line);
  return cause.gone ? out + " (removed)" : out;
}

std::string printable(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n') || byte == 0x7f) c = '?';
  }
  return out;
}

std::string valid_utf8(const std::string& text) {
  using json = nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace));
}

std::string difference_text(const std::vector<CommandDifference>& commands) {
  std::string out;
  for (const auto& command : commands) {
    if (command.changes.empty()) continue;
    out += fmt::format("{}: {} of {} external packages recompiled\n",
                       command.command.empty() ? "any command" : "cargo " + command.command,
                       command.recompiled.size(), command.external_packages);
    for (const auto& change : command.changes) out += change_text(change);
    if (!command.recompiled.empty())
      out += fmt::format("  {:<15} {}\n", "recompiled", names(command.recompiled));
  }
  return printable(out);
}

nlohmann::ordered_json change_json(const Change& change) {
  auto causes = nlohmann::ordered_json::array();
  for (const auto& cause : change.causes) {
    nlohmann::ordered_json item{{"file", cause.file}};
    item["line"] = cause.line > 0 ? nlohmann::ordered_json(cause.line) : nlohmann::ordered_json();
    item["text"] = cause.text;
    item["gone"] = cause.gone;
    causes.push_back(std::move(item));
  }
  return {{"kind", name_of(change.kind)},
          {"subject", change.subject},
          {"text", change.text},
          {"recompiled", change.recompiled},
          {"causes", std::move(causes)}};
}

std::string dump(const nlohmann::ordered_json& document) {
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

std::string difference_json(const std::vector<CommandDifference>& commands) {
  bool same = true;
  auto list = nlohmann::ordered_json::array();
  for (const auto& command : commands) {
    same = same && command.changes.empty();
    auto changes = nlohmann::ordered_json::array();
    for (const auto& change : command.changes) changes.push_back(change_json(change));
    list.push_back({{"name", command.name},
                    {"command", command.command},
                    {"external_packages", command.external_packages},
                    {"recompiled", command.recompiled},
                    {"changes", std::move(changes)}});
  }
  return dump({{"same", same}, {"commands", std::move(list)}});
}

const OutputFormats<std::vector<CommandDifference>>& difference_formats() {
  static const OutputFormats<std::vector<CommandDifference>> formats{{"human", difference_text},
                                                                     {"json", difference_json}};
  return formats;
}

}  // namespace larder::report
