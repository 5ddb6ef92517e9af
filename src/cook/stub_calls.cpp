#include "larder/cook/stub_calls.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::cook {

namespace {

/// Neither arguments nor variables can contain it.
constexpr char separator = '\0';

std::vector<std::string> fields_of_call(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

StubbedCall parse_call(std::string_view text) {
  StubbedCall out;
  const auto fields = fields_of_call(text);
  std::size_t count = fields.empty() ? 0 : std::strtoul(fields[0].c_str(), nullptr, 10);
  for (std::size_t i = 1; i < fields.size(); ++i) {
    if (count > 0) {
      out.arguments.push_back(fields[i]);
      --count;
    } else if (const auto equals = fields[i].find('='); equals != std::string::npos) {
      out.environment.set(fields[i].substr(0, equals), fields[i].substr(equals + 1));
    }
  }
  return out;
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

void note_call(const std::string& directory, const StubbedCall& call) {
  std::string text = std::to_string(call.arguments.size()) + separator;
  for (const auto& argument : call.arguments) text += argument + separator;
  for (const auto& [name, value] : call.environment.variables())
    text += name + "=" + value + separator;
  // Named by the process id, because every call is a process of its own.
  write_file_atomically(path::join(directory, std::to_string(::getpid())), text);
}

std::vector<StubbedCall> read_calls(const std::string& directory) {
  std::vector<std::string> files;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(directory, error))
    files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  std::vector<StubbedCall> out;
  for (const auto& file : files) out.push_back(parse_call(read_file(file).value_or("")));
  return out;
}

}  // namespace larder::cook
