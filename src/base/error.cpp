#include "larder/base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace larder {

Error::Error(std::string id, std::string message)
    : id_(std::move(id)), message_(std::move(message)) {}

Error& Error::at(Location location) {
  location_ = std::move(location);
  return *this;
}

Error& Error::in_file(std::string file) {
  location_ = Location{std::move(file), 0, 0, {}};
  return *this;
}

Error& Error::while_doing(std::string context) {
  contexts_.push_back(std::move(context));
  return *this;
}

Error& Error::hint(std::string text) {
  hint_ = std::move(text);
  return *this;
}

namespace {

std::string caret_block(const Location& location) {
  const auto number = std::to_string(location.line);
  const std::string margin(number.size(), ' ');
  // Keep tabs in front of the caret, so that it lines up with its column at any tab width.
  std::string lead;
  const auto width = std::min<std::size_t>(location.column > 0 ? location.column - 1 : 0,
                                           location.source_line.size());
  for (std::size_t i = 0; i < width; ++i) {
    const auto byte = static_cast<unsigned char>(location.source_line[i]);
    if ((byte & 0xC0U) == 0x80U) continue;
    lead += byte == '\t' ? '\t' : ' ';
  }
  return fmt::format("\n {} |\n {} | {}\n {} | {}^", margin, number, location.source_line, margin,
                     lead);
}

}  // namespace

std::string Error::render() const {
  std::string out = message_;
  if (!location_.file.empty()) {
    out += "\n --> " + location_.file;
    if (location_.line > 0) out += fmt::format(":{}:{}", location_.line, location_.column);
    if (location_.line > 0 && !location_.source_line.empty()) out += caret_block(location_);
  }
  for (const auto& context : contexts_) out += "\n  while " + context;
  if (!hint_.empty()) out += "\n  help: " + hint_;
  return out;
}

Location locate(std::string_view file, std::string_view text, std::uint32_t line,
                std::uint32_t column) {
  Location location{std::string(file), line, column, {}};
  std::size_t start = 0;
  for (std::uint32_t current = 1; current < line; ++current) {
    const auto end = text.find('\n', start);
    if (end == std::string_view::npos) return location;
    start = end + 1;
  }
  if (line == 0 || start >= text.size()) return location;
  auto source = text.substr(start, text.find('\n', start) - start);
  if (source.ends_with('\r')) source.remove_suffix(1);
  constexpr std::size_t longest_shown = 160;
  if (source.size() <= longest_shown) location.source_line = source;
  return location;
}

}  // namespace larder
