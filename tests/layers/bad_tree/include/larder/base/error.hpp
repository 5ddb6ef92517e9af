#pragma once
#include "larder/cargo/toml.hpp"
