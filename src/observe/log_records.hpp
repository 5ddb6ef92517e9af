#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "log_format.h"

namespace larder::observe {

/// What a log says besides its records.
struct LogState {
  /// It has all that was to be recorded.
  bool whole = true;
  /// Programs that were started with the library, but in which it did not begin.
  std::uint32_t missing_programs = 0;
};

/// Calls back for each record of a log, oldest first. Throws `observation-unreadable`, naming
/// `path`, for bytes that are no log.
LogState for_each_record(const std::string& path, std::string_view bytes,
                         const std::function<void(larder_record, std::string_view)>& on_record);

}  // namespace larder::observe
