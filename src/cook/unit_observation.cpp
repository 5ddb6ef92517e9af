#include "larder/cook/unit_observation.hpp"

#include <algorithm>
#include <filesystem>
#include <set>

#include "larder/base/files.hpp"
#include "larder/base/path.hpp"
#include "larder/cook/left_files.hpp"
#include "larder/cook/library_directory.hpp"
#include "larder/cook/unit_conditions.hpp"
#include "larder/cook/unit_files.hpp"

namespace larder::cook {

namespace {

namespace fs = std::filesystem;
using observe::ImpurityKind;
using observe::Observation;
using observe::Read;
using observe::ReadKind;

bool names_directory(const std::string& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

/// Whether the read only showed that there is a directory.
bool sees_directory(const Read& read) {
  std::error_code ignored;
  if (read.kind == ReadKind::Link)
    return fs::is_directory(fs::symlink_status(read.path, ignored)) && !ignored;
  return read.kind == ReadKind::Presence && names_directory(read.path);
}

bool is_at(const std::string& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

/// The path itself, or the nearest directory above it that exists.
std::string nearest(std::string path) {
  while (path != "/" && !is_at(path)) path = path::parent(path);
  return path;
}

bool is_within_any(const std::string& path, const std::vector<std::string>& directories) {
  return std::any_of(directories.begin(), directories.end(),
                     [&](const auto& directory) { return path::is_within(path, directory); });
}

UnitVerdict verdict_on(ImpurityKind kind) {
  switch (kind) {
    case ImpurityKind::Date:
      return UnitVerdict::AsksForDate;
    case ImpurityKind::Network:
      return UnitVerdict::UsesNetwork;
    case ImpurityKind::LeftRunning:
      return UnitVerdict::LeavesRunning;
    case ImpurityKind::LogIncomplete:
      return UnitVerdict::NotObserved;
    case ImpurityKind::LocalSocket:
    case ImpurityKind::UnobservedProgram:
    case ImpurityKind::UnobservedCall:
      break;
  }
  return UnitVerdict::RunsUnobserved;
}

/// A directory, by the path that was given and by its real path.
class Names {
 public:
  explicit Names(std::string directory)
      : called_(std::move(directory)), real_(called_.empty() ? "" : without_links(called_)) {}
  bool contain(const std::string& path) const {
    return !called_.empty() && (path::is_within(path, called_) || path::is_within(path, real_));
  }
  /// A path below the directory, as seen through the given path.
  std::string called(const std::string& path) const {
    if (called_.empty() || path::is_within(path, called_) || !path::is_within(path, real_))
      return path;
    return called_ + path.substr(real_.size());
  }

 private:
  std::string called_, real_;
};

class Judge {
 public:
  Judge(const PlannedUnit& unit, const Observation& observation, const UnitPlaces& places)
      : unit_(unit),
        observation_(observation),
        places_(places),
        package_(unit.package_directory),
        build_(places.build_directory),
        sysroot_(places.sysroot),
        temporary_directory_(temporary_directory_of(unit)) {
    if (!temporary_directory_.empty()) temporary_.push_back(temporary_directory_);
    for (const auto* name : {"TMP", "TEMP"}) {
      if (const auto value = unit.call.environment.get(name))
        temporary_.push_back(path::normalize(*value));
    }
    if (!unit.is_script_run) read_arguments();
  }

  Judgement run() {
    for (const auto& impurity : observation_.impurities) refuse(verdict_on(impurity.kind));
    for (const auto& path : observation_.writes) judge_write(build_.called(path));
    for (const auto& read : observation_.reads) judge_read({build_.called(read.path), read.kind});
    out_.variables = observation_.variables;
    out_.reads_all_variables =
        unit_.is_script_run || std::any_of(observation_.environment_readers.begin(),
                                           observation_.environment_readers.end(),
                                           [&](const auto& path) { return !is_of_linking(path); });
    return std::move(out_);
  }

 private:
  /// The directories where rustc finds its dependencies and writes its output.
  void read_arguments() {
    const auto& words = observation_.unit.arguments;
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
      const auto& next = words[i + 1];
      if (words[i] == "-L" && next.starts_with("dependency=")) add_libraries(next.substr(11));
      if (words[i] == "--out-dir") add_libraries(next);
    }
  }

  void add_libraries(const std::string& directory) {
    libraries_.push_back(build_.called(path::normalize(directory)));
  }

  /// Keeps the first reason.
  void refuse(UnitVerdict verdict) {
    if (out_.verdict == UnitVerdict::Storable) out_.verdict = verdict;
  }

  void judge_write(const std::string& path) {
    if (path::is_within(path, places_.out_directory) && !places_.out_directory.empty()) return;
    const auto& outputs = places_.outputs;
    if (std::find(outputs.begin(), outputs.end(), path) != outputs.end()) return;
    // Files that are created in such places and removed again have no effect. In an external
    // package, it is known that no file was there before. Scripts that try out what rustc accepts,
    // as that of rustix does, let it create a temporary directory there.
    if (!is_at(path)) {
      if (is_within_any(path, temporary_) || is_within_any(path, libraries_)) return;
      if (is_in_external_package(path)) {
        out_.reads.push_back({unit_.package_directory, ReadKind::Writability});
        return;
      }
    }
    if (is_left_behind(path)) {
      out_.reads.push_back({path, ReadKind::Replaceability});
      out_.left.push_back(path);
      return;
    }
    refuse(UnitVerdict::WritesOutside);
  }

  /// Whether it is a file that the script left for nobody, without knowing what was there before.
  bool is_left_behind(const std::string& path) const {
    const auto knows = [&](const Read& read) {
      return read.path == path && !is_about_writing(read.kind);
    };
    return unit_.is_script_run && path::parent(path) == temporary_directory_ && can_be_left(path) &&
           std::none_of(observation_.reads.begin(), observation_.reads.end(), knows);
  }

  bool asks_to_write(const std::string& path) const {
    return std::binary_search(observation_.reads.begin(), observation_.reads.end(),
                              Read{path, ReadKind::Writability});
  }

  /// Where it may write is part of no key.
  void judge_right(const Read& read) {
    const auto& path = read.path;
    if (build_.contain(path)) {
      const bool is_its_own =
          read.kind == ReadKind::Writability ||
          (!places_.out_directory.empty() && path::is_within(path, places_.out_directory));
      if (!is_its_own) refuse(UnitVerdict::ReadsBuildDirectory);
      return;
    }
    if (is_near_build_directory(path)) out_.is_bound = true;
    out_.reads.push_back({read.kind == ReadKind::Writability ? nearest(path) : path, read.kind});
  }

  void judge_read(const Read& read) {
    const auto& path = read.path;
    if (is_about_writing(read.kind)) {
      judge_right(read);
      return;
    }
    if (is_in_key(read)) {
      // Something failed there for another reason than that there is nothing, such as a full disk.
      if (read.kind == ReadKind::Presence && !is_at(path) && !asks_to_write(path))
        refuse(UnitVerdict::Changed);
      // The real path is not part of the key, though.
      if (read.kind == ReadKind::RealPath) out_.reads.push_back(read);
      return;
    }
    if (build_.contain(path)) {
      judge_read_in_build_directory(read);
      return;
    }
    if (tells_of_machine(read)) refuse(UnitVerdict::ReadsMachine);
    // It contains the build directory, so it is always there.
    if (sees_directory(read) && path::is_within(places_.build_directory, path)) return;
    // It may have been found through the build directory's path.
    if (is_near_build_directory(path)) out_.is_bound = true;
    out_.reads.push_back(read);
  }

  /// The package and the toolchain's libraries are part of the key.
  bool is_in_key(const Read& read) const {
    const auto& path = read.path;
    if (package_.contain(path))
      return places_.sources != nullptr ? is_source(read) : is_in_external_package(path);
    if (!sysroot_.contain(path)) return false;
    const auto within = path::relative(sysroot_.called(path), places_.sysroot);
    return !path::is_within(within, "lib/rustlib/src") &&
           is_within_any(within, {"bin", "lib", "libexec"});
  }

  /// All of an external package is part of the key, except for files that tools keep there for
  /// themselves.
  bool is_in_external_package(const std::string& path) const {
    if (places_.sources != nullptr || !package_.contain(path)) return false;
    const auto parts = path::components(path);
    return std::find(parts.begin(), parts.end(), ".git") == parts.end() &&
           parts.back() != ".cargo-ok";
  }

  /// A file of a local package. Absences, listings and links may be about what the key leaves out.
  bool is_source(const Read& read) const {
    const auto file = path::relative(package_.called(read.path), unit_.package_directory);
    const bool is_of_file = read.kind == ReadKind::Contents || read.kind == ReadKind::Presence ||
                            read.kind == ReadKind::RealPath;
    return is_of_file && places_.sources->contains(file);
  }

  void judge_read_in_build_directory(const Read& read) {
    const auto& path = read.path;
    if (is_within_any(path, places_.below)) return;
    // The directory is empty when the script starts.
    if (!places_.out_directory.empty() && path::is_within(path, places_.out_directory)) {
      const bool is_itself = path == places_.out_directory;
      if (read.kind != ReadKind::Absence && !is_itself) refuse(UnitVerdict::RanOverOthers);
      return;
    }
    // Of the libraries there, rustc uses only those that it was passed.
    if (is_within_any(path, libraries_)) return;
    // The directories that cargo creates are always there.
    if (sees_directory(read) || (read.kind == ReadKind::RealPath && names_directory(path))) return;
    if (read.kind == ReadKind::Listing && is_library_directory(path, places_.build_directory)) {
      out_.reads.push_back({path, ReadKind::OnlyCrates});
      return;
    }
    if (read.kind != ReadKind::Absence) {
      refuse(UnitVerdict::ReadsBuildDirectory);
      return;
    }
    out_.reads.push_back(read);
  }

  static bool tells_of_machine(const Read& read) {
    if (!is_within_any(read.path, {"/proc", "/sys", "/dev"})) return false;
    if (is_name_of_kernel(read.path)) return false;
    return read.kind != ReadKind::Absence && !sees_directory(read);
  }

  /// Below the directory that contains the build directory, or directly in one above it.
  bool is_near_build_directory(const std::string& path) const {
    const auto parent = path::parent(path);
    if (std::find(temporary_.begin(), temporary_.end(), parent) != temporary_.end()) return false;
    const auto workspace = path::parent(places_.build_directory);
    if (workspace != "/" && path::is_within(path, workspace)) return true;
    return parent != "/" && path::is_within(places_.build_directory, parent);
  }

  /// Compilers, linkers and system libraries use `environ` to pass it on, and read single variables
  /// by name.
  static bool is_of_linking(const std::string& program) {
    const auto name = path::file_name(program);
    if (name.starts_with("lib") &&
        is_within_any(program, {"/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib64"}))
      return true;
    for (const auto* known :
         {"gcc", "g++", "cc", "c++", "clang", "collect2", "ld", "lld", "mold"}) {
      const auto at = name.find(known);
      if (at == std::string::npos) continue;
      const auto rest = name.substr(at + std::string_view(known).size());
      const bool begins = at == 0 || name[at - 1] == '-' || name[at - 1] == '.';
      if (begins &&
          rest.find_first_not_of("-.0123456789abcdefghijklmnopqrstuvwxyz") == std::string::npos)
        return true;
    }
    return false;
  }

  const PlannedUnit& unit_;
  const Observation& observation_;
  const UnitPlaces& places_;
  const Names package_, build_, sysroot_;
  const std::string temporary_directory_;
  std::vector<std::string> temporary_, libraries_;
  Judgement out_;
};

}  // namespace

UnitLogs::UnitLogs(std::vector<Observation> observations) : observations_(std::move(observations)) {
  for (const auto& observation : observations_) {
    StubbedCall call{observation.unit.arguments, {}};
    const bool is_script = observation.unit.kind == observe::UnitKind::BuildScript;
    if (is_script) {
      call.arguments.clear();
      call.environment.set("OUT_DIR", observation.unit.out_dir);
    }
    auto& names = is_script ? scripts_ : rustcs_;
    const auto [at, is_new] = names.emplace(call.unit_hash(), &observation);
    if (!is_new) at->second = nullptr;
  }
}

const Observation* UnitLogs::of(const PlannedUnit& unit) const {
  const auto& names = unit.is_script_run ? scripts_ : rustcs_;
  const auto found = names.find(unit.note.hash);
  return found == names.end() ? nullptr : found->second;
}

Judgement judge(const PlannedUnit& unit, const Observation& observation, const UnitPlaces& places) {
  return Judge(unit, observation, places).run();
}

}  // namespace larder::cook
