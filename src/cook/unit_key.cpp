#include "larder/cook/unit_key.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <vector>

#include "larder/base/files.hpp"
#include "larder/base/parallel.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using store::Hasher;

/// Whether the unit's output is made by a linker, or may be.
bool needs_system(const PlannedUnit& unit) {
  return unit.is_linked || unit.is_script_run;
}

bool is_script(const std::string& program) {
  std::ifstream file(program, std::ios::binary);
  return file.get() == '#' && file.get() == '!';
}

/// Adds the names and sizes of the files directly in a directory. A file that is newer than the
/// installation was changed by hand, so its contents count as well. If `installed` is 0, there was
/// no installer, and the dates count: they are those of a system's packages.
void add_listing(Hasher& hasher, const std::string& directory, std::int64_t installed) {
  std::map<std::string, std::string> files;
  for (const auto& name : names_in(directory)) {
    auto& file = files[name];
    const auto path = path::join(directory, name);
    std::error_code ignored;
    if (!fs::is_regular_file(path, ignored)) continue;
    const auto date = modified(path).value_or(0);
    file = std::to_string(fs::file_size(path, ignored));
    if (installed == 0) file += " " + std::to_string(date);
    if (installed != 0 && date > installed)
      file += " " + store::hash(read_bytes(path).value_or(""));
  }
  hasher.add_field(directory);
  for (const auto& [name, what] : files) hasher.add_field(name).add_field(what);
}

/// Variables that rustc and its linker read themselves, except those about logging and wrappers.
bool is_read_by_rustc(const std::string& name) {
  if (name == "RUSTC_LOG" || name == "RUSTC_WRAPPER") return false;
  constexpr std::array<std::string_view, 10> names{
      "SOURCE_DATE_EPOCH", "LD_PRELOAD",          "LIBRARY_PATH", "COMPILER_PATH",
      "LDEMULATION",       "GCC_EXEC_PREFIX",     "LD_RUN_PATH",  "RUST_TARGET_PATH",
      "GCC_SPECS",         "CCC_OVERRIDE_OPTIONS"};
  return name.starts_with("RUSTC_") || name.starts_with("COLLECT_") ||
         std::find(names.begin(), names.end(), name) != names.end();
}

/// Flags about messages.
bool is_about_messages(const std::string& word) {
  return starts_with_one_of(word, {"--error-format", "--json", "--diagnostic-width", "--color"});
}

/// Codegen options that a profile sets and that refer to nothing else.
bool is_of_profile(const std::string& word) {
  return starts_with_one_of(word, {"opt-level=", "debuginfo=", "lto", "embed-bitcode=", "panic=",
                                   "codegen-units=", "debug-assertions=", "overflow-checks=",
                                   "strip=", "split-debuginfo=", "linker-plugin-lto"});
}

}  // namespace

std::string processor() {
  const auto text = read_file("/proc/cpuinfo").value_or("");
  std::string out;
  for (const auto* line : {"model name", "flags", "Features", "CPU implementer", "CPU part"}) {
    const auto at = text.find(line);
    if (at != std::string::npos) out += text.substr(at, text.find('\n', at) - at) + "\n";
  }
  return out;
}

std::vector<std::string> linkers_of(const StubbedCall& call) {
  auto linker = call.codegen("linker");
  std::vector<std::string> out{linker.empty() ? "cc" : std::move(linker)};
  constexpr std::string_view used = "-fuse-ld=";
  for (const auto& word : call.arguments) {
    const auto at = word.find(used);
    if (at == std::string::npos) continue;
    const auto name = word.substr(at + used.size(), word.find(' ', at) - at - used.size());
    out.insert(out.end(), {"ld." + name, name});
  }
  return out;
}

std::string reason_against_compiler(const DryRun& run) {
  std::set<std::string> compilers;
  for (const auto& call : run.calls) {
    if (call.arguments.size() < 2 || !compilers.insert(call.arguments[0]).second) continue;
    const auto program = find_program(call.arguments[0], call.environment);
    if (is_script(program)) return program + " is a script";
  }
  return "";
}

