#include "larder/cook/unit_files.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string_view>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cargo/toml/whitespace.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;

constexpr const char* start_mark = "invoked.timestamp";

/// The regular files directly in `directory`, which is below `base`; relative to `base`.
std::vector<std::string> files_in(const std::string& base, const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& name : names_in(path::join(base, directory))) {
    auto file = path::join(directory, name);
    std::error_code ignored;
    if (fs::is_regular_file(fs::symlink_status(path::join(base, file), ignored)))
      out.push_back(std::move(file));
  }
  return out;
}

/// "libserde-0123456789abcdef.rlib" → the 16 digits.
std::string hash_in(const std::string& name) {
  constexpr std::size_t length = 16;
  const auto stem = name.substr(0, name.find('.'));
  if (stem.size() <= length || stem[stem.size() - length - 1] != '-') return "";
  return stem.substr(stem.size() - length);
}

/// The text after "cargo:" or "cargo::"; empty for any other line. Cargo trims it
/// (`BuildOutput::parse`).
std::string_view instruction_in(std::string_view line) {
  constexpr std::string_view start = "cargo:";
  line = cargo::trimmed(line);
  if (!line.starts_with(start)) return "";
  line.remove_prefix(start.size());
  if (line.starts_with(':')) line.remove_prefix(1);
  return line;
}

/// Reverts rustc's escapes of line breaks and backslashes.
std::string unescaped_variable(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      out += text[i];
      continue;
    }
    ++i;
    out += text[i] == 'n' ? '\n' : text[i] == 'r' ? '\r' : text[i];
  }
  return out;
}

}  // namespace

DepInfo parse_dep_info(const std::string& text) {
  constexpr std::string_view variable = "# env-dep:";
  DepInfo out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(variable)) {
      const auto equals = line.find('=');
      const auto name = unescaped_variable(
          line.substr(variable.size(), equals - std::min(equals, variable.size())));
      auto& value = out.variables[name];
      if (equals != std::string::npos) value = unescaped_variable(line.substr(equals + 1));
    } else if (line.ends_with(':') && !line.starts_with('#')) {
      // Rustc writes one rule without prerequisites for each file.
      std::string file;
      for (std::size_t i = 0; i + 1 < line.size(); ++i) {
        if (line[i] == '\\' && line[i + 1] == ' ') continue;
        file += line[i];
      }
      out.files.push_back(file);
    }
  }
  return out;
}

std::string metadata_of(const std::string& file) {
  constexpr std::string_view ending = ".rlib";
  if (!file.ends_with(ending)) return file;
  return file.substr(0, file.size() - ending.size()) + ".rmeta";
}

ScriptOutput parse_script_output(const std::string& text) {
  constexpr std::string_view changed = "rerun-if-changed=";
  constexpr std::string_view variable = "rustc-env=";
  ScriptOutput out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const auto instruction = instruction_in(line);
    if (instruction.starts_with(changed)) {
      out.rerun_paths.emplace_back(instruction.substr(changed.size()));
    } else if (instruction.starts_with(variable)) {
      const auto entry = instruction.substr(variable.size());
      const auto equals = entry.find('=');
      if (equals != std::string_view::npos)
        out.variables[std::string(entry.substr(0, equals))] = entry.substr(equals + 1);
    } else if (instruction.starts_with("rerun-if-env-changed=")) {
      out.names_variables = true;
    }
  }
  return out;
}

UnitDirectory::UnitDirectory(std::string build_directory)
    : build_directory_(std::move(build_directory)),
      // Cargo may not have created it yet.
      real_path_(without_links(build_directory_)) {}

std::string UnitDirectory::out_directory_of(const PlannedUnit& unit) {
  return path::join(driver::run_directory_of(unit.note), "out");
}

std::string UnitDirectory::printed_by(const PlannedUnit& unit) {
  return path::join(driver::run_directory_of(unit.note),
                    unit.is_new_layout() ? "run/stdout" : "output");
}

std::string UnitDirectory::root_output_of(const PlannedUnit& unit) {
  return path::join(driver::run_directory_of(unit.note),
                    unit.is_new_layout() ? "run/root-output" : "root-output");
}

