#include "larder/report/freshness.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace larder::report {

bool is_local_package_id(std::string_view id) {
  return id.starts_with("path+") || id.find("(path+") != std::string_view::npos;
}

std::string package_of_id(std::string_view id) {
  // Cargo before 1.77 writes "name 1.2.3 (source)".
  if (const auto source = id.find(" ("); source != std::string_view::npos)
    return std::string(id.substr(0, source));
  const auto hash = id.rfind('#');
  if (hash == std::string_view::npos) return std::string(id);
  auto package = std::string(id.substr(hash + 1));
  if (const auto at = package.find('@'); at != std::string::npos) {
    package[at] = ' ';
    return package;
  }
  // If the id does not repeat the name, it is the last part of the URL.
  auto url = id.substr(0, hash);
  url = url.substr(0, url.find('?'));
  return std::string(url.substr(url.rfind('/') + 1)) + " " + package;
}

namespace {

/// The string under a key; empty when there is none.
std::string text_of(const nlohmann::json& message, const char* key) {
  const auto found = message.find(key);
  return found != message.end() && found->is_string() ? found->get<std::string>() : "";
}

/// The strings of a list under a key.
std::vector<std::string> texts_of(const nlohmann::json& message, const char* key) {
  std::vector<std::string> out;
  const auto found = message.find(key);
  if (found == message.end() || !found->is_array()) return out;
  for (const auto& text : *found) {
    if (text.is_string()) out.push_back(text.get<std::string>());
  }
  return out;
}

ExternalUnit unit_of(const std::string& id, const nlohmann::json& message) {
  const auto package = package_of_id(id);
  const auto space = package.find(' ');
  ExternalUnit unit{package.substr(0, space), "", "", "", texts_of(message, "filenames")};
  if (space != std::string::npos) unit.version = package.substr(space + 1);
  const auto target = message.find("target");
  if (target == message.end() || !target->is_object()) return unit;
  unit.target = text_of(*target, "name");
  for (const auto& kind : texts_of(*target, "kind"))
    unit.kind += (unit.kind.empty() ? "" : ", ") + kind;
  return unit;
}

}  // namespace

bool Freshness::take(std::string_view line) {
  if (!line.starts_with("{\"reason\":")) return false;
  const auto message = nlohmann::json::parse(line, nullptr, false);
  if (!message.is_object()) return false;
  const auto reason = text_of(message, "reason");
  if (reason.empty()) return false;
  const auto id = text_of(message, "package_id");
  const auto fresh = message.find("fresh");
  if (reason != "compiler-artifact" || id.empty() || is_local_package_id(id)) return true;
  if (fresh == message.end() || !fresh->is_boolean()) return true;
  if (fresh->get<bool>()) {
    ++external_reused_;
  } else {
    external_compiled_.push_back(unit_of(id, message));
  }
  return true;
}

}  // namespace larder::report
