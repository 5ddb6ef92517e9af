#pragma once
#include "../cook/private.hpp"
