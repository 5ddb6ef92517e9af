#include "larder/observe/observation.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string_view>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "log_records.hpp"
#include "own_reads.hpp"

namespace larder::observe {

namespace {

namespace fs = std::filesystem;

/// Without "." and "..". As in the kernel, ".." after a symbolic link is resolved from the link's
/// destination.
std::string plain_path(std::string_view path) {
  const auto up = path.rfind("/..");
  if (up != std::string_view::npos && (up + 3 == path.size() || path[up + 3] == '/')) {
    std::error_code failed;
    const auto real = fs::canonical(fs::path(path.substr(0, up + 3)), failed);
    if (!failed) return path::normalize(real.string() + std::string(path.substr(up + 3)));
  }
  return path::normalize(path);
}

ReadKind read_kind_of(larder_record kind) {
  switch (kind) {
    case larder_listing:
      return ReadKind::Listing;
    case larder_link:
      return ReadKind::Link;
    case larder_real_path:
      return ReadKind::RealPath;
    case larder_presence:
      return ReadKind::Presence;
    case larder_absence:
      return ReadKind::Absence;
    case larder_writability:
      return ReadKind::Writability;
    case larder_output:
      return ReadKind::Replaceability;
    default:
      return ReadKind::Contents;
  }
}

/// Collects the records of a log.
class Gathering {
 public:
  void add(larder_record kind, std::string_view text);
  Observation finish(const LogState& state, bool still_running);

 private:
  void add_identity(std::string_view text);
  void add_path(larder_record kind, const std::string& path);
  void add_read(ReadKind kind, const std::string& path);
  bool is_own_product(const std::string& path) const;
  bool is_rustc() const { return observation_.unit.kind == UnitKind::Rustc; }

