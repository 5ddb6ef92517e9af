#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "log_format.h"

namespace larder::observe {

/// The state of a log apart from its records.
struct LogState {
  /// Everything that should have been recorded is there.
  bool whole = true;
  /// Programs that were started with the library but in which it did not start.
  std::uint32_t missing_programs = 0;
};

/// Calls `on_record` for each record of a log, oldest first. Throws `observation-unreadable`,
/// naming `path`, when `bytes` are not a log.
LogState for_each_record(const std::string& path, std::string_view bytes,
                         const std::function<void(larder_record, std::string_view)>& on_record);

}  // namespace larder::observe
