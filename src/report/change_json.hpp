#pragma once

#include <nlohmann/json.hpp>

#include "larder/report/recipe_difference.hpp"

namespace larder::report {

nlohmann::ordered_json change_json(const Change& change);

/// Bytes of commits and paths that are no UTF-8 are replaced.
std::string dump(const nlohmann::ordered_json& document);

}  // namespace larder::report
