#include "larder/record/stamp.hpp"

#include <nlohmann/json.hpp>

namespace larder::record {

std::string write_stamp(const Stamp& stamp) {
  return nlohmann::json{{"directory", stamp.directory},
                        {"format", 1},
                        {"tag", stamp.tag},
                        {"units", stamp.units},
                        {"written", stamp.written}}
             .dump(2) +
         "\n";
}

std::optional<Stamp> read_stamp(std::string_view text) {
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object() || parsed.value("format", nlohmann::json()) != 1) return std::nullopt;
  const auto directory = parsed.value("directory", nlohmann::json());
  const auto tag = parsed.value("tag", nlohmann::json());
  const auto units = parsed.value("units", nlohmann::json());
  const auto written = parsed.value("written", nlohmann::json());
  if (!directory.is_string() || !tag.is_number_integer() || !units.is_object() ||
      !written.is_number_integer())
    return std::nullopt;
  Stamp out{directory.get<std::string>(), written.get<std::int64_t>(), tag.get<std::int64_t>(), {}};
  for (const auto& [unit, date] : units.items()) {
    if (date.is_number_integer()) out.units[unit] = date.get<std::int64_t>();
  }
  return out;
}

}  // namespace larder::record
