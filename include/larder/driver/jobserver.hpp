#pragma once

#include <string>

#include "larder/base/environment.hpp"

namespace larder::driver {

/// A jobserver for one cargo, as a named pipe. A cargo that makes its own has to start its children
/// with `fork`, to leave them the pipe's descriptors (the jobserver crate's `Client::configure`).
/// That copies cargo's page tables each time, which takes longer than a child that does nothing. A
/// pipe with a name is opened by whoever needs it.
///
/// Not for a cargo that really compiles: a `make` before 4.4, which a build script may start, does
/// not understand the name.
class NamedJobserver {
 public:
  /// Creates the pipe in `directory`. Without one, cargo makes its own.
  explicit NamedJobserver(const std::string& directory);
  ~NamedJobserver();
  NamedJobserver(const NamedJobserver&) = delete;
  NamedJobserver& operator=(const NamedJobserver&) = delete;

  /// Makes cargo use it. A cargo that does not know named pipes makes its own.
  void offer_to(Environment& cargo) const;

 private:
  std::string path_;
  /// Open as long as cargo works: the pipe forgets its tokens when nobody has it open.
  int pipe_ = -1;
};

}  // namespace larder::driver
