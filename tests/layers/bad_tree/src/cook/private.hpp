#pragma once
#include "larder/recipe/recipe.hpp"
