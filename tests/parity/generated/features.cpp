#include <algorithm>
#include <set>

#include "project.hpp"

// [features]: other features, dependencies in each of their spellings.

namespace larder::test {

namespace {

std::string feature_name(Random& random) {
  return random.pick({"default", "std", "b-c", "with+plus", "dot.x", "1st", "\xc3\xbcni", "_u",
                      "full", "default-features", "a"});
}

class Features {
 public:
  Features(PackageSketch& package, Random& random) : package_(package), random_(random) {}

  void add() {
    for (auto count = random_.below(4); count > 0; --count) names_.insert(feature_name(random_));
    for (const auto& key : package_.optional_keys) {
      // What has a feature of its own name must be in one that says `dep:`.
      if (random_.chance(15)) owned_.insert(key);
    }
    for (const auto& name : names_)
      package_.manifest.set("features", toml_name(name), values(name));
    for (const auto& key : owned_) package_.manifest.set("features", key, array_of({"dep:" + key}));
    hide();
  }

 private:
  std::string values(const std::string& name) {
    std::vector<std::string> out;
    for (auto count = random_.below(4); count > 0; --count) {
      auto text = value(name);
      if (!text.empty()) out.push_back(std::move(text));
    }
    return array_of(out);
  }

  std::string value(const std::string& name) {
    const bool has_any = !package_.dependency_keys.empty();
    const bool has_optional = !package_.optional_keys.empty();
    switch (random_.below(5)) {
      case 0:
        return has_any ? random_.pick(package_.dependency_keys) + "/" +
                             random_.pick({"std", "x-y", "dep", "1"})
                       : "";
      case 1:
        return has_optional ? random_.pick(package_.optional_keys) + "?/std" : "";
      case 2: {
        if (!has_optional) return "";
        auto key = random_.pick(package_.optional_keys);
        return key;
      }
      default: {
        const auto other = random_.pick(std::vector<std::string>(names_.begin(), names_.end()));
        return other == name && random_.chance(90) ? "" : other;
      }
    }
  }

  /// `dep:` takes the implicit feature away, so every other mention by name must go.
  void hide() {
    if (package_.optional_keys.empty() || !random_.chance(30)) return;
    const auto key = random_.pick(package_.optional_keys);
    const bool named = names_.contains(key) || owned_.contains(key) || is_mentioned(key);
    if (!named) package_.manifest.set("features", "hides", array_of({"dep:" + key}));
  }

  bool is_mentioned(const std::string& key) const {
    for (const auto& table : package_.manifest.tables()) {
      if (table.header != "features") continue;
      for (const auto& [name, value] : table.entries) {
        if (value.find(toml_quoted(key)) != std::string::npos) return true;
      }
    }
    return false;
  }

  PackageSketch& package_;
  Random& random_;
  std::set<std::string> names_;
  std::set<std::string> owned_;
};

}  // namespace

void add_features(Project&, PackageSketch& package, Random& random) {
  if (!package.name.empty() && random.chance(55)) Features(package, random).add();
}

}  // namespace larder::test
