#pragma once

#include <optional>
#include <string>

#include "larder/store/store.hpp"

namespace larder::cook {

/// Cargo starts rustc several times before it compiles anything, and keeps the answers in the build
/// directory. This class keeps that file in a store, for build directories that are still empty,
/// and for runs of cargo with other wrappers: each wrapper has a file of its own, because cargo
/// relies on one only if rustc and its wrappers have the paths, sizes and dates that they had then
/// (`rustc_fingerprint` in cargo's `util/rustc.rs`). Some answers depend on the processor, which
/// cargo does not compare, so each processor has files of its own as well.
class RustcAnswers {
 public:
  /// Keeps nothing.
  RustcAnswers() = default;
  /// `store` may be null; then nothing is kept. `cargo_version` differs for each toolchain. Clippy
  /// is a wrapper that cargo adds itself.
  RustcAnswers(const store::Store* store, const std::string& cargo_version,
               const std::string& subcommand);

  /// Writes what is kept for a wrapper into the build directory. `wrapper` is empty for none.
  void put(const std::string& wrapper, const std::string& build_directory) const;
  /// Keeps what cargo has written.
  void take(const std::string& wrapper, const std::string& build_directory) const;

 private:
  std::string name_of(const std::string& wrapper) const;

  const store::Store* store_ = nullptr;
  /// Of what the answers depend on besides the wrapper.
  std::string digest_;
};

/// The answers for one run of cargo. After a run with a wrapper, the build directory has the file
/// that it had before, or else the one for no wrapper.
class AnswersForWrapper {
 public:
  AnswersForWrapper(const RustcAnswers& answers, std::string wrapper, std::string build_directory);
  ~AnswersForWrapper();
  AnswersForWrapper(const AnswersForWrapper&) = delete;
  AnswersForWrapper& operator=(const AnswersForWrapper&) = delete;

 private:
  const RustcAnswers& answers_;
  std::string wrapper_, build_directory_;
  std::optional<std::string> before_;
};

/// The text of that file; nothing if it does not exist.
std::optional<std::string> answers_in(const std::string& build_directory);

}  // namespace larder::cook