  Observation observation_;
  std::string sysroot_;
  std::map<std::string, std::set<ReadKind>> reads_;
  std::set<std::string> variables_;
  std::set<std::string> environment_readers_;
  std::set<std::string> writes_;
  std::set<Impurity> impurities_;
};

void Gathering::add(larder_record kind, std::string_view text) {
  auto& unit = observation_.unit;
  switch (kind) {
    case larder_rustc:
    case larder_script:
      unit.kind = kind == larder_rustc ? UnitKind::Rustc : UnitKind::BuildScript;
      unit.program = std::string(text);
      if (is_rustc()) sysroot_ = path::parent(path::parent(unit.program));
      break;
    case larder_argument:
      unit.arguments.emplace_back(text);
      break;
    case larder_directory:
      unit.directory = std::string(text);
      break;
    case larder_identity:
      add_identity(text);
      break;
    case larder_variable:
      variables_.insert(std::string(text));
      break;
    case larder_own_variable:
      if (!is_rustcs_own_variable(text)) variables_.insert(std::string(text));
      break;
    case larder_hint:
      if (!is_idle_hint(text)) variables_.emplace(text.substr(0, text.find(' ')));
      break;
    case larder_date:
      if (!is_idle_question(text)) impurities_.insert({ImpurityKind::Date, std::string(text)});
      break;
    case larder_network:
      impurities_.insert({ImpurityKind::Network, std::string(text)});
      break;
    case larder_socket:
      impurities_.insert({ImpurityKind::LocalSocket, std::string(text)});
      break;
    case larder_call:
      impurities_.insert({ImpurityKind::UnobservedCall, std::string(text)});
      break;
    default:
      add_path(kind, plain_path(text));
      break;
  }
}

void Gathering::add_identity(std::string_view text) {
  auto& unit = observation_.unit;
  const auto equals = text.find('=');
  const auto name = text.substr(0, equals);
  const auto value = std::string(text.substr(std::min(equals, text.size() - 1) + 1));
  if (name == "OUT_DIR") unit.out_dir = value;
  if (name == "CARGO_MANIFEST_DIR") unit.manifest_dir = value;
  if (name == "CARGO_PKG_NAME") unit.package = value;
  if (name == "CARGO_PKG_VERSION") unit.version = value;
}

void Gathering::add_path(larder_record kind, const std::string& path) {
  if (path == "/proc/self/environ") {
    environment_readers_.insert(path);
    return;
  }
  if (is_of_no_account(path)) return;
  if (kind == larder_static) {
    impurities_.insert({ImpurityKind::UnobservedProgram, path});
    return;
  }
  if (is_rustc() && is_rustcs_own_path(kind, path, sysroot_)) return;
  if (kind == larder_write) {
    writes_.insert(path);
  } else if (kind == larder_environ) {
    environment_readers_.insert(path);
  } else {
    add_read(read_kind_of(kind), path);
  }
}

void Gathering::add_read(ReadKind kind, const std::string& path) {
  if (!is_own_product(path)) reads_[path].insert(kind);
}

bool Gathering::is_own_product(const std::string& path) const {
  for (auto at = path; !at.empty(); at = path::parent(at)) {
    if (writes_.contains(at)) return true;
  }
  return false;
}

Observation Gathering::finish(const LogState& state, bool still_running) {
  if (!state.whole) impurities_.insert({ImpurityKind::LogIncomplete, ""});
  if (state.missing_programs > 0) impurities_.insert({ImpurityKind::UnobservedProgram, ""});
  if (still_running) impurities_.insert({ImpurityKind::LeftRunning, ""});
  for (auto& [path, kinds] : reads_) {
    // Who knows more of what is there knows that it is.
    const bool knows_more = kinds.contains(ReadKind::Contents) || kinds.contains(ReadKind::Listing);
    if (knows_more && !kinds.contains(ReadKind::Absence)) kinds.erase(ReadKind::Presence);
    for (const auto kind : kinds) observation_.reads.push_back({path, kind});
  }
  observation_.variables.assign(variables_.begin(), variables_.end());
  observation_.environment_readers.assign(environment_readers_.begin(), environment_readers_.end());
  observation_.writes.assign(writes_.begin(), writes_.end());
  observation_.impurities.assign(impurities_.begin(), impurities_.end());
  return std::move(observation_);
}

/// The logs that a running process still has mapped.
std::set<std::string> mapped_logs(const std::set<std::string>& paths) {
  std::set<std::string> out;
  for (const auto& name : names_in("/proc")) {
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    std::ifstream maps("/proc/" + name + "/maps");
    for (std::string line; std::getline(maps, line);) {
      const auto slash = line.find('/');
      if (slash != std::string::npos && paths.contains(line.substr(slash)))
        out.insert(line.substr(slash));
    }
  }
  return out;
}

Observation read_one(const std::string& path, bool still_running) {
  const auto bytes = read_bytes(path);
  if (!bytes) throw Error("file-read", "cannot read this log of an observed unit").in_file(path);
  Gathering gathering;
  const auto state = for_each_record(
      path, *bytes, [&](larder_record kind, std::string_view text) { gathering.add(kind, text); });
  return gathering.finish(state, still_running);
}

}  // namespace

std::vector<std::string> outside(const std::vector<std::string>& paths,
                                 const std::vector<std::string>& directories) {
  std::vector<std::string> out;
  std::copy_if(paths.begin(), paths.end(), std::back_inserter(out), [&](const std::string& path) {
    return std::none_of(directories.begin(), directories.end(), [&](const std::string& directory) {
      return path::is_within(path, directory);
    });
  });
  return out;
}

Observation read_log(const std::string& path) {
  return read_one(path, !mapped_logs({path}).empty());
}

std::vector<Observation> read_logs(const std::string& directory) {
  std::set<std::string> paths;
  std::error_code failed;
  for (const auto& name : names_in(directory, failed)) paths.insert(path::join(directory, name));
  if (failed)
    throw Error("file-read", "cannot list the directory: " + failed.message()).in_file(directory);
  const auto running = mapped_logs(paths);
  std::vector<Observation> out;
  for (const auto& path : paths) out.push_back(read_one(path, running.contains(path)));
  return out;
}

}  // namespace larder::observe
