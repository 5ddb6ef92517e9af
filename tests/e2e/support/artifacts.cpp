#include "artifacts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <stdexcept>

namespace larder::test {

namespace {

using nlohmann::json;

Artifact artifact_of(const json& message) {
  const auto& target = message.at("target");
  const json unit = {message.at("package_id"), target.at("name"), target.at("kind"),
                     message.at("features"), message.at("profile")};
  return {message.at("package_id").get<std::string>(), unit.dump(),
          unit.dump() + message.at("filenames").dump(), message.at("fresh").get<bool>()};
}

}  // namespace

std::vector<std::string> Messages::compiled_external() const {
  std::vector<std::string> compiled;
  for (const auto& artifact : external) {
    if (!artifact.fresh) compiled.push_back(artifact.identity);
  }
  return compiled;
}

std::set<std::string> Messages::local_packages() const {
  std::set<std::string> packages;
  for (const auto& artifact : local) packages.insert(artifact.package_id);
  return packages;
}

Messages parse_messages(std::string_view output) {
  Messages messages;
  std::istringstream lines{std::string(output)};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{')) continue;
    const auto message = json::parse(line, nullptr, false);
    if (!message.is_object() || !message.contains("reason")) continue;
    const auto reason = message.at("reason").get<std::string>();
    if (reason == "compiler-artifact") {
      auto artifact = artifact_of(message);
      if (is_path_id(artifact.package_id)) {
        messages.local.push_back(std::move(artifact));
      } else {
        messages.external_units.insert(artifact.identity);
        messages.external.push_back(std::move(artifact));
      }
    } else if (reason == "compiler-message" && message.at("message").at("level") == "error") {
      messages.diagnostics += message.at("message").value("rendered", "");
    } else if (reason == "build-script-executed") {
      const auto id = message.at("package_id").get<std::string>();
      if (!is_path_id(id))
        messages.external_units.insert("run " + id + " in " +
                                       message.at("out_dir").get<std::string>());
    }
  }
  return messages;
}

Messages messages_of(const Run& built) {
  return parse_messages(must(built).output);
}

Messages must_reuse_all(const Run& built) {
  auto messages = messages_of(built);
  CHECK(messages.compiled_external() == std::vector<std::string>{});
  return messages;
}

bool is_path_id(std::string_view package_id) {
  // "path+file:///dir#1.0.0" since 1.77, "name 1.0.0 (path+file:///dir)" before.
  const auto source = package_id.find(" (");
  if (source != std::string_view::npos) package_id.remove_prefix(source + 2);
  return package_id.starts_with("path+");
}

std::vector<std::string> missing_in(const std::set<std::string>& from,
                                    const std::set<std::string>& set) {
  std::vector<std::string> missing;
  std::set_difference(from.begin(), from.end(), set.begin(), set.end(),
                      std::back_inserter(missing));
  return missing;
}

}  // namespace larder::test
