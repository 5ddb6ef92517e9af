#include "larder/cook/stub_calls.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::cook {

namespace {

/// Neither arguments nor variables can contain it.
constexpr char separator = '\0';

std::vector<std::string> fields_of_calls(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

/// Takes the next `count` fields; fewer if there are no more.
std::vector<std::string> take_fields(std::size_t count, std::vector<std::string>& rest) {
  std::vector<std::string> out;
  for (; count > 0 && !rest.empty(); --count) {
    out.push_back(std::move(rest.back()));
    rest.pop_back();
  }
  return out;
}

std::size_t take_number(std::vector<std::string>& rest) {
  const auto field = take_fields(1, rest);
  return field.empty() ? 0 : std::strtoul(field.front().c_str(), nullptr, 10);
}

}  // namespace

std::string StubbedCall::codegen(const std::string& name) const {
  const auto start = name + "=";
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == "-C" && i + 1 < arguments.size() && arguments[i + 1].starts_with(start))
      return arguments[i + 1].substr(start.size());
    if (arguments[i].starts_with("-C" + start)) return arguments[i].substr(start.size() + 2);
  }
  return "";
}

std::string StubbedCall::option(const std::string& name) const {
  const auto flag = "--" + name;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    if (arguments[i] == flag && i + 1 < arguments.size()) return arguments[i + 1];
    if (arguments[i].starts_with(flag + "=")) return arguments[i].substr(flag.size() + 1);
  }
  return "";
}

std::string StubbedCall::unit_hash() const {
  const auto after_dash = [](const std::string& text) { return text.substr(text.rfind('-') + 1); };
  const auto extra = codegen("extra-filename");
  if (!extra.empty()) return after_dash(extra);
  const auto directory = option("out-dir");
  if (!directory.empty()) return path::file_name(path::parent(directory));
  // For a build script, `OUT_DIR` has it: below `PKG-HASH`, or `PKG/HASH` in the new layout.
  return after_dash(path::file_name(path::parent(environment.get("OUT_DIR").value_or(""))));
}

std::vector<StubbedCall> read_calls(const std::string& file) {
  auto rest = fields_of_calls(read_bytes(file).value_or(""));
  std::reverse(rest.begin(), rest.end());
  std::vector<StubbedCall> out;
  while (!rest.empty()) {
    const auto arguments = take_number(rest);
    const auto variables = take_number(rest);
    StubbedCall call;
    call.arguments = take_fields(arguments, rest);
    for (const auto& entry : take_fields(variables, rest)) call.environment.add_entry(entry);
    out.push_back(std::move(call));
  }
  return out;
}

}  // namespace larder::cook
