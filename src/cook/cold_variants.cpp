#include "larder/cook/cold_variants.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "larder/base/path.hpp"
#include "larder/base/shortened.hpp"
#include "larder/store/transfer.hpp"

namespace larder::cook {

namespace {

using store::ColdReason;
using store::WhyCold;

std::string part_of(const KeyParts& parts, const std::string& name) {
  const auto found = parts.find(name);
  return found == parts.end() ? "" : found->second;
}

std::string without_digest(const std::string& words) {
  return words.substr(0, words.rfind(' '));
}

std::set<std::string> words_in(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

/// The words in `one` that are not in `other`.
std::string only_in(const std::string& one, const std::string& other) {
  const auto others = words_in(other);
  std::string out;
  for (const auto& word : words_in(one)) {
    if (!others.contains(word)) out += (out.empty() ? "" : " ") + word;
  }
  return out;
}

/// "debug/.fingerprint/serde-1f…/lib-serde" → "debug", "serde", "lib-serde".
struct UnitName {
  std::string profile, package, unit;
};

UnitName split_name(const std::string& name) {
  UnitName out;
  out.unit = path::file_name(name);
  const auto old_layout = name.find("/.fingerprint/");
  const auto end = std::min(old_layout, name.find("/build/"));
  if (end == std::string::npos) return out;
  out.profile = name.substr(0, end);
  auto rest = name.substr(name.find('/', end + 1) + 1);
  rest = rest.substr(0, rest.find('/'));
  out.package = old_layout == std::string::npos ? rest : rest.substr(0, rest.rfind('-'));
  return out;
}

std::string kind_of(const std::string& package, const std::string& unit) {
  return package + " " + unit;
}

/// How an entry's key differs, in parts that have a name for people.
class KeyDifferences {
 public:
  KeyDifferences(const KeyParts& unit, const KeyParts& entry) : unit_(unit), entry_(entry) {}

  std::vector<WhyCold> telling() const {
    std::vector<WhyCold> out;
    const auto add = [&](ColdReason kind, const std::string& text) {
      out.push_back({kind, "the store has it " + text});
    };
    if (differs("toolchain")) add(ColdReason::Toolchain, other_toolchain());
    if (differs("package")) {
      out.push_back(
          {ColdReason::Version, "the store has " + part_of(entry_, "package") + " instead"});
    } else if (differs("source")) {
      add(ColdReason::Sources, "compiled from different sources");
    }
    if (differs("features")) add(ColdReason::Features, instead("features", "features "));
    const auto place = split_name(part_of(entry_, "unit")).profile;
    if (place != split_name(part_of(unit_, "unit")).profile) {
      add(ColdReason::Profile, "compiled for " + place);
    } else if (differs("profile")) {
      add(ColdReason::Profile, instead("profile", ""));
    }
    if (differs("system"))
      add(ColdReason::System, "compiled with another linker or other system packages");
    if (differs("directory")) {
      out.push_back({ColdReason::Directory,
                     "it was compiled in another directory, " + part_of(entry_, "directory")});
    }
    if (differs("processor")) add(ColdReason::Processor, "compiled for another processor");
    return out;
  }

  /// Differences that may follow from any of the above.
  std::vector<WhyCold> others() const {
    if (differs("arguments"))
      return {{ColdReason::Arguments, "the store has it compiled with other rustc arguments"}};
    if (differs("variables"))
      return {
          {ColdReason::Environment, "the store has it compiled with other environment variables"}};
    if (unit_ == entry_) return {};
    return {
        {ColdReason::Tracked, "the store has it, but something else that cargo tracks differs"}};
  }

 private:
  bool differs(const char* part) const { return part_of(unit_, part) != part_of(entry_, part); }

  std::string instead(const char* part, const std::string& what) const {
    const auto ours = only_in(part_of(unit_, part), part_of(entry_, part));
    const auto theirs = only_in(part_of(entry_, part), part_of(unit_, part));
    if (theirs.empty()) return "without " + what + ours;
    return "with " + what + theirs + (ours.empty() ? "" : " instead of " + ours);
  }

  std::string other_toolchain() const {
    const auto theirs = without_digest(part_of(entry_, "toolchain"));
    const bool same_words = without_digest(part_of(unit_, "toolchain")) == theirs;
    return "compiled with " + theirs + (same_words ? " whose files differ" : "");
  }

  const KeyParts& unit_;
  const KeyParts& entry_;
};

/// Dependencies for which the entry was compiled against other units.
std::vector<WhyCold> other_dependencies(const UnitPlan& plan, const PlannedUnit& unit,
                                        const store::Variant& entry) {
  std::vector<WhyCold> out;
  for (const auto index : unit.dependencies) {
    const auto& below = plan.units[index];
    if (entry.dependencies.contains(below.name())) continue;
    out.push_back(
        {ColdReason::Dependency, "the store has it compiled against a different " + below.package});
  }
  return out;
}

using Sources = std::map<std::string, std::string>;

/// The files that differ, in words. `directory` is added in front of their names.
std::vector<std::string> changed_sources(const Sources& now, const Sources& stored,
                                         const std::string& directory) {
  std::vector<std::string> out;
  for (const auto& [file, digest] : now) {
    const auto before = stored.find(file);
    if (before != stored.end() && before->second == digest) continue;
    const auto* how = before == stored.end() ? " exists now" : " has changed";
    out.push_back(path::join(directory, file) + how);
  }
  for (const auto& [file, digest] : stored) {
    if (!now.contains(file)) out.push_back(path::join(directory, file) + " does not exist now");
  }
  return out;
}

/// Names the files instead of saying that there are some.
void name_sources(const std::vector<std::string>& changed, std::vector<WhyCold>& differences) {
  constexpr std::size_t most_files = 3;
  if (changed.empty()) return;
  const auto at = std::find_if(differences.begin(), differences.end(),
                               [](const auto& why) { return why.kind == ColdReason::Sources; });
  if (at == differences.end()) return;
  at->text = fmt::format("{}", fmt::join(shortened(changed, most_files), ", "));
}

/// How far an entry is away; the smaller is nearer. Another version outweighs all other
/// differences, and another unit counts as one more. Of entries that differ in as much, the one is
/// nearest for which the fewest files have changed.
std::pair<std::size_t, std::size_t> distance(const std::vector<WhyCold>& differences,
                                             bool is_same_unit, std::size_t changed_files) {
  const bool is_other_version =
      std::any_of(differences.begin(), differences.end(),
                  [](const auto& why) { return why.kind == ColdReason::Version; });
  return {differences.size() + (is_other_version ? 100 : 0) + (is_same_unit ? 0 : 1),
          changed_files};
}

}  // namespace

std::vector<WhyCold> differences_of_keys(const KeyParts& unit, const KeyParts& entry) {
  const KeyDifferences differences(unit, entry);
  auto out = differences.telling();
  return out.empty() ? differences.others() : out;
}

SimilarEntries::SimilarEntries(const std::vector<store::Store*>& stores) {
  for (auto* from : stores) {
    for (const auto& key : store::keys_in(*from)) {
      for (auto& found : from->variants(key)) {
        const auto name = split_name(part_of(found.variant.key_parts, "unit"));
        entries_[kind_of(name.package, name.unit)].push_back(std::move(found.variant));
      }
    }
  }
}

std::vector<WhyCold> SimilarEntries::differences(const UnitPlan& plan, const PlannedUnit& unit,
                                                 const KeyParts& parts, const Sources& sources,
                                                 const std::string& root) const {
  const auto similar = entries_.find(kind_of(unit.note.package, unit.note.unit));
  if (similar == entries_.end()) return {{ColdReason::NoEntry, "no store has it"}};
  std::vector<WhyCold> best;
  std::optional<std::pair<std::size_t, std::size_t>> nearest;
  for (const auto& entry : similar->second) {
    const KeyDifferences differences(parts, entry.key_parts);
    auto found = differences.telling();
    for (auto& other : other_dependencies(plan, unit, entry)) found.push_back(std::move(other));
    const auto changed =
        changed_sources(sources, entry.sources, path::relative(unit.package_directory, root));
    if (found.empty()) found = differences.others();
    const auto is_same_unit = part_of(parts, "unit") == part_of(entry.key_parts, "unit");
    const auto here = distance(found, is_same_unit, changed.size());
    if (nearest && here >= *nearest) continue;
    nearest = here;
    name_sources(changed, found);
    best = std::move(found);
  }
  return best;
}

}  // namespace larder::cook
