#include "larder/cook/unit_key.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/base/process.hpp"
#include "larder/base/text.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/unit_environment.hpp"
#include "larder/store/blobs.hpp"
#include "larder/store/hash.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using store::Hasher;

/// Files below a directory and links, sorted, without what tools keep there for themselves.
std::vector<std::string> source_files(const std::string& directory) {
  std::vector<std::string> out;
  std::error_code error;
  for (fs::recursive_directory_iterator it(directory, error), end; !error && it != end;
       it.increment(error)) {
    const auto name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_directory(ignored) && !it->is_symlink(ignored)) {
      if (name == ".git") it.disable_recursion_pending();
    } else if (name != ".cargo-ok") {
      out.push_back(it->path().string());
    }
  }
  if (error) return {};
  std::sort(out.begin(), out.end());
  return out;
}

/// Path, size and date: enough for what packages bring, whose list is in the key as well.
void add_program(Hasher& hasher, const std::string& path) {
  std::error_code error;
  const auto real = fs::canonical(path, error).string();
  struct stat status {};
  hasher.add_field(path).add_field(real);
  if (error || ::stat(real.c_str(), &status) != 0) return;
  hasher.add_field(std::to_string(status.st_size))
      .add_field(std::to_string(status.st_mtim.tv_sec))
      .add_field(std::to_string(status.st_mtim.tv_nsec));
}

std::string in_path(const std::string& program, const Environment& environment) {
  if (program.find('/') != std::string::npos) return program;
  const auto directories = environment.get("PATH").value_or("");
  for (std::size_t start = 0; start <= directories.size();) {
    const auto end = std::min(directories.find(':', start), directories.size());
    auto candidate = path::join(directories.substr(start, end - start), program);
    if (end > start && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    start = end + 1;
  }
  return "";
}

/// Names and sizes of what lies directly in a directory.
void add_listing(Hasher& hasher, const std::string& directory) {
  std::map<std::string, std::uintmax_t> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(directory, error)) {
    std::error_code ignored;
    files[entry.path().filename()] = entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
  }
  hasher.add_field(directory);
  for (const auto& [name, size] : files) hasher.add_field(name).add_field(std::to_string(size));
}

/// What rustc and its linker look at by themselves; only how much they tell of it is left out.
bool is_read_by_rustc(const std::string& name) {
  if (name == "RUSTC_LOG" || name == "RUSTC_WRAPPER") return false;
  constexpr std::array<std::string_view, 9> names{
      "SOURCE_DATE_EPOCH", "LD_PRELOAD",  "LIBRARY_PATH",     "COMPILER_PATH", "LDEMULATION",
      "GCC_EXEC_PREFIX",   "LD_RUN_PATH", "RUST_TARGET_PATH", "GCC_SPECS"};
  return name.starts_with("RUSTC_") || name.starts_with("COLLECT_") ||
         std::find(names.begin(), names.end(), name) != names.end();
}

/// Flags about what is printed.
bool is_about_messages(const std::string& word) {
  return starts_with_one_of(word, {"--error-format", "--json", "--diagnostic-width", "--color"});
}

/// Options of code generation that profiles have, and that name nothing.
bool is_of_profile(const std::string& word) {
  return starts_with_one_of(word, {"opt-level=", "debuginfo=", "lto", "embed-bitcode=", "panic=",
                                   "codegen-units=", "debug-assertions=", "overflow-checks=",
                                   "strip=", "split-debuginfo=", "linker-plugin-lto"});
}

std::string processor() {
  const auto text = read_file("/proc/cpuinfo").value_or("");
  std::string out;
  for (const auto* line : {"model name", "flags", "Features", "CPU implementer", "CPU part"}) {
    const auto at = text.find(line);
    if (at != std::string::npos) out += text.substr(at, text.find('\n', at) - at) + "\n";
  }
  return out;
}

}  // namespace

const UnitKeys::Source& UnitKeys::source_of(const std::string& package_directory) {
  const auto [at, is_new] = sources_.try_emplace(package_directory);
  if (!is_new) return at->second;
  Hasher hasher;
  std::int64_t newest = 0;
  const auto files = source_files(package_directory);
  for (const auto& file : files) {
    struct stat status {};
    if (::lstat(file.c_str(), &status) != 0) return at->second;
    newest = std::max(newest, last_change(status));
    hasher.add_field(path::relative(file, package_directory));
    if (S_ISLNK(status.st_mode)) {
      std::error_code error;
      hasher.add_field("link").add_field(fs::read_symlink(file, error).string());
      // What it leads to may be read as well; of one that leads nowhere the name is all.
      if (::stat(file.c_str(), &status) != 0) continue;
      if (!S_ISREG(status.st_mode)) return at->second;
      newest = std::max(newest, last_change(status));
    }
    const auto bytes = store::read_bytes(file);
    if (!bytes) return at->second;
    hasher.add_field((status.st_mode & S_IXUSR) != 0 ? "program" : "file").add_field(*bytes);
  }
  if (!files.empty()) at->second = {hasher.digest(), files.size(), newest};
  return at->second;
}

std::string UnitKeys::sysroot_of(const PlannedUnit& unit) {
  (void)toolchain_of(unit.compilation);
  return sysroots_[unit.compilation.arguments[0]];
}

