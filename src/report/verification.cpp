#include "larder/report/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "explanation_json.hpp"

namespace larder::report {

namespace {

using Json = nlohmann::json;

Json to_json(const ColdUnit& cold) {
  auto reasons = Json::array();
  for (const auto& reason : cold.reasons)
    reasons.push_back({{"kind", word_of(reason.kind)}, {"text", reason.text}});
  return {{"package", cold.unit.name},
          {"version", cold.unit.version},
          {"target", cold.unit.target},
          {"kind", cold.unit.kind},
          {"reasons", std::move(reasons)}};
}

Json to_json(const VerifiedCommand& command) {
  auto cold = Json::array();
  for (const auto& unit : command.cold) cold.push_back(to_json(unit));
  Json out{{"name", command.name},
           {"command", command.words},
           {"external_units", command.external_total},
           {"cold", std::move(cold)}};
  if (command.local.empty()) return out;
  out["local"] = Json::array();
  for (const auto& unit : command.local) out["local"].push_back(json_of(unit));
  return out;
}

}  // namespace

bool Verification::warm() const {
  return std::all_of(commands.begin(), commands.end(),
                     [](const auto& command) { return command.cold.empty(); });
}

std::vector<std::string> cold_lines(const VerifiedCommand& command) {
  std::vector<std::string> out;
  for (const auto& [unit, reasons] : command.cold) {
    std::string why;
    for (const auto& reason : reasons) why += (why.empty() ? "" : "; ") + reason.text;
    const auto what = unit.kind == "custom-build" ? " (build script)" : "";
    out.push_back(fmt::format("{} v{}{}: {}", unit.name, unit.version, what, why));
  }
  return out;
}

std::vector<std::string> local_lines(const VerifiedCommand& command) {
  std::vector<std::string> out;
  for (const auto& unit : command.local) {
    if (unit.state != store::UnitState::Cold) continue;
    out.push_back(fmt::format("{} v{} {}: {}", unit.package, unit.version, unit.unit,
                              words_of_reasons(unit)));
  }
  return out;
}

std::string to_json(const Verification& verification) {
  auto commands = Json::array();
  for (const auto& command : verification.commands) commands.push_back(to_json(command));
  const Json document{{"warm", verification.warm()},
                      {"commands", std::move(commands)},
                      {"changed_since_cook", verification.changes}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const OutputFormats<Verification>& verification_formats() {
  static const OutputFormats<Verification> formats{
      {"human", [](const Verification&) { return std::string(); }}, {"json", to_json}};
  return formats;
}

}  // namespace larder::report
