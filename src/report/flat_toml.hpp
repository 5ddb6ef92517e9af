#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "larder/cargo/toml/toml.hpp"

namespace larder::report {

using KeyPath = std::vector<std::string>;

/// The values of a TOML document, by the keys that lead to them. A table for which `is_leaf` is
/// true is one value.
using FlatToml = std::map<KeyPath, const cargo::TomlValue*>;
FlatToml flatten(const cargo::TomlTable& table,
                 const std::function<bool(const KeyPath&)>& is_leaf = {});

/// `profile.release.lto`
std::string dotted(const KeyPath& keys);

/// A difference between two documents: the keys, and the value on each side, or null if there is
/// none.
struct ValueDifference {
  KeyPath keys;
  const cargo::TomlValue* before = nullptr;
  const cargo::TomlValue* after = nullptr;
};
std::vector<ValueDifference> differing(const FlatToml& before, const FlatToml& after);

/// "`build.jobs` was 1 and is 2", "is new: 2", "is gone: it was 1".
std::string described(const std::string& name, const ValueDifference& difference);

}  // namespace larder::report
