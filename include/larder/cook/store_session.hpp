#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "larder/base/shell.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cook/rustc_answers.hpp"
#include "larder/cook/unit_store.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/store/collect.hpp"
#include "larder/store/explanation.hpp"

namespace larder::cook {

/// The stores that a cook uses, and how.
struct StoreRequest {
  /// The store to save in. Absolute; empty for none.
  std::string directory;
  bool read_only = false;
  /// Further stores, absolute. They are only read.
  std::vector<std::string> others = {};
  /// Whether root may use a store that belongs to another user.
  bool trusted = false;
  /// The key that documents are signed with (`store::secret_of`); empty for no signatures.
  std::string secret = {};
  /// The limits of the store to save in.
  store::Limits limits = {};
};

/// A command that cargo is about to run: cook's, or the build's.
struct StoredCommand {
  const driver::Cargo& cargo;
  /// First line of `cargo --version`.
  const std::string& cargo_version;
  /// What cargo will compile, with its manifest, and further arguments for a run with another
  /// target directory.
  cargo::CommandLine line;
  std::vector<std::string> more;
  /// The directory that cargo runs in, and the root of the workspace that it compiles: a skeleton
  /// or the real one.
  std::string directory, workspace_root;
  const driver::BuildDirectories& directories;
  const cargo::Config& config;
  const cargo::Lockfile& lock;
  /// Whether local packages are stored as well.
  LocalUnits local = LocalUnits::LeaveOut;
};

/// The store during one cook. For each command, call `restore` before cargo compiles and `save`
/// after; call `close` at the end.
class StoreSession {
 public:
  /// Throws the errors of opening a store.
  StoreSession(const StoreRequest& request, const Shell& shell);
  ~StoreSession();
  StoreSession(const StoreSession&) = delete;
  StoreSession& operator=(const StoreSession&) = delete;

  /// What rustc answered in earlier runs of cargo.
  RustcAnswers answers(const std::string& cargo_version, const std::string& subcommand) const;
  /// Restores the command's units that the store has. When that is impossible, it reports why, and
  /// cargo compiles everything.
  void restore(const StoredCommand& command);
  /// What `restore` would do with each unit of the command. Throws `cargo-failed`.
  std::vector<store::Explanation> explain(const StoredCommand& command);
  /// Compares what cargo has compiled for the command with what the stores have. Throws the same.
  std::vector<ComparedUnit> compare(const StoredCommand& command);
  /// The environment for the cargo run between `restore` and `save`: with observation, if that is
  /// possible and something may be saved.
  Environment observed(Environment environment);
  /// Call it when cargo has ended. If something that a restored local unit depends on was changed
  /// while cargo ran, cargo may not know. Such units are taken out of the build directory, and the
  /// result is true: cargo has to run again.
  bool take_back_changed();
  /// Saves what cargo has compiled. Call it when cargo has succeeded.
  void save();
  /// Call it instead when cargo has failed.
  void note_failure();
  /// Reports what was done, and collects garbage.
  void close();

 private:
  struct Command;
  std::unique_ptr<Command> planned(const StoredCommand& command) const;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace larder::cook
