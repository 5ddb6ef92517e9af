#include "private.hpp"
#include "report/freshness.hpp"
#  include  <CLI/CLI.hpp>
auto here = std::filesystem::current_path();
