#pragma once

#include <string>
#include <string_view>

namespace larder::test {

/// Why cargo rejects a manifest, as its words and ours show it.
struct Reason {
  /// Part of cargo's message.
  std::string_view cargo;
  /// Part of ours; empty when we accept.
  std::string_view ours;
  /// Why we accept; empty when we do not.
  std::string_view accepted_because = "";
};

/// The reason in cargo's words; null when it is not known here.
const Reason* reason_of(const std::string& cargo_says);

}  // namespace larder::test
