#include "larder/driver/fingerprints.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::driver {

namespace {

namespace fs = std::filesystem;

/// Sets package and hash: `serde-1f…` in the old layout, `serde/1f…/fingerprint` in the new one.
void name(Fingerprint& fingerprint) {
  const auto last = path::file_name(fingerprint.directory);
  if (last == "fingerprint") {
    const auto parent = path::parent(fingerprint.directory);
    fingerprint.hash = path::file_name(parent);
    fingerprint.package = path::file_name(path::parent(parent));
    return;
  }
  const auto dash = last.rfind('-');
  fingerprint.package = last.substr(0, dash);
  fingerprint.hash = dash == std::string::npos ? "" : last.substr(dash + 1);
}

void read_units(const std::string& directory, const std::string& relative,
                std::vector<Fingerprint>& out) {
  for (const auto& entry : names_in(directory)) {
    const auto file = path::join(directory, entry);
    if (!file.ends_with(".json")) continue;
    const auto value = file.substr(0, file.size() - std::string_view(".json").size());
    Fingerprint fingerprint;
    fingerprint.directory = relative;
    name(fingerprint);
    fingerprint.unit = path::file_name(value);
    fingerprint.json = read_file(file).value_or("");
    fingerprint.value = read_file(value).value_or("");
    fingerprint.written = modified(file).value_or(0);
    out.push_back(std::move(fingerprint));
  }
}

/// As cargo writes it to the file beside the JSON: the bytes in memory order, in hexadecimal.
std::string hexadecimal_of(std::uint64_t value) {
  std::string out;
  for (int i = 0; i < 8; ++i, value >>= 8U) out += fmt::format("{:02x}", value & 0xffU);
  return out;
}

}  // namespace

std::vector<FingerprintDependency> dependencies_of(const Fingerprint& fingerprint) {
  std::vector<FingerprintDependency> out;
  const auto fields = nlohmann::json::parse(fingerprint.json, nullptr, false);
  const auto list = fields.is_object() ? fields.find("deps") : fields.end();
  if (list == fields.end() || !list->is_array()) return out;
  for (const auto& entry : *list) {
    // [package, name, public, hash]
    if (entry.is_array() && entry.size() == 4 && entry[1].is_string() &&
        entry[3].is_number_unsigned())
      out.push_back({entry[1].get<std::string>(), hexadecimal_of(entry[3].get<std::uint64_t>())});
  }
  return out;
}

std::string without_values(const std::string& json) {
  auto fields = nlohmann::ordered_json::parse(json, nullptr, false);
  if (!fields.is_object()) return "{}";
  const auto list = fields.find("local");
  if (list == fields.end() || !list->is_array()) return json;
  for (auto& entry : *list) {
    const auto named = entry.is_object() ? entry.find("RerunIfEnvChanged") : entry.end();
    if (named != entry.end() && named->is_object()) (*named)["val"] = nullptr;
  }
  return fields.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string run_directory_of(const Fingerprint& run) {
  auto above = path::parent(run.directory);
  if (path::file_name(run.directory) == "fingerprint") return above;
  return path::join(path::parent(above), "build/" + path::file_name(run.directory));
}

bool is_fingerprint_directory(const std::string& directory) {
  return path::file_name(directory) == "fingerprint" ||
         path::file_name(path::parent(directory)) == ".fingerprint";
}

std::vector<Fingerprint> read_fingerprints(const std::string& build_directory) {
  std::vector<Fingerprint> out;
  std::error_code missing;
  const auto skip_denied = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator it(build_directory, skip_denied, missing), end; it != end;
       ++it) {
    if (!it->is_directory() || it->is_symlink()) continue;
    const auto directory = it->path().string();
    if (path::file_name(directory) == "incremental") it.disable_recursion_pending();
    if (!is_fingerprint_directory(directory)) continue;
    it.disable_recursion_pending();
    read_units(directory, path::relative(directory, build_directory), out);
  }
  std::sort(out.begin(), out.end(), [](const auto& a, const auto& b) {
    return std::tie(a.directory, a.unit) < std::tie(b.directory, b.unit);
  });
  return out;
}

}  // namespace larder::driver
