#include "larder/cargo/config.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "larder/base/path.hpp"

namespace larder::cargo {

const std::string config_error_id = "config-parse";

namespace {

std::optional<TomlDocument> read_config(const SourceTree& tree, const std::string& directory) {
  // cargo prefers the name without an extension and warns when both exist.
  for (const std::string_view name : {"config", "config.toml"}) {
    const auto path = path::join(directory, name);
    if (!tree.is_file(path)) continue;
    return parse_toml(path, tree.read(path).value_or(""), config_error_id);
  }
  return std::nullopt;
}

void merge_into(TomlTable& near, const TomlTable& far) {
  for (const auto& [key, value] : far) {
    const auto found = near.find(key);
    if (found == near.end()) {
      near.emplace(key, value);
    } else if (found->second.table() != nullptr && value.table() != nullptr) {
      merge_into(*found->second.table(), *value.table());
    } else if (found->second.array() != nullptr && value.array() != nullptr) {
      auto joined = *value.array();
      joined.insert(joined.end(), found->second.array()->begin(), found->second.array()->end());
      found->second = TomlValue(std::move(joined), found->second.position());
    }
  }
}

/// Directories from `directory` up to `last`.
std::vector<std::string> upward(const std::string& directory, const std::string& last) {
  std::vector<std::string> out;
  for (auto at = directory; !at.empty(); at = path::parent(at)) {
    out.push_back(at);
    if (at == last) break;
  }
  return out;
}

}  // namespace

Config Config::load(const SourceTree& tree, const std::string& directory, const std::string& last,
                    const std::string& home) {
  Config config;
  const auto add = [&](const std::string& where) {
    auto file = read_config(tree, where);
    if (!file) return;
    const auto is_same = [&](const TomlDocument& other) { return other.file == file->file; };
    if (std::none_of(config.files_.begin(), config.files_.end(), is_same))
      config.files_.push_back(std::move(*file));
  };
  for (const auto& at : upward(directory, last)) add(path::join(at, ".cargo"));
  if (!home.empty()) add(home);
  return config;
}

std::optional<TomlCursor> Config::find(const std::vector<std::string>& key) const {
  for (const auto& file : files_) {
    std::optional<TomlCursor> at = TomlCursor(file, config_error_id);
    for (const auto& part : key) {
      at = at->is_table() ? at->find(part) : std::nullopt;
      if (!at) break;
    }
    if (at) return at;
  }
  return std::nullopt;
}

TomlTable Config::merged() const {
  TomlTable out;
  for (const auto& file : files_) merge_into(out, *file.root.table());
  return out;
}

std::string config_base(const TomlDocument& file) {
  return path::parent(path::parent(file.file));
}

std::string config_path(const TomlCursor& value) {
  return path::join(config_base(value.document()), value.as_string());
}

namespace {

const std::string toolchain_error_id = "toolchain-file";

std::string trimmed(std::string_view text) {
  constexpr std::string_view space = " \t\r\n";
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return "";
  return std::string(text.substr(first, text.find_last_not_of(space) - first + 1));
}

ToolchainFile parse_toolchain_file(const std::string& path, const std::string& text) {
  ToolchainFile file{path::file_name(path), path, "", ""};
  const auto line = trimmed(text);
  const bool bare = file.name == "rust-toolchain" && line.find('\n') == std::string::npos &&
                    !line.starts_with('[');
  if (bare) {
    if (line.empty()) {
      throw Error(toolchain_error_id, "the toolchain file is empty")
          .in_file(path)
          .hint("write a channel, or remove it");
    }
    file.channel = line;
    file.contents = line + "\n";
    return file;
  }
  const auto document = parse_toml(path, text, toolchain_error_id);
  const auto table = TomlCursor(document, toolchain_error_id).find("toolchain");
  if (!table) {
    throw Error(toolchain_error_id, "the toolchain file has no [toolchain] table").in_file(path);
  }
  if (const auto custom = table->find("path")) {
    throw custom->error("a toolchain given by `path` cannot be part of a recipe")
        .hint(
            "name a channel, or install the toolchain in the image and choose it with "
            "RUSTUP_TOOLCHAIN");
  }
  file.channel = table->string_at("channel").value_or("");
  TomlTable kept;
  for (const auto& [key, value] : table->entries()) {
    auto copy = value.value();
    // The order of components and targets means nothing.
    if (auto* items = std::get_if<TomlArray>(&copy.data())) {
      std::sort(items->begin(), items->end(), [](const TomlValue& a, const TomlValue& b) {
        return toml_inline(a) < toml_inline(b);
      });
    }
    kept.emplace(key, std::move(copy));
  }
  file.contents = toml_document({{"toolchain", TomlValue(std::move(kept))}});
  return file;
}

}  // namespace

std::optional<ToolchainFile> find_toolchain_file(const SourceTree& tree,
                                                 const std::string& directory,
                                                 const std::string& last) {
  for (const auto& at : upward(directory, last)) {
    for (const std::string_view name : {"rust-toolchain", "rust-toolchain.toml"}) {
      const auto path = path::join(at, name);
      if (!tree.is_file(path)) continue;
      return parse_toolchain_file(path, tree.read(path).value_or(""));
    }
  }
  return std::nullopt;
}

}  // namespace larder::cargo
