#include "larder/cargo/config/config.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "larder/base/path.hpp"
#include "larder/base/text.hpp"
#include "larder/cargo/toml/whitespace.hpp"

namespace larder::cargo {

const std::string config_error_id = "config-parse";

namespace {

/// Whether the arrays of several files are joined. Otherwise that of the nearest file replaces the
/// others (cargo: `is_nonmergeable_list`).
bool is_joined(const std::vector<std::string>& key) {
  const auto is = [&](std::initializer_list<std::string_view> pattern) {
    return key.size() == pattern.size() &&
           std::equal(key.begin(), key.end(), pattern.begin(), [](const auto& part, auto wanted) {
             return wanted == "*" || part == wanted;
           });
  };
  return !is({"registry", "credential-provider"}) &&
         !is({"registries", "*", "credential-provider"}) && !is({"target", "*", "runner"}) &&
         !is({"host", "runner"}) && !is({"credential-alias", "*"}) && !is({"doc", "browser"});
}

/// Merges a file that is farther away into the values of the nearer ones.
class Merger {
 public:
  explicit Merger(const TomlDocument& far) : far_(far) {}

  void merge(TomlTable& near, const TomlTable& far) {
    for (const auto& [key, value] : far) {
      const auto [found, inserted] = near.try_emplace(key, value);
      if (inserted) continue;
      key_.push_back(key);
      merge_value(found->second, value);
      key_.pop_back();
    }
  }

 private:
  void merge_value(TomlValue& near, const TomlValue& far) {
    const bool both_tables = near.table() != nullptr && far.table() != nullptr;
    const bool both_arrays = near.array() != nullptr && far.array() != nullptr;
    if (both_tables) {
      merge(*near.table(), *far.table());
    } else if (both_arrays) {
      if (is_joined(key_)) join(near, *far.array());
    } else if (near.table() != nullptr || near.array() != nullptr || far.table() != nullptr ||
               far.array() != nullptr) {
      throw Error(
          config_error_id,
          fmt::format("the config key `{}` is {} here, but {} in a file with higher precedence",
                      fmt::join(key_, "."), far.type_name(), near.type_name()))
          .at(far_.location(far.position()));
    }
  }

  static void join(TomlValue& near, TomlArray far) {
    const auto& items = *near.array();
    far.insert(far.end(), items.begin(), items.end());
    near = TomlValue(std::move(far), near.position());
  }

  const TomlDocument& far_;
  std::vector<std::string> key_;
};

/// Reads a config file and everything that it includes.
class FileReader {
 public:
  FileReader(const SourceTree& tree, std::vector<TomlDocument>& files)
      : tree_(tree), files_(files) {}

  void read(const std::string& path) {
    if (!seen_.insert(path).second) {
      throw Error(config_error_id, "the config file includes itself, directly or through others")
          .in_file(path)
          .hint("remove one of the `include`s");
    }
    auto text = tree_.read(path::normalize(path));
    if (!text) throw Error(config_error_id, "the config file does not exist").in_file(path);
    files_.push_back(parse_toml(path, std::move(*text), config_error_id));
    const auto includes = included(files_.back());
    // If a file includes two files, the later one wins.
    for (auto path_of = includes.rbegin(); path_of != includes.rend(); ++path_of) read(*path_of);
  }

 private:
  std::vector<std::string> included(const TomlDocument& file) const {
    std::vector<std::string> out;
    const TomlCursor root(file, config_error_id);
    const auto include = root.find("include");
    if (!include) return out;
    for (const auto& entry : include->as_array()) {
      const auto named = entry.is_table() ? entry.find("path") : std::optional(entry);
      if (!named) throw entry.error("an entry of `include` has no `path`");
      const auto& text = named->as_string();
      check_path(*named, text);
      // The path is not normalized, because relative paths in the included file start two
      // components above its name.
      auto path = text.starts_with('/') ? text : path::parent(file.file) + "/" + text;
      const bool optional = entry.is_table() && entry.bool_at("optional").value_or(false);
      const bool exists = tree_.is_file(path::normalize(path));
      if (optional && !exists) continue;
      if (!exists)
        throw named->error(fmt::format("the included config file `{}` does not exist", path))
            .hint("in an image, check that it is copied; or set `optional = true`");
      out.push_back(std::move(path));
    }
    return out;
  }

