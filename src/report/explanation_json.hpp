#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "larder/store/explanation.hpp"

namespace larder::report {

/// One unit of `store why` and `verify` (docs/store.md).
nlohmann::json json_of(const store::Explanation& unit);

/// Why a unit is compiled; empty for others.
std::string words_of_reasons(const store::Explanation& unit);

}  // namespace larder::report
