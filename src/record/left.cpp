#include "larder/record/left.hpp"

#include <nlohmann/json.hpp>

#include "larder/base/path.hpp"

namespace larder::record {

std::string write_left(const LeftFiles& files) {
  return nlohmann::json{{"files", files}, {"format", 1}}.dump(
             2, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

LeftFiles read_left(std::string_view text) {
  const auto parsed = nlohmann::json::parse(text, nullptr, false);
  if (!parsed.is_object() || parsed.value("format", nlohmann::json()) != 1) return {};
  LeftFiles out;
  const auto files = parsed.value("files", nlohmann::json::object());
  for (const auto& [file, digest] : files.items()) {
    if (digest.is_string() && path::stays_inside(file)) out[file] = digest.get<std::string>();
  }
  return out;
}

}  // namespace larder::record
