#include "larder/base/error.hpp"