/// rustc, cargo, and what is in the sysroot: of two that say the same of themselves, one may have
/// got other libraries.
const std::string& UnitKeys::toolchain_of(const StubbedCall& call) {
  const auto& rustc = call.arguments[0];
  const auto [at, is_new] = toolchains_.try_emplace(rustc);
  if (!is_new) return at->second;
  const auto ask = [&](const std::vector<std::string>& words) {
    return capture_process({words, directory_, call.environment}).output;
  };
  const auto version = ask({rustc, "-vV"});
  auto sysroot = ask({rustc, "--print", "sysroot"});
  while (sysroot.ends_with('\n')) sysroot.pop_back();
  sysroots_[rustc] = sysroot;
  const auto cargo_version = capture_process(cargo_.command({"-vV"}, directory_)).output;
  if (version.empty() || sysroot.empty() || cargo_version.empty()) return at->second;
  // One that somebody builds again and again says the same of itself each time.
  if (version.find("-dev\n") != std::string::npos) return at->second;
  Hasher hasher;
  hasher.add_field(version).add_field(cargo_version);
  if (version.find("commit-hash: unknown") != std::string::npos) hasher.add_field(system_of(call));
  add_listing(hasher, path::join(sysroot, "lib"));
  const auto targets = path::join(sysroot, "lib/rustlib");
  std::vector<std::string> libraries;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(targets, error))
    libraries.push_back(path::join(entry.path().string(), "lib"));
  std::sort(libraries.begin(), libraries.end());
  for (const auto& directory : libraries) add_listing(hasher, directory);
  hasher.add_field(store::read_bytes(path::join(targets, "components")).value_or(""));
  return at->second = version.substr(0, version.find('\n')) + " " + hasher.digest();
}

/// What a linker makes of it depends on: the system's packages, and the programs that rustc and the
/// C compiler start by name.
const std::string& UnitKeys::system_of(const StubbedCall& call) {
  auto linker = call.codegen("linker");
  if (linker.empty()) linker = "cc";
  const auto [at, is_new] = systems_.try_emplace(linker);
  if (!is_new) return at->second;
  Hasher hasher;
  for (const auto* file : {"/etc/os-release", "/var/lib/dpkg/status", "/lib/apk/db/installed",
                           "/var/lib/rpm/rpmdb.sqlite", "/usr/lib/sysimage/rpm/rpmdb.sqlite",
                           "/var/lib/pacman/local/ALPM_DB_VERSION", "/etc/ld.so.conf"})
    hasher.add_field(store::read_bytes(file).value_or(""));
  for (const auto& program :
       {linker, std::string("cc"), std::string("gcc"), std::string("clang"), std::string("ld"),
        std::string("ld.bfd"), std::string("ld.gold"), std::string("ld.lld"), std::string("lld"),
        std::string("ld.mold"), std::string("mold"), std::string("ar"), std::string("as")})
    add_program(hasher, in_path(program, call.environment));
  return at->second = hasher.digest();
}

/// All that rustc is told, by its arguments and its environment.
void UnitKeys::add_told(const PlannedUnit& unit, KeyParts& parts) const {
  const auto neutral = [&](const std::string& text) {
    return replaced(text, plan_.build_directory, build_directory_placeholder);
  };
  Hasher arguments;
  Hasher variables;
  std::string features;
  std::string profile;
  bool is_native = false;
  const auto& words = unit.call.arguments;  // of a build script its path alone
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (is_about_messages(words[i])) {
      if (words[i].find('=') == std::string::npos) ++i;
      continue;
    }
    is_native = is_native || words[i].find("native") != std::string::npos;
    arguments.add_field(neutral(words[i]));
    // In words as well, as they are what differs most often.
    if (words[i].starts_with("feature=")) features += " " + words[i].substr(8);
    if (is_of_profile(words[i])) profile += " " + words[i];
  }
  for (const auto& [name, value] : unit.call.environment.variables()) {
    const bool is_own = !unit.is_script_run && is_read_by_rustc(name);
    if (is_own || role_of(unit, name) == VariableRole::Key)
      variables.add_field(name).add_field(neutral(value));
    if (unit.is_script_run && name == library_path)
      variables.add_field(name).add_field(outside_build_directory(neutral(value)));
    // Flags for a compiler that a script starts.
    is_native = is_native || (unit.is_script_run && value.find("=native") != std::string::npos);
  }
  parts["arguments"] = arguments.digest();
  parts["features"] = features;
  parts["profile"] = profile;
  parts["variables"] = variables.digest();
  if (is_native) parts["processor"] = store::hash(processor());
}

KeyParts UnitKeys::parts_of(const PlannedUnit& unit) {
  const auto& source = source_of(unit.package_directory).digest;
  const auto& toolchain = toolchain_of(unit.compilation);
  if (source.empty() || toolchain.empty()) return {};
  KeyParts out{{"format", "1"},    {"toolchain", toolchain}, {"package", unit.package},
               {"source", source}, {"unit", unit.name()},    {"fingerprint", unit.note.value}};
  add_told(unit, out);
  if (unit.is_linked || unit.is_script_run) out["system"] = system_of(unit.compilation);
  return out;
}

std::string key_of(const KeyParts& parts) {
  if (parts.empty()) return "";
  Hasher hasher;
  for (const auto& [name, value] : parts) hasher.add_field(name).add_field(value);
  return hasher.digest();
}

bool UnitKeys::is_unchanged_since(const PlannedUnit& unit, std::int64_t moment) {
  const auto& before = source_of(unit.package_directory);
  if (before.digest.empty() || before.newest_change >= moment) return false;
  const auto files = source_files(unit.package_directory);
  if (files.size() != before.files) return false;
  for (const auto& file : files) {
    const auto changed = last_changed(file);
    if (changed == 0 || changed > before.newest_change) return false;
  }
  return true;
}

}  // namespace larder::cook