void observe_scripts_that_link(UnitPlan& plan) {
  for (auto& unit : plan.units) {
    if (!unit.is_linked || unit.is_observed) continue;
    const auto linkers = linkers_of(unit.call);
    unit.is_observed = std::any_of(linkers.begin(), linkers.end(), [&](const auto& linker) {
      return is_script(find_program(linker, unit.call.environment));
    });
  }
}

std::string UnitKeys::sysroot_of(const PlannedUnit& unit) {
  (void)toolchain_of(unit.compilation);
  return sysroots_[unit.compilation.arguments[0]];
}

driver::RustcInfo UnitKeys::asked(const StubbedCall& call) const {
  const auto ask = [&](const std::vector<std::string>& words) {
    return capture_process({words, directory_, call.environment}).output;
  };
  const auto& rustc = call.arguments[0];
  driver::RustcInfo out{ask({rustc, "-vV"}), ask({rustc, "--print", "sysroot"})};
  while (out.sysroot.ends_with('\n')) out.sysroot.pop_back();
  return out;
}

/// Covers rustc, cargo and the files in the sysroot, because two toolchains that report the same
/// version may have different libraries.
const std::string& UnitKeys::toolchain_of(const StubbedCall& call) {
  const auto& rustc = call.arguments[0];
  const auto [at, is_new] = toolchains_.try_emplace(rustc);
  if (!is_new) return at->second;
  const auto [version, sysroot] = plan_.rustc ? *plan_.rustc : asked(call);
  sysroots_[rustc] = sysroot;
  if (version.empty() || sysroot.empty()) return at->second;
  // A locally built rustc reports the same version after every rebuild, so it gets no key.
  if (version.find("-dev\n") != std::string::npos) return at->second;
  Hasher hasher;
  hasher.add_field(version).add_field(cargo_version_);
  // The program that is called, which may be rustup's proxy, and the rustc that it starts.
  for (const auto& program :
       {find_program(rustc, call.environment), path::join(sysroot, "bin/rustc")})
    hasher.add_field(read_bytes(program).value_or(""));
  if (version.find("commit-hash: unknown") != std::string::npos) hasher.add_field(system_of(call));
  const auto targets = path::join(sysroot, "lib/rustlib");
  const auto components = path::join(targets, "components");
  const auto installed = modified(components).value_or(0);
  std::vector<std::string> directories{path::join(sysroot, "lib"), path::join(sysroot, "bin")};
  for (const auto& target : names_in(targets)) {
    for (const auto* part : {"lib", "bin", "lib/self-contained"})
      directories.push_back(path::join(path::join(targets, target), part));
  }
  std::sort(directories.begin(), directories.end());
  for (const auto& directory : directories) add_listing(hasher, directory, installed);
  hasher.add_field(read_bytes(components).value_or(""));
  return at->second = version.substr(0, version.find('\n')) + " " + hasher.digest();
}

/// The contents count, not the date: a date can be set back, and all files of a system's packages
/// may have the same one.
void UnitKeys::add_program(Hasher& hasher, const std::string& path) const {
  std::error_code error;
  const auto real = path.empty() ? "" : fs::canonical(path, error).string();
  hasher.add_field(path).add_field(real);
  if (!real.empty()) hasher.add_field(digests_.of(real).value_or(""));
}

/// What the output of a linker depends on: the system's packages, and the programs that rustc and
/// the C compiler run by name.
const std::string& UnitKeys::system_of(const StubbedCall& call) {
  const auto linkers = linkers_of(call);
  const auto [at, is_new] = systems_.try_emplace(linkers);
  if (!is_new) return at->second;
  Hasher hasher;
  for (const auto* file : {"/etc/os-release", "/var/lib/dpkg/status", "/lib/apk/db/installed",
                           "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite",
                           "/var/lib/pacman/local/ALPM_DB_VERSION", "/etc/ld.so.conf"})
    hasher.add_field(read_bytes(file).value_or(""));
  auto programs = linkers;
  programs.insert(programs.end(), {"cc", "gcc", "clang", "ld", "ld.bfd", "ld.gold", "ld.lld", "lld",
                                   "ld.mold", "mold", "ar", "as"});
  for (const auto& program : programs) add_program(hasher, find_program(program, call.environment));
  return at->second = hasher.digest();
}

