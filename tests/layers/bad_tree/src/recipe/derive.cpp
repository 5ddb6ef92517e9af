#include <nlohmann/json.hpp>

#include "larder/driver/cargo.hpp"
void fail() { std::cerr << "x", exit (1); }
