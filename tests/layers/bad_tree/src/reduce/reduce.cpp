#include "private.hpp"

#include "larder/cook/cook.hpp"
