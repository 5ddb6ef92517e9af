#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace larder::driver {

/// The file in the build directory in which cargo keeps what rustc answered about itself.
inline constexpr const char* rustc_info_file = ".rustc_info.json";

/// What rustc says about itself.
struct RustcInfo {
  /// The output of `rustc -vV`.
  std::string version;
  std::string sysroot;
};

/// Reads the text of that file. Nothing if an answer is missing, or if there are several.
std::optional<RustcInfo> read_rustc_info(std::string_view text);

}  // namespace larder::driver
