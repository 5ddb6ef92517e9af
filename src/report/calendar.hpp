#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>

namespace larder::report {

/// A time in seconds since 1970. A time before that or after the year 9999 comes from damaged data,
/// and is clamped.
inline std::chrono::sys_seconds moment(std::int64_t seconds) {
  constexpr std::int64_t furthest = 253402300799;
  return std::chrono::sys_seconds(
      std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, furthest)));
}

/// "2026-11-29"
inline std::string day_of(std::chrono::sys_seconds time) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace larder::report
