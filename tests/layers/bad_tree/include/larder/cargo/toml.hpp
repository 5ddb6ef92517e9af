#pragma once
#include "larder/base/error.hpp"
