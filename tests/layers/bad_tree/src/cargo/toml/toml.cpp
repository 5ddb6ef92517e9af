#include <toml++/toml.h>

#include "larder/base/error.hpp"
#include "larder/cargo/toml.hpp"
