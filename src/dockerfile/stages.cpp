#include "larder/dockerfile/stages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "larder/base/error.hpp"
#include "larder/base/text.hpp"
#include "text_scan.hpp"

namespace larder::dockerfile {

namespace {

[[noreturn]] void refuse(const Dockerfile& file, Position at, std::string message) {
  throw Error("dockerfile-parse", std::move(message)).at({file.file, at.line, at.column, {}});
}

void add_global(const Dockerfile& file, const Instruction& instruction, const Variables& given,
                Stages& out) {
  for (const auto& word : assignments(instruction, file.escape)) {
    const auto equals = word.text.find('=');
    const auto name = expand(word.text.substr(0, equals), {}, file.escape);
    out.arguments.push_back({name, word.at});
    if (const auto value = given.find(name); value != given.end()) {
      out.values[name] = value->second;
    } else if (equals != std::string::npos) {
      out.values[name] = expand(word.text.substr(equals + 1), out.values, file.escape);
    }
  }
}

Stage stage_of(const Dockerfile& file, const Instruction& from, const Stages& known) {
  const auto words = plain_words(from);
  const bool is_named = words.size() == 3 && lower(words[1].text) == "as";
  if (words.size() != 1 && !is_named)
    refuse(file, from.at, "FROM takes an image, and AS with a name");
  Stage stage;
  stage.at = from.at;
  stage.image = expand(words[0].text, known.values, file.escape);
  if (is_named) stage.name = lower(words[2].text);
  stage.base = known.find(stage.image, known.stages.size());
  return stage;
}

}  // namespace

const Variables& platform_arguments() {
  static const Variables values{{"BUILDPLATFORM", "linux/amd64"},
                                {"BUILDOS", "linux"},
                                {"BUILDARCH", "amd64"},
                                {"BUILDVARIANT", ""},
                                {"TARGETOS", "linux"},
                                {"TARGETPLATFORM", "linux/amd64"},
                                {"TARGETARCH", "amd64"},
                                {"TARGETVARIANT", ""},
                                {"TARGETSTAGE", "default"}};
  return values;
}

std::optional<std::size_t> Stages::find(std::string_view name, std::size_t before) const {
  const auto wanted = lower(name);
  for (auto i = std::min(before, stages.size()); i-- > 0;) {
    if (!wanted.empty() && stages[i].name == wanted) return i;
  }
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  if (error != std::errc() || end != name.data() + name.size() || number >= before)
    return std::nullopt;
  return number < stages.size() ? std::optional(number) : std::nullopt;
}

Stages stages_of(const Dockerfile& file, const Variables& given) {
  Stages out;
  out.values = platform_arguments();
  for (std::size_t i = 0; i < file.instructions.size(); ++i) {
    const auto& instruction = file.instructions[i];
    if (instruction.keyword == "FROM") {
      auto stage = stage_of(file, instruction, out);
      if (!out.stages.empty()) out.stages.back().end = i;
      stage.first = i + 1;
      out.stages.push_back(std::move(stage));
    } else if (out.stages.empty()) {
      if (instruction.keyword != "ARG")
        refuse(file, instruction.at,
               fmt::format("{} stands in front of the first FROM", instruction.keyword));
      add_global(file, instruction, given, out);
    }
  }
  if (out.stages.empty()) refuse(file, {1, 1}, "there is no FROM");
  out.stages.back().end = file.instructions.size();
  return out;
}

}  // namespace larder::dockerfile