/// rustc and linkers look for libraries in these directories first. The sysroot's directory is left
/// out, because cargo adds it itself.
void UnitKeys::add_library_path(const PlannedUnit& unit, const std::string& value,
                                Hasher& hasher) const {
  const auto sysroot = sysroots_.find(unit.compilation.arguments[0]);
  const bool is_known = !unit.is_script_run && sysroot != sysroots_.end();
  const auto directories = outside_build_directory(value, is_known ? sysroot->second : "");
  if (unit.is_script_run || !directories.empty())
    hasher.add_field(library_path).add_field(directories);
}

/// Adds everything that cargo passes in arguments and environment.
void UnitKeys::add_told(const PlannedUnit& unit, KeyParts& parts) const {
  const auto neutral = [&](const std::string& text) {
    return replaced(text, plan_.build_directory, build_directory_placeholder);
  };
  Hasher arguments;
  Hasher variables;
  std::string features;
  std::string profile;
  bool is_native = false;
  const auto& words = unit.call.arguments;  // for a build script only its path
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (is_about_messages(words[i])) {
      if (words[i].find('=') == std::string::npos) ++i;
      continue;
    }
    is_native = is_native || words[i].find("native") != std::string::npos;
    arguments.add_field(neutral(words[i]));
    // Also in words, for explanations: these differ most often.
    if (words[i].starts_with("feature=")) features += " " + words[i].substr(8);
    if (is_of_profile(words[i])) profile += " " + words[i];
  }
  for (const auto& [name, value] : unit.call.environment.variables()) {
    const bool is_own = !unit.is_script_run && is_read_by_rustc(name);
    if (is_own || role_of(unit, name) == VariableRole::Key)
      variables.add_field(name).add_field(neutral(value));
    // With `build.build-dir`, the dry run has a target directory beside its build directory.
    const auto target = path::join(path::parent(plan_.build_directory), "target");
    if (name == library_path) {
      add_library_path(unit, replaced(neutral(value), target, build_directory_placeholder),
                       variables);
    }
    // Flags for a compiler that the script may start.
    is_native = is_native || (unit.is_script_run && value.find("=native") != std::string::npos);
  }
  parts["arguments"] = arguments.digest();
  parts["features"] = features;
  parts["profile"] = profile;
  parts["variables"] = variables.digest();
  if (is_native) parts["processor"] = store::hash(processor());
}

void UnitKeys::read_ahead(const std::vector<const PlannedUnit*>& units) {
  std::vector<const PlannedUnit*> packages;
  std::copy_if(units.begin(), units.end(), std::back_inserter(packages),
               [&](const auto* unit) { return sources_.expect(*unit); });
  in_parallel(packages.size() + 1, [&](std::size_t i) {
    if (i > 0) {
      sources_.read(*packages[i - 1]);
      return;
    }
    for (const auto* unit : units) {
      if (needs_system(*unit)) (void)system_of(unit->compilation);
    }
  });
}

KeyParts UnitKeys::parts_of(const PlannedUnit& unit) {
  const auto& source = sources_.of(unit).digest;
  const auto& toolchain = toolchain_of(unit.compilation);
  if (source.empty() || toolchain.empty()) return {};
  KeyParts out{{"format", "1"},    {"toolchain", toolchain}, {"package", unit.package},
               {"source", source}, {"unit", unit.name()},    {"fingerprint", unit.note.value}};
  add_told(unit, out);
  if (needs_system(unit)) out["system"] = system_of(unit.compilation);
  // Rustc runs in one of the two, and may write either into what it makes.
  if (unit.is_local) out["directory"] = workspace_root_ + " " + unit.package_directory;
  return out;
}

std::string key_of(const KeyParts& parts) {
  if (parts.empty()) return "";
  Hasher hasher;
  for (const auto& [name, value] : parts) hasher.add_field(name).add_field(value);
  return hasher.digest();
}

}  // namespace larder::cook