  static void check_path(const TomlCursor& entry, const std::string& text) {
    if (!text.ends_with(".toml"))
      throw entry.error(fmt::format("`{}` does not end with `.toml`", text));
    if (text.find_first_of("*?[{}") != std::string::npos)
      throw entry.error(
          fmt::format("`{}`: an included path cannot have wildcards or braces", text));
  }

  const SourceTree& tree_;
  std::vector<TomlDocument>& files_;
  std::set<std::string> seen_;
};

std::optional<std::string> first_file(const SourceTree& tree, const std::string& directory,
                                      std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    auto path = path::join(directory, name);
    if (tree.is_file(path)) return path;
  }
  return std::nullopt;
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

std::optional<std::string> config_file_in(const SourceTree& tree, const std::string& directory) {
  return first_file(tree, directory, {"config", "config.toml"});
}

Config Config::load(const SourceTree& tree, const std::string& directory, const std::string& last,
                    const std::string& home) {
  Config config;
  std::set<std::string> seen;
  const auto add = [&](const std::string& where) {
    const auto path = config_file_in(tree, where);
    if (path && seen.insert(*path).second) FileReader(tree, config.files_).read(*path);
  };
  for (const auto& at : upward(directory, last)) add(path::join(at, ".cargo"));
  if (!home.empty()) add(home);
  return config;
}

namespace {

/// Whether the value of a key is a path that is relative to the file that has it.
bool is_relative_path(const std::string& key, const std::string& text) {
  static const std::set<std::string_view> paths{"build-dir", "cainfo",         "directory",
                                                "path",      "local-registry", "target-dir"};
  static const std::set<std::string_view> programs{"linker", "rustc", "rustc-wrapper",
                                                   "rustc-workspace-wrapper"};
  if (text.starts_with('/')) return false;
  if (key == "target") return text.ends_with(".json");
  // A program without a directory is looked for in PATH.
  return paths.contains(key) || (programs.contains(key) && text.find('/') != std::string::npos);
}

/// The same for a program with arguments, in a string or an array.
bool is_relative_program(const TomlValue& value) {
  const auto* words = value.array();
  const auto* text = words == nullptr ? value.string()
                     : words->empty() ? nullptr
                                      : words->front().string();
  if (text == nullptr || text->starts_with('/')) return false;
  return text->substr(0, text->find(' ')).find('/') != std::string::npos;
}

void refuse_relative_paths(const TomlCursor& table, bool in_host = false) {
  for (const auto& [key, value] : table.entries()) {
    const auto* text = value.value().string();
    const auto* flag = value.value().boolean();
    // The runner of a target runs no build script, and is not recorded.
    const bool is_runner = in_host && key == "runner" && is_relative_program(value.value());
    const bool is_relative = is_runner ||
                             (text != nullptr && is_relative_path(std::string(key), *text)) ||
                             (flag != nullptr && *flag && key == "relative");
    if (is_relative) {
      throw Error("command-unsupported",
                  fmt::format("`{}` in a file given by --config is relative to that file, which "
                              "does not exist when the dependencies are cooked",
                              value.key()))
          .at(value.location())
          .hint("make it absolute, or use --config KEY=VALUE");
    }
    if (value.is_table()) refuse_relative_paths(value, in_host || key == "host");
  }
}

/// Reads `a.b = 1` as a document. Its name is such that relative paths in it start at `directory`.
TomlDocument parse_assignment(const std::string& directory, const std::string& text) {
  const std::string id = "command-invalid";
  const auto name = path::join(directory, "--config/" + text.substr(0, text.find('=')));
  auto document = parse_toml(name, text, id);
  if (document.root.table()->size() == 1) return document;
  throw Error(id, fmt::format("`--config {}` is neither KEY=VALUE nor a file", text));
}

void flatten(const TomlTable& table, const std::string& before, std::vector<std::string>& out) {
  for (const auto& [key, value] : table) {
    const auto name = before + toml_key(key);
    if (value.table() != nullptr) {
      flatten(*value.table(), name + ".", out);
    } else {
      out.push_back(name + "=" + toml_inline(value));
    }
  }
}

}  // namespace

Config Config::of_arguments(const SourceTree& tree, const std::string& directory,
                            const std::vector<std::string>& arguments) {
  Config config;
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
    const auto path = path::join(directory, *argument);
    if (argument->empty() || !tree.is_file(path)) {
      config.files_.push_back(parse_assignment(directory, *argument));
      continue;
    }
    const auto first = config.files_.size();
    FileReader(tree, config.files_).read(path);
    for (auto i = first; i < config.files_.size(); ++i)
      refuse_relative_paths(TomlCursor(config.files_[i], config_error_id));
  }
  return config;
}

Config Config::below(const Config& above) const {
  auto out = above;
  out.files_.insert(out.files_.end(), files_.begin(), files_.end());
  return out;
}

std::vector<std::string> config_arguments(const TomlTable& table) {
  std::vector<std::string> out;
  flatten(table, "", out);
  return out;
}

std::optional<TomlCursor> Config::find(const std::vector<std::string>& key) const {
  for (const auto& file : files_) {
    std::optional<TomlCursor> at = TomlCursor(file, config_error_id);
    for (const auto& part : key) {
      at = at->find(part);
      if (!at) break;
    }
    if (at) return at;
  }
  return std::nullopt;
}

TomlTable Config::merged() const {
  TomlTable out;
  for (const auto& file : files_) Merger(file).merge(out, *file.root.table());
  out.erase("include");
  return out;
}

TomlTable Config::table(std::string_view key) const {
  const auto all = merged();
  const auto found = all.find(key);
  return found == all.end() || found->second.table() == nullptr ? TomlTable{}
                                                                : *found->second.table();
}

std::string config_variable_part(const std::string& key) {
  return replaced(replaced(upper(key), "-", "_"), ".", "_");
}

std::string cargo_home(const std::string& directory, const Environment& environment) {
  if (const auto home = environment.get("CARGO_HOME")) return path::join(directory, *home);
  if (const auto home = environment.get("HOME")) return path::join(*home, ".cargo");
  return "";
}

std::string config_base(const TomlDocument& file) {
  return path::parent(path::parent(file.file));
}

std::string config_path(const TomlCursor& value) {
  return path::join(config_base(value.document()), value.as_string());
}

std::vector<std::pair<std::string, TomlCursor>> source_directories(const Config& config) {
  std::vector<std::pair<std::string, TomlCursor>> out;
  const auto sources = config.find({"source"});
  if (!sources) return out;
  for (const auto& [name, source] : sources->entries()) {
    for (const auto* key : {"directory", "local-registry"}) {
      const auto value = source.is_table() ? source.find(key) : std::nullopt;
      if (value) out.emplace_back(name, *value);
    }
  }
  return out;
}

namespace {

const std::string toolchain_error_id = "toolchain-file";

ToolchainFile parse_toolchain_file(const std::string& path, const std::string& text) {
  ToolchainFile file{path::file_name(path), path, "", ""};
  const std::string line(trimmed(text));
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
            "set a channel, or install the toolchain in the image and select it with "
            "RUSTUP_TOOLCHAIN");
  }
  file.channel = table->string_at("channel").value_or("");
  TomlTable kept;
  for (const auto& [key, value] : table->entries()) {
    auto copy = value.value();
    // The order of components and targets has no meaning.
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

std::optional<std::string> toolchain_file_in(const SourceTree& tree, const std::string& directory) {
  return first_file(tree, directory, {"rust-toolchain", "rust-toolchain.toml"});
}

std::optional<ToolchainFile> find_toolchain_file(const SourceTree& tree,
                                                 const std::string& directory,
                                                 const std::string& last) {
  for (const auto& at : upward(directory, last)) {
    if (const auto path = toolchain_file_in(tree, at))
      return parse_toolchain_file(*path, tree.read(*path).value_or(""));
  }
  return std::nullopt;
}

}  // namespace larder::cargo
