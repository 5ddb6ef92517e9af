#include "larder/report/store_units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>

#include "calendar.hpp"
#include "explanation_json.hpp"

namespace larder::report {

namespace {

using Json = nlohmann::json;

std::string_view word_for(store::UnitState state) {
  constexpr std::array<std::string_view, 3> words{"present", "stored", "cold"};
  return words.at(static_cast<std::size_t>(state));
}

/// "2026-11-29 12:00 UTC"
std::string date_and_time(std::uint64_t seconds) {
  const auto time = moment(static_cast<std::int64_t>(seconds));
  const std::chrono::hh_mm_ss clock(time - std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{} {:02}:{:02} UTC", day_of(time), clock.hours().count(),
                     clock.minutes().count());
}

std::string outcome(const store::Explanation& unit) {
  if (unit.state == store::UnitState::Present) return "is in the target directory";
  if (unit.state == store::UnitState::Stored) {
    return fmt::format("would be restored from {} (saved {} by {})", unit.directory,
                       date_and_time(unit.saved), unit.saved_by);
  }
  return "would be compiled: " + words_of_reasons(unit);
}

}  // namespace

Json json_of(const store::Explanation& unit) {
  auto reasons = Json::array();
  for (const auto& reason : unit.reasons)
    reasons.push_back({{"kind", store::word_of(reason.kind)}, {"text", reason.text}});
  Json out{{"package", unit.package}, {"version", unit.version}, {"unit", unit.unit},
           {"hash", unit.hash},       {"local", unit.is_local},  {"state", word_for(unit.state)}};
  if (unit.state == store::UnitState::Cold) out["reasons"] = std::move(reasons);
  if (unit.state == store::UnitState::Stored) {
    out["saved"] = unit.saved;
    out["saved_by"] = unit.saved_by;
    out["store"] = unit.directory;
  }
  return out;
}

bool StoreUnits::warm() const {
  return std::none_of(units.begin(), units.end(),
                      [](const auto& unit) { return unit.state == store::UnitState::Cold; });
}

std::string words_of_reasons(const store::Explanation& unit) {
  std::string out;
  for (const auto& reason : unit.reasons) out += (out.empty() ? "" : "; ") + reason.text;
  return out;
}

std::string to_text(const StoreUnits& found) {
  std::string out;
  for (const auto& unit : found.units) {
    out += fmt::format("{} {} {} {} {}\n", unit.package, unit.version, unit.unit, unit.hash,
                       outcome(unit));
  }
  return out;
}

std::string to_json(const StoreUnits& found) {
  auto units = Json::array();
  for (const auto& unit : found.units) units.push_back(json_of(unit));
  const Json document{{"warm", found.warm()}, {"units", std::move(units)}};
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

const OutputFormats<StoreUnits>& store_unit_formats() {
  static const OutputFormats<StoreUnits> formats{{"human", to_text}, {"json", to_json}};
  return formats;
}

}  // namespace larder::report
