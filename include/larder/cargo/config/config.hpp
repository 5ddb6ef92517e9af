#pragma once

#include <optional>
#include <string>
#include <vector>

#include "larder/base/environment.hpp"
#include "larder/base/source_tree.hpp"
#include "larder/cargo/toml/toml.hpp"

namespace larder::cargo {

/// The `.cargo/config.toml` files that apply to a directory and the files that they `include`, the
/// one that wins first (cargo: util/context/mod.rs, `walk_tree` and `load_includes`): the nearest,
/// then what it includes, the last first, then the next above.
class Config {
 public:
  /// Reads the files of `directory` and those above it up to `last` inclusive (to the root of the
  /// tree when empty), then `home/config.toml` when `home` is not empty. Throws `config-parse`.
  static Config load(const SourceTree& tree, const std::string& directory, const std::string& last,
                     const std::string& home);

  /// What `--config` flags say (cargo: `cli_args_as_table`), the last of which wins. Files and
  /// relative paths in values start at `directory`. Throws `command-invalid` for what is neither
  /// `KEY=VALUE` nor a file, and `command-unsupported` for a file with relative paths, which would
  /// mean something else elsewhere.
  static Config of_arguments(const SourceTree& tree, const std::string& directory,
                             const std::vector<std::string>& arguments);

  /// This config with `above` winning over it.
  Config below(const Config& above) const;

  /// The value of a dotted key in the nearest file that has it.
  std::optional<TomlCursor> find(const std::vector<std::string>& key) const;
  /// All files as one table without `include`, merged as cargo does: tables entry by entry, arrays
  /// joined with the nearer file's items last, for everything else, and for the few arrays that
  /// cargo does not join, the nearer file wins. Throws `config-parse` for a key that is an array or
  /// a table in one file and something else in another.
  TomlTable merged() const;
  /// A table at the top of `merged`; empty when there is none.
  TomlTable table(std::string_view key) const;
  const std::vector<TomlDocument>& files() const { return files_; }

 private:
  std::vector<TomlDocument> files_;
};

/// The `--config` arguments that say what a table says, sorted: one for every value in it.
std::vector<std::string> config_arguments(const TomlTable& table);

/// The part of a `CARGO_*` variable that stands for a key: upper case, '-' and '.' as '_'.
std::string config_variable_part(const std::string& key);

/// `CARGO_HOME`, else `.cargo` in `HOME`; empty when neither is set. A relative one starts at
/// `directory`, the current one.
std::string cargo_home(const std::string& directory, const Environment& environment);

/// The directory that a relative path in a config file starts from: the one that holds `.cargo`.
std::string config_base(const TomlDocument& file);

/// A path from a config value as cargo resolves it, absolute.
std::string config_path(const TomlCursor& value);

/// Where `[source]` tables have packages on this machine: the name of the source and the value of
/// its `directory` or `local-registry`.
std::vector<std::pair<std::string, TomlCursor>> source_directories(const Config& config);

/// The config file in a `.cargo` directory: cargo prefers the name without an extension and warns
/// when both exist.
std::optional<std::string> config_file_in(const SourceTree& tree, const std::string& directory);

extern const std::string config_error_id;

/// `rust-toolchain` or `rust-toolchain.toml`, the contents in canonical form.
struct ToolchainFile {
  /// File name as found.
  std::string name;
  std::string path;
  std::string channel;
  /// What to write: `[toolchain]` with sorted keys, or the bare channel for the old one-line form.
  std::string contents;
};

/// The toolchain file in a directory; of two the one without an extension, as rustup chooses.
std::optional<std::string> toolchain_file_in(const SourceTree& tree, const std::string& directory);

/// The nearest toolchain file from `directory` up to `last`. Throws `toolchain-file`.
std::optional<ToolchainFile> find_toolchain_file(const SourceTree& tree,
                                                 const std::string& directory,
                                                 const std::string& last);

}  // namespace larder::cargo