void UnitDirectory::add_run(const PlannedUnit& unit, UnitFiles& out) const {
  out.outputs.push_back(printed_by(unit));
  const auto root = path::join(build_directory_, out_directory_of(unit));
  std::error_code error;
  fs::recursive_directory_iterator it(root, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    const auto kind = it->symlink_status().type();
    auto file = path::relative(it->path().string(), build_directory_);
    if (kind == fs::file_type::regular) {
      out.outputs.push_back(std::move(file));
    } else if (kind != fs::file_type::directory) {
      out.has_special = true;
    } else if (fs::is_empty(it->path(), error)) {
      out.empty_directories.push_back(std::move(file));
    }
  }
  if (error) out.has_special = true;
  std::sort(out.outputs.begin(), out.outputs.end());
  std::sort(out.empty_directories.begin(), out.empty_directories.end());
}

bool UnitDirectory::has(const PlannedUnit& unit) const {
  return modified(path::join(build_directory_, unit.name())).has_value();
}

const std::vector<std::string>& UnitDirectory::in_deps(const std::string& directory,
                                                       const std::string& hash) const {
  const auto [at, is_new] = deps_.try_emplace(directory);
  if (is_new) {
    for (auto& file : files_in(build_directory_, directory)) {
      const auto found = hash_in(path::file_name(file));
      if (!found.empty()) at->second[found].push_back(std::move(file));
    }
  }
  return at->second[hash];
}

bool UnitDirectory::is_named_in(const std::string& bytes) const {
  return bytes.find(build_directory_) != std::string::npos ||
         (real_path_ != build_directory_ && bytes.find(real_path_) != std::string::npos);
}

bool UnitDirectory::is_workspace_named_in(const std::string& bytes,
                                          const std::set<std::string>& known) const {
  for (const auto& directory : {path::parent(build_directory_), path::parent(real_path_)}) {
    if (directory.size() < 2) continue;
    for (auto at = bytes.find(directory); at != std::string::npos;
         at = bytes.find(directory, at + 1)) {
      const auto rest = std::string_view(bytes).substr(at);
      const bool is_known = std::any_of(known.begin(), known.end(), [&](const auto& path) {
        return path.size() > directory.size() && rest.starts_with(path);
      });
      if (!is_known) return true;
    }
  }
  return false;
}

std::vector<std::string> UnitDirectory::made_by(const PlannedUnit& unit) const {
  if (unit.is_script_run) return {};
  if (unit.is_new_layout())
    return files_in(build_directory_, path::join(path::parent(unit.note.directory), "out"));
  const auto profile = unit.profile_directory();
  if (unit.note.unit.starts_with("build-script-")) {
    return files_in(build_directory_,
                    path::join(profile, "build/" + unit.note.package + "-" + unit.note.hash));
  }
  const auto& directory = unit.output_directory;
  return in_deps(directory.empty() ? path::join(profile, "deps") : directory, unit.note.hash);
}

UnitFiles UnitDirectory::files_of(const PlannedUnit& unit) const {
  UnitFiles out;
  if (unit.is_script_run) {
    add_run(unit, out);
  } else {
    for (const auto& file : made_by(unit)) {
      if (!file.ends_with(".d")) out.outputs.push_back(file);
    }
  }
  for (const auto& file : files_in(build_directory_, unit.note.directory)) {
    if (path::file_name(file) != start_mark) out.notes.push_back(file);
  }
  return out;
}

std::optional<DepInfo> UnitDirectory::dep_info_of(const PlannedUnit& unit) const {
  std::optional<DepInfo> out;
  for (const auto& file : made_by(unit)) {
    if (!file.ends_with(".d")) continue;
    const auto text = read_file(path::join(build_directory_, file));
    if (!text || out) return std::nullopt;
    out = parse_dep_info(*text);
  }
  return out;
}

std::int64_t UnitDirectory::started(const PlannedUnit& unit) const {
  auto directory = unit.note.directory;
  // For a run, the mark is beside its printed output.
  if (unit.is_script_run) directory = path::parent(printed_by(unit));
  return modified(path::join(build_directory_, directory + "/" + start_mark)).value_or(0);
}

std::int64_t UnitDirectory::finished(const PlannedUnit& unit) const {
  return modified(path::join(build_directory_, unit.name())).value_or(0);
}

}  // namespace larder::cook
