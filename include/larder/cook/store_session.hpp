#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "larder/base/shell.hpp"
#include "larder/cargo/command/command_line.hpp"
#include "larder/cargo/config/config.hpp"
#include "larder/cargo/lockfile/lockfile.hpp"
#include "larder/cook/unit_store.hpp"
#include "larder/driver/build_directories.hpp"
#include "larder/driver/cargo.hpp"
#include "larder/store/collect.hpp"
#include "larder/store/explanation.hpp"

namespace larder::cook {

/// Which stores a cook uses, and how.
struct StoreRequest {
  /// Absolute; empty for none to save in.
  std::string directory;
  bool read_only = false;
  /// Further ones, absolute. They are only read.
  std::vector<std::string> others = {};
  /// Whether root uses a store that belongs to another user.
  bool trusted = false;
  /// What documents are signed with (`store::secret_of`); empty for nothing.
  std::string secret = {};
  /// What the store for saving is kept to.
  store::Limits limits = {};
};

/// A command that is about to be cooked.
struct StoredCommand {
  const driver::Cargo& cargo;
  /// What cargo will compile, with its manifest, and further arguments of a run with another target
  /// directory.
  cargo::CommandLine line;
  std::vector<std::string> more;
  /// Where cargo runs, and where its manifest is.
  std::string directory, skeleton_directory;
  const driver::BuildDirectories& directories;
  const cargo::Config& config;
  const cargo::Lockfile& lock;
};

/// The store during one cook: `restore` before cargo compiles a command and `save` after it, for
/// each of the commands, and `close` at the end.
class StoreSession {
 public:
  /// Throws what opening a store throws.
  StoreSession(const StoreRequest& request, const Shell& shell);
  ~StoreSession();
  StoreSession(const StoreSession&) = delete;
  StoreSession& operator=(const StoreSession&) = delete;

  /// Brings what the store has of the command's units. Where that is not possible, it says why, and
  /// cargo compiles everything.
  void restore(const StoredCommand& command);
  /// What `restore` would do with each external unit of the command. Throws `cargo-failed`.
  std::vector<store::Explanation> explain(const StoredCommand& command);
  /// What cargo has compiled of the command, beside what the stores have of it. Throws the same.
  std::vector<ComparedUnit> compare(const StoredCommand& command);
  /// The environment for cargo's run in between: what it starts is observed where it can be, and
  /// where something may be saved.
  Environment observed(Environment environment);
  /// Keeps what cargo has compiled, when it has succeeded.
  void save();
  /// Says what was done, and makes room.
  void close();

 private:
  struct Command;
  std::unique_ptr<Command> planned(const StoredCommand& command) const;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace larder::cook
