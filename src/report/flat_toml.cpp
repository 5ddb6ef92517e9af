#include "flat_toml.hpp"

#include <fmt/format.h>

namespace larder::report {

namespace {

void add(const cargo::TomlTable& table, const std::function<bool(const KeyPath&)>& is_leaf,
         KeyPath& keys, FlatToml& out) {
  for (const auto& [key, value] : table) {
    keys.push_back(key);
    if (value.table() != nullptr && !(is_leaf && is_leaf(keys))) {
      add(*value.table(), is_leaf, keys, out);
    } else {
      out[keys] = &value;
    }
    keys.pop_back();
  }
}

}  // namespace

FlatToml flatten(const cargo::TomlTable& table,
                 const std::function<bool(const KeyPath&)>& is_leaf) {
  FlatToml out;
  KeyPath keys;
  add(table, is_leaf, keys, out);
  return out;
}

std::string dotted(const KeyPath& keys) {
  std::string out;
  for (const auto& key : keys) out += (out.empty() ? "" : ".") + cargo::toml_key(key);
  return out;
}

std::vector<ValueDifference> differing(const FlatToml& before, const FlatToml& after) {
  std::vector<ValueDifference> out;
  for (const auto& [keys, value] : after) {
    const auto old = before.find(keys);
    if (old == before.end()) {
      out.push_back({keys, nullptr, value});
    } else if (!(*old->second == *value)) {
      out.push_back({keys, old->second, value});
    }
  }
  for (const auto& [keys, value] : before) {
    if (!after.contains(keys)) out.push_back({keys, value, nullptr});
  }
  return out;
}

std::string described(const std::string& name, const ValueDifference& difference) {
  const auto text = [](const cargo::TomlValue& value) { return cargo::toml_inline(value); };
  if (difference.before == nullptr)
    return fmt::format("`{}` is new: {}", name, text(*difference.after));
  if (difference.after == nullptr)
    return fmt::format("`{}` was removed; it was {}", name, text(*difference.before));
  return fmt::format("`{}` changed from {} to {}", name, text(*difference.before),
                     text(*difference.after));
}

}  // namespace larder::report
