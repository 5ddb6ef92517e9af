#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// The `.cargo/config.toml` files that apply to a directory and the files that they `include`,
/// highest priority first (cargo: util/context/mod.rs, `walk_tree` and `load_includes`): the
/// nearest file, then its includes from last to first, then the next file above.
class Config {
 public:
  /// Reads the files of `directory` and of those above it up to and including `last` (the root of
  /// the tree when empty), then `home/config.toml` when `home` is not empty. Throws `config-parse`.
  static Config load(const SourceTree& tree, const std::string& directory, const std::string& last,
                     const std::string& home);

  /// The config from `--config` flags (cargo: `cli_args_as_table`); the last flag wins. Files and
  /// relative paths in values are relative to `directory`. Throws `command-invalid` for an argument
  /// that is neither `KEY=VALUE` nor a file, and `command-unsupported` for a file with relative
  /// paths, which would mean something else elsewhere.
  static Config of_arguments(const SourceTree& tree, const std::string& directory,
                             const std::vector<std::string>& arguments);

  /// This config with `above` taking precedence.
  Config below(const Config& above) const;

  /// The value of a dotted key in the nearest file that has it.
  std::optional<TomlCursor> find(const std::vector<std::string>& key) const;
  /// All files as one table without `include`, merged as cargo does. Tables are merged entry by
  /// entry; arrays are joined, the nearer file's items last. For everything else, and for the few
  /// arrays that cargo does not join, the nearer file wins. Throws `config-parse` for a key that is
  /// an array or a table in one file and something else in another.
  TomlTable merged() const;
  /// A top-level table of `merged`; empty when there is none.
  TomlTable table(std::string_view key) const;
  const std::vector<TomlDocument>& files() const { return files_; }

 private:
  std::vector<TomlDocument> files_;
};

/// The `--config` arguments equivalent to a table, sorted: one per value.
std::vector<std::string> config_arguments(const TomlTable& table);

/// The part of a `CARGO_*` variable's name for a key: upper case, '-' and '.' as '_'.
std::string config_variable_part(const std::string& key);

/// `CARGO_HOME`, or `.cargo` in `HOME`; empty when neither is set. A relative one is resolved
/// against `directory`, the current one.
std::string cargo_home(const std::string& directory, const Environment& environment);

/// The base of relative paths in a config file: the directory that contains `.cargo`.
std::string config_base(const TomlDocument& file);

/// A path from a config value, resolved as cargo does. Absolute.
std::string config_path(const TomlCursor& value);

/// The sources that `[source]` tables place on this machine: the source's name, and the value of
/// its `directory` or `local-registry`.
std::vector<std::pair<std::string, TomlCursor>> source_directories(const Config& config);

/// The config file in a `.cargo` directory: cargo prefers the name without an extension and warns
/// when both exist.
std::optional<std::string> config_file_in(const SourceTree& tree, const std::string& directory);

extern const std::string config_error_id;

/// `rust-toolchain` or `rust-toolchain.toml`, with its contents in canonical form.
struct ToolchainFile {
  /// File name as found.
  std::string name;
  std::string path;
  std::string channel;
  /// The text to write: `[toolchain]` with sorted keys, or the bare channel for the old one-line
  /// form.
  std::string contents;
};

/// The toolchain file in a directory. If there are two, the one without an extension, as in rustup.
std::optional<std::string> toolchain_file_in(const SourceTree& tree, const std::string& directory);

/// The nearest toolchain file from `directory` up to `last`. Throws `toolchain-file`.
std::optional<ToolchainFile> find_toolchain_file(const SourceTree& tree,
                                                 const std::string& directory,
                                                 const std::string& last);

}  // namespace larder::cargo
