#pragma once

#include <cstddef>
#include <functional>

namespace larder {

/// Calls `action` with each number below `count`, on up to eight threads and in no particular
/// order. When a call throws, no further calls are started; the first exception is rethrown once
/// the running calls have ended.
void in_parallel(std::size_t count, const std::function<void(std::size_t)>& action);

}  // namespace larder
