#pragma once

#include <nlohmann/json.hpp>

#include "larder/report/recipe_difference.hpp"

namespace larder::report {

nlohmann::ordered_json change_json(const Change& change);

/// Replaces invalid UTF-8, which commits and paths may have.
std::string dump(const nlohmann::ordered_json& document);

}  // namespace larder::report
