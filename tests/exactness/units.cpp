#include "units.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "larder/base/error.hpp"
#include "larder/base/files.hpp"
#include "larder/base/path.hpp"

namespace larder::test {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> words;
  std::istringstream in(line);
  for (std::string word; std::getline(in, word, '\t');) words.push_back(word);
  return words;
}

std::string fingerprint_text(const fs::path& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() != ".json") continue;
    files[entry.path().filename()] = read_file(entry.path().string()).value_or("");
  }
  std::string out;
  for (const auto& [name, text] : files) out += name + " " + text + "\n";
  return out;
}

/// `.fingerprint/PACKAGE-HASH` of the old layout, `build/PACKAGE/HASH/fingerprint` of the new one.
bool is_fingerprint(const fs::path& directory) {
  return directory.parent_path().filename() == ".fingerprint" ||
         directory.filename() == "fingerprint";
}

/// Where cargo keeps the fingerprint of a unit whose output goes to `out_dir`.
std::string fingerprint_directory(const std::string& package, const std::string& out_dir,
                                  const std::string& extra_filename) {
  // New layout: build/PACKAGE/HASH/{out,run,…}, with the fingerprint beside it.
  for (fs::path at = out_dir; at.has_parent_path() && at != at.root_path(); at = at.parent_path()) {
    if (fs::is_directory(at / "fingerprint")) return (at / "fingerprint").string();
    if (fs::is_directory(at / ".fingerprint")) {
      // Old layout: deps/, examples/ or build/PACKAGE-HASH/(out) below the profile's directory.
      const auto below = fs::path(out_dir).lexically_relative(at);
      const auto first = below.begin();
      const bool runs = extra_filename.empty() && *first == "build";
      const auto name = runs ? std::next(first)->string() : package + extra_filename;
      return (at / ".fingerprint" / name).string();
    }
  }
  return "";
}

}  // namespace

Fingerprints read_fingerprints(const std::string& target_directory) {
  Fingerprints out;
  std::error_code missing;
  for (auto it = fs::recursive_directory_iterator(target_directory, missing);
       it != fs::recursive_directory_iterator(); ++it) {
    if (!it->is_directory() || it->is_symlink() || !is_fingerprint(it->path())) continue;
    out[path::relative(it->path().string(), target_directory)] = fingerprint_text(it->path());
    it.disable_recursion_pending();
  }
  return out;
}

Units read_units(const std::string& target_directory, const std::string& log,
                 const std::function<bool(const std::string&)>& is_local) {
  Units out;
  out.all = read_fingerprints(target_directory);
  std::ifstream in(log);
  for (std::string line; std::getline(in, line);) {
    auto words = split(line);
    words.resize(5);
    const bool local = is_local(words[2]);
    const auto directory = fingerprint_directory(words[1], words[3], words[4]);
    const auto key = path::relative(directory, target_directory);
    if (!local && !out.all.contains(key)) {
      throw Error("exactness-log", "a unit has no fingerprint at `" + key + "`: " + line)
          .in_file(log);
    }
    (local ? out.local : out.external).insert(key);
  }
  return out;
}

UnitDifference compare_units(const Units& real, const Fingerprints& cooked) {
  UnitDifference out;
  for (const auto& key : real.external) {
    const auto found = cooked.find(key);
    if (found == cooked.end()) {
      out.missing.push_back(key);
    } else if (found->second != real.all.at(key)) {
      out.differing.push_back(key);
    }
  }
  for (const auto& [key, text] : cooked) {
    if (real.external.contains(key)) continue;
    const auto found = real.all.find(key);
    const bool compiled_really = real.local.contains(key) && found->second == text;
    if (!compiled_really) out.extra.push_back(key);
  }
  return out;
}

}  // namespace larder::test
