#include "larder/driver/rustc_info.hpp"

#include <nlohmann/json.hpp>
#include <sstream>

namespace larder::driver {

namespace {

/// Of the answer to several `--print`, only the sysroot is an absolute path.
std::string sysroot_in(const std::string& answer) {
  std::istringstream lines(answer);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with('/')) return line;
  }
  return "";
}

/// Sets `out`. Returns false if it has another value already.
bool set_once(std::string& out, const std::string& value) {
  if (out.empty()) out = value;
  return out == value;
}

}  // namespace

std::optional<RustcInfo> read_rustc_info(std::string_view text) {
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || !document.contains("outputs")) return std::nullopt;
  RustcInfo out;
  for (const auto& output : document["outputs"]) {
    if (!output.is_object() || !output.contains("stdout") || !output["stdout"].is_string())
      return std::nullopt;
    const auto answer = output["stdout"].get<std::string>();
    const bool is_version = answer.starts_with("rustc ");
    const auto sysroot = is_version ? std::string() : sysroot_in(answer);
    if (is_version && !set_once(out.version, answer)) return std::nullopt;
    if (!sysroot.empty() && !set_once(out.sysroot, sysroot)) return std::nullopt;
  }
  if (out.version.empty() || out.sysroot.empty()) return std::nullopt;
  return out;
}

}  // namespace larder::driver
