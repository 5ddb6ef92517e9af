#pragma once

#include <cstddef>
#include <functional>

namespace larder {

/// Calls `action` with each number below `count`, on up to eight threads, in no order. Whatever one
/// throws is thrown when all have ended, of several the first; after it no further call is begun.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& action);

}  // namespace larder
