#include <nlohmann/json.hpp>
#include "larder/nowhere/x.hpp"
